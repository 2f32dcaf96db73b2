/** Tests of the tools themselves: `*.spec.mjs` next to what they test. The interop suites are no part of these. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runSuites } from './ci/run-suites.mjs';
import { repository } from './packages.mjs';

const folder = join(repository, 'tools');
const specs = readdirSync(folder, { recursive: true }).filter(
  (path) => path.endsWith('.spec.mjs') && !path.startsWith('interop'),
);
const { failed, skipped } = await runSuites(
  'tools',
  specs.map((path) => join(folder, path)),
);
process.exitCode = failed + skipped === 0 ? 0 : 1;
