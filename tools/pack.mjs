/** Makes the tarballs of the published packages and looks into each: what users install is what is meant to be there. */
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { packageFolders, readManifest, repository, tarballFolder } from './packages.mjs';
import { needProgram } from './programs/run-program.mjs';

/** What a tarball may hold; everything else is a mistake in the package's `files`. */
const allowed = [
  /^dist\/.+\.js$/,
  /^dist\/.+\.d\.ts$/,
  /^bin\/[\w-]+\.js$/,
  /^src\/.+\/schema\.json$/,
  /^(executors|generators|package)\.json$/,
  /^(README\.md|LICENSE)$/,
];

/** Names that are wrong although a pattern above lets them through. */
const testCode = /\.(spec|test-kit)\.(js|d\.ts)$/;

/** What is wrong with the list of a tarball's files; `folder` is the package's. */
function mistakesIn(files, folder) {
  const strange = files.filter((path) => testCode.test(path) || !allowed.some((one) => one.test(path)));
  const stale = files.filter((path) => path.startsWith('dist/') && !existsSync(sourceOf(folder, path)));
  const missing = entryPoints(folder).filter((path) => !files.includes(path));
  return [
    ...strange.map((path) => `${path}: does not belong into the tarball`),
    ...stale.map((path) => `${path}: its source is gone; delete packages/${folder}/dist and build again`),
    ...missing.map((path) => `${path}: missing`),
  ];
}

const sourceOf = (folder, path) =>
  join(repository, 'packages', folder, path.replace(/^dist\//, 'src/').replace(/(\.d\.ts|\.js)$/, '.ts'));

/** Files that the package's manifest points at, and those that every package has. */
function entryPoints(folder) {
  const { main, types, bin = {}, generators, executors } = readManifest(folder);
  const named = [main, types, ...Object.values(bin), generators, executors].filter(Boolean);
  return ['README.md', 'LICENSE', 'package.json', ...named.map((path) => path.replace(/^\.\//, ''))];
}

await rm(tarballFolder, { recursive: true, force: true });
await mkdir(tarballFolder, { recursive: true });

let mistakes = 0;
for (const folder of packageFolders) {
  const args = ['pack', '--json', '--pack-destination', tarballFolder, '--workspace', `packages/${folder}`];
  const { stdout } = await needProgram('npm', args, { cwd: repository });
  // npm 11 gives a list, npm 12 a record by name.
  const [tarball] = Object.values(JSON.parse(stdout));
  const files = tarball.files.map(({ path }) => path);
  const found = mistakesIn(files, folder);
  mistakes += found.length;
  console.log(`${tarball.filename}: ${files.length} files, ${Math.round(tarball.size / 1024)} kB`);
  for (const mistake of found) console.error(`  ✗ ${mistake}`);
}
process.exitCode = mistakes === 0 ? 0 : 1;
