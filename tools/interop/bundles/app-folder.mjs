import { existsSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readManifest, repository, tarballOf } from '../../packages.mjs';
import { needProgram } from '../../programs/run-program.mjs';

/** Reads files, and prints what came of each. */
const app = (from) => `import { readSecrets, SopsError } from '${from}';
async function main() {
  const results = [];
  for (const path of process.argv.slice(2)) {
    const failure = (error) => (error instanceof SopsError ? { code: error.code, fix: error.fix } : { error: String(error) });
    results.push(await readSecrets(path).then((secrets) => ({ secrets }), failure));
  }
  console.log(JSON.stringify(results));
}
void main();
`;

/** A client that decrypts everything to the key of a variable: whether it is in a bundle shows without its service. */
const googleKms = `exports.v1 = {
  KeyManagementServiceClient: class {
    decrypt() { return Promise.resolve([{ plaintext: Buffer.from(process.env.DATA_KEY, 'hex') }]); }
  },
};
`;
const googleAuth = `exports.GoogleAuth = class { getClient() { return Promise.resolve({}); } };
exports.OAuth2Client = class {};
`;

/**
 * A folder with a program and what it needs, as an installation has it: the package as it is published, with its dependencies.
 *
 * @param {string} folder an empty one
 * @param {{clouds: boolean, from?: string}} options whether the SDKs of AWS and Google (a fake) are installed, and the entry
 *   of the package
 * @returns {Promise<string>} the path of the program
 */
export async function makeApp(folder, { clouds, from = 'sops-codec' }) {
  const modules = join(folder, 'node_modules');
  await mkdir(join(modules, 'sops-codec'), { recursive: true });
  const into = ['-C', join(modules, 'sops-codec'), '--strip-components=1'];
  await needProgram('tar', ['-xzf', tarballOf('sops-codec'), ...into]);
  const isWanted = (name) => clouds || !name.startsWith('@aws-sdk/');
  for (const name of Object.keys(readManifest('sops-codec').dependencies).filter(isWanted)) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(installed(name), join(modules, name));
  }
  if (clouds) {
    await writePackage(join(modules, '@google-cloud/kms'), googleKms);
    await writePackage(join(modules, 'google-auth-library'), googleAuth);
  }
  await writeFile(join(folder, 'app.mjs'), app(from));
  return join(folder, 'app.mjs');
}

function installed(name) {
  const own = join(repository, 'packages/sops-codec/node_modules', name);
  return existsSync(own) ? own : join(repository, 'node_modules', name);
}

async function writePackage(folder, code) {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'fake', version: '1.0.0' }));
  await writeFile(join(folder, 'index.js'), code);
}
