/** The packed packages in fresh workspaces, used as a user would use them. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runSuites } from '../tools/ci/run-suites.mjs';
import { repository } from '../tools/packages.mjs';

const folder = join(repository, 'e2e/suites');
const named = process.argv.slice(2);
const suites = readdirSync(folder).filter((name) => name.endsWith('.spec.mjs'));
const chosen = suites.filter((name) => named.length === 0 || named.some((part) => name.includes(part)));
const { failed, skipped } = await runSuites(
  'e2e',
  chosen.map((name) => join(folder, name)),
);
process.exitCode = failed + skipped === 0 ? 0 : 1;
