import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { needProgram, runProgram } from '../../programs/run-program.mjs';
import { repository } from '../../packages.mjs';
import { cacheFolder } from './cache.mjs';

const venv = join(cacheFolder, 'venv');
const requirements = join(repository, 'tools/interop/requirements.txt');

/** Prints the version of each distribution named on the command line, one a line. */
const printVersions =
  'import sys, importlib.metadata as m\nfor n in sys.argv[1:]: print(n + "==" + m.version(n))';

/** A program of the Python environment, for instance `aws` or `moto_server`. */
export const pythonProgram = (name) => join(venv, 'bin', name);

/** A Python environment with moto, boto3, the aws CLI, Powertools, cfn-lint and zizmor, all in pinned versions. */
export const python = {
  name: 'Python with moto, boto3, awscli, aws-lambda-powertools, cfn-lint and zizmor',

  /** @returns {Promise<string | undefined>} path of its `python` */
  async find() {
    const pins = (await readFile(requirements, 'utf8')).match(/^[\w-]+.*==.*$/gm).map(withoutExtras);
    const names = pins.map((pin) => pin.split('==')[0]);
    const { exitCode, stdout } = await runProgram(pythonProgram('python'), ['-c', printVersions, ...names]);
    return exitCode === 0 && stdout.trim() === pins.join('\n') ? pythonProgram('python') : undefined;
  },

  async install() {
    await needProgram('python3', ['-m', 'venv', '--clear', venv]);
    const args = ['-m', 'pip', 'install', '--quiet', '--requirement', requirements];
    await needProgram(pythonProgram('python'), args, { timeout: 900_000 });
  },

  needs: 'Python 3.10 or newer as python3, with the venv module',
};

const withoutExtras = (pin) => pin.replace(/\[.*\]/, '');
