/** The interop suites: what is here against programs that nobody here wrote. Fails where one of them is missing. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runSuites } from '../ci/run-suites.mjs';
import { repository } from '../packages.mjs';
import { programs } from './programs/index.mjs';

const folder = join(repository, 'tools/interop/suites');
const found = await Promise.all(programs.map((program) => program.find()));
const missing = programs.filter((_, index) => found[index] === undefined);

if (missing.length > 0) {
  for (const { name, needs } of missing) console.error(`missing: ${name} (needs ${needs})`);
  console.error('fix:     node tools/interop/provision.mjs installs them into a cache outside the tree');
  process.exitCode = 1;
} else {
  const named = process.argv.slice(2);
  const suites = readdirSync(folder).filter((name) => name.endsWith('.spec.mjs'));
  const chosen = suites.filter((name) => named.length === 0 || named.some((part) => name.includes(part)));
  const { failed, skipped } = await runSuites(
    'interop',
    chosen.map((name) => join(folder, name)),
  );
  process.exitCode = failed + skipped === 0 ? 0 : 1;
}
