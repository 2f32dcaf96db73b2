import { join } from 'node:path';
import { needProgram, runProgram } from '../../programs/run-program.mjs';
import { followed, modules } from '../../follow/followed.mjs';
import { cacheFolder } from './cache.mjs';

/** The release whose files and behaviour the codec follows. */
const version = followed[modules.sops];
const binFolder = join(cacheFolder, 'bin');

/** The real sops in the pinned version: the cache's own, else the one on PATH. */
export const sops = {
  name: `sops ${version}`,

  /** @returns {Promise<string | undefined>} its path */
  async find() {
    for (const program of [join(binFolder, 'sops'), 'sops']) {
      const { exitCode, stdout } = await runProgram(program, ['--version', '--disable-version-check']);
      if (exitCode === 0 && stdout.split(/\s/).includes(version)) return program;
    }
    return undefined;
  },

  /** Builds it from source; the Go modules come verified against Go's checksum database. */
  async install() {
    const args = ['install', `${modules.sops}/cmd/sops@v${version}`];
    await needProgram('go', args, { env: { GOBIN: binFolder, GOFLAGS: '-trimpath' }, timeout: 900_000 });
  },

  needs: 'Go 1.25 or newer (https://go.dev/dl), or sops itself on PATH',
};
