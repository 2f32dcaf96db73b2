/** Builds the documentation site and checks it. Installs its own packages where they are missing or older than their lock file. */
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { runSuites } from '../tools/ci/run-suites.mjs';
import { repository } from '../tools/packages.mjs';
import { needProgram } from '../tools/programs/run-program.mjs';
import { builtSite } from './built-site.mjs';

const folder = join(repository, 'site');
const modifiedAt = (path) =>
  stat(join(folder, path)).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );

if ((await modifiedAt('node_modules/.package-lock.json')) < (await modifiedAt('package-lock.json'))) {
  await needProgram('npm', ['ci', '--prefer-offline', '--ignore-scripts'], { cwd: folder, timeout: 300_000 });
}
await rm(builtSite, { recursive: true, force: true });
const { all } = await needProgram(join(folder, 'node_modules/.bin/vitepress'), ['build'], {
  cwd: folder,
  timeout: 300_000,
});
console.log(all);

if (!process.argv.includes('--build-only')) {
  const suites = ['built', 'looks'].map((name) => join(folder, `checks/${name}.spec.mjs`));
  const { failed, skipped } = await runSuites('site', suites, suites.length);
  process.exitCode = failed + skipped === 0 ? 0 : 1;
}
