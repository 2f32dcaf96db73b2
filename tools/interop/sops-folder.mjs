import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { needProgram, runProgram } from '../programs/run-program.mjs';
import { sops } from './programs/sops.mjs';

/**
 * The real sops in a folder, with creation rules of its own.
 *
 * @param {string} folder
 * @param {Record<string, string | undefined>} env by which it reaches the keys
 */
export async function sopsIn(folder, env) {
  const program = await sops.find();
  const options = { cwd: folder, env, timeout: 60_000, stripFinalNewline: false };
  return {
    /** Sets the creation rule for all files of the folder. */
    rule: (keyGroup, settings = {}) =>
      writeFile(
        join(folder, '.sops.yaml'),
        JSON.stringify({ creation_rules: [{ ...settings, key_groups: [keyGroup] }] }),
      ),
    write: (name, content) => writeFile(join(folder, name), content),
    read: (name) => readFile(join(folder, name)),
    /** Encrypts a text and gives the file that came of it. */
    async encrypt(name, text) {
      await writeFile(join(folder, name), text);
      await needProgram(program, ['encrypt', '--in-place', name], options);
      return readFile(join(folder, name));
    },
    /**
     * What it prints of a file, byte for byte.
     *
     * @returns {Promise<Buffer>}
     * @throws Error where it does not open it
     */
    async decrypt(name, ...args) {
      const bytes = { ...options, encoding: 'buffer' };
      return Buffer.from((await needProgram(program, ['decrypt', ...args, name], bytes)).stdout);
    },
    /** Runs it and gives how it ended. */
    run: (...args) => runProgram(program, args, options),
  };
}
