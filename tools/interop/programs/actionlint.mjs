import { join } from 'node:path';
import { needProgram, runProgram } from '../../programs/run-program.mjs';
import { cacheFolder } from './cache.mjs';

const version = '1.7.10';
const binFolder = join(cacheFolder, 'bin');

/** actionlint, which checks workflows of GitHub Actions. */
export const actionlint = {
  name: `actionlint ${version}`,

  /** @returns {Promise<string | undefined>} its path */
  async find() {
    const program = join(binFolder, 'actionlint');
    const { exitCode, stdout } = await runProgram(program, ['-version']);
    return exitCode === 0 && stdout.includes(version) ? program : undefined;
  },

  async install() {
    const args = ['install', `github.com/rhysd/actionlint/cmd/actionlint@v${version}`];
    await needProgram('go', args, { env: { GOBIN: binFolder, GOFLAGS: '-trimpath' }, timeout: 900_000 });
  },

  needs: 'Go 1.24 or newer (https://go.dev/dl)',
};
