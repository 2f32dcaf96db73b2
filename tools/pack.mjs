/** Makes the tarballs of the published packages and looks into each: what users install is what is meant to be there. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { packageFolders, readManifest, repository, tarballFolder } from './packages.mjs';
import { needProgram } from './programs/run-program.mjs';
import { brokenPages, brokenRequires, mistakesIn } from './tarball-contents.mjs';

await rm(tarballFolder, { recursive: true, force: true });
await mkdir(tarballFolder, { recursive: true });

for (const folder of packageFolders) {
  const { scripts = {} } = readManifest(folder);
  // As npm would run it, without its lines in the JSON that npm prints.
  if (scripts.prepack) {
    const [program, ...words] = scripts.prepack.split(' ');
    await needProgram(program, words, { cwd: join(repository, 'packages', folder) });
  }
  const args = [
    'pack',
    '--json',
    '--ignore-scripts',
    '--pack-destination',
    tarballFolder,
    '--workspace',
    `packages/${folder}`,
  ];
  const { stdout } = await needProgram('npm', args, { cwd: repository });
  // npm 11 gives a list, npm 12 a record by name.
  const [tarball] = Object.values(JSON.parse(stdout));
  const files = tarball.files.map(({ path }) => path);
  const isSource = (path) => existsSync(join(repository, 'packages', folder, path));
  const read = (path) => readFileSync(join(repository, 'packages', folder, path), 'utf8');
  const mistakes = [
    ...mistakesIn(files, readManifest(folder), isSource),
    ...brokenRequires(files, read),
    ...brokenPages(files, read),
  ];
  console.log(`${tarball.filename}: ${files.length} files, ${Math.round(tarball.size / 1024)} kB`);
  for (const mistake of mistakes) console.error(`  ✗ ${mistake}`);
  if (mistakes.length > 0) process.exitCode = 1;
}
console.log(`in ${tarballFolder}`);
