import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { needProgram } from '../../programs/run-program.mjs';
import { cacheFolder } from './cache.mjs';

const versions = { 'aws-cdk-lib': '2.276.0', constructs: '10.8.1' };
const folder = join(cacheFolder, 'cdk');

/** The AWS CDK's library, which is too large to be a dependency of this repository. */
export const cdk = {
  name: `aws-cdk-lib ${versions['aws-cdk-lib']}`,

  /** @returns {Promise<string | undefined>} the folder of its packages */
  async find() {
    const modules = join(folder, 'node_modules');
    for (const [name, version] of Object.entries(versions)) {
      const text = await readFile(join(modules, name, 'package.json'), 'utf8').catch(() => '{}');
      if (JSON.parse(text).version !== version) return undefined;
    }
    return modules;
  },

  async install() {
    await mkdir(folder, { recursive: true });
    const packages = Object.entries(versions).map(([name, version]) => `${name}@${version}`);
    const args = ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder];
    await needProgram('npm', [...args, ...packages], { timeout: 900_000 });
  },

  needs: 'npm and its registry',
};
