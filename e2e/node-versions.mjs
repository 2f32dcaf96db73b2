import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../tools/interop/programs/cache.mjs';
import { needProgram } from '../tools/programs/run-program.mjs';

/** The versions of Node that are promised (README) and tested: the oldest 20, and a 22 and a 24. */
export const nodeVersions = ['20.19.0', '22.23.3', '24.9.0'];

/**
 * The folder of the program `node` in a version, for PATH. It comes from npm, where each platform's is a package of its own,
 * and stays in a cache outside the tree.
 *
 * @param {string} version
 * @returns {Promise<string>}
 */
export async function nodeFolder(version) {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const home = join(cacheFolder, 'node', version);
  const folder = join(home, 'node_modules', name, 'bin');
  const program = join(folder, 'node');
  const isThere = () =>
    access(program, constants.X_OK).then(
      () => true,
      () => false,
    );
  if (!(await isThere())) {
    const args = ['install', '--prefix', home, '--no-save', '--ignore-scripts', '--prefer-offline'];
    await needProgram('npm', [...args, `${name}@${version}`], { timeout: 300_000 });
  }
  const { stdout } = await needProgram(program, ['--version']);
  if (stdout !== `v${version}`) throw new Error(`${program} is ${stdout}, not v${version}`);
  return folder;
}
