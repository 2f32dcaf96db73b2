/**
 * The interop suites: what is here against programs that nobody here wrote. Fails where one of them is missing. `--long` plays
 * what is played at random several times as often.
 */
import { join } from 'node:path';
import { runSuites, suitesOf } from '../ci/run-suites.mjs';
import { repository } from '../packages.mjs';
import { programs } from './programs/index.mjs';

const folder = join(repository, 'tools/interop/suites');
const longest = [
  'interleavings.spec.mjs',
  'codec-configs.spec.mjs',
  'codec-disk.spec.mjs',
  'main-job.spec.mjs',
  'codec-metadata.spec.mjs',
  'import-aws.spec.mjs',
  'codec-bundles.spec.mjs',
  'codec-key-service.spec.mjs',
];
const named = process.argv.slice(2).filter((word) => word !== '--long');
process.env.INTEROP_LONG = process.argv.includes('--long') ? 'true' : '';
const found = await Promise.all(programs.map((program) => program.find()));
const missing = programs.filter((_, index) => found[index] === undefined);

if (missing.length > 0) {
  for (const { name, needs } of missing) console.error(`missing: ${name} (needs ${needs})`);
  console.error('fix:     node tools/interop/provision.mjs installs them into a cache outside the tree');
  process.exitCode = 1;
} else {
  const { failed, skipped } = await runSuites('interop', suitesOf(folder, named, longest), 2);
  process.exitCode = failed + skipped === 0 ? 0 : 1;
}
