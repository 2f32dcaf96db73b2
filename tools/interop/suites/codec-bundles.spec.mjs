/**
 * Programs with sops-codec, bundled: each bundler leaves out the packages of clouds that are not installed, and takes those
 * in that are. The bundles run in a folder of their own, where nothing can be loaded but what they contain.
 */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createKeyring, encrypt, readPlain, serialize } from 'sops-codec';
import { awsEnvironment } from '../../aws/environment.mjs';
import { repository } from '../../packages.mjs';
import { privateFolder } from '../../private-folder.mjs';
import { needProgram } from '../../programs/run-program.mjs';
import { awsClients, makeKey } from '../aws-clients.mjs';
import { backends } from '../backends.mjs';
import { makeApp } from '../bundles/app-folder.mjs';
import { bundlersIn, minifiedSize } from '../bundles/bundle-with.mjs';
import { bundlers } from '../programs/bundlers.mjs';

const vectors = join(repository, 'packages/sops-codec/test/vectors/sops-3.13.3');
const vector = join(vectors, 'enc/json-basic.json');
const expected = JSON.parse(await readFile(join(vectors, 'dec/json-basic.json'), 'utf8'));
const modules = await bundlers.find();
const plain = 'KEY: value\n';

describe('bundles', () => {
  let directory, server, files, env, apps;

  before(async () => {
    directory = await privateFolder('interop-bundles');
    const folder = (name) => join(directory.path, name);
    server = await backends.find(({ name }) => name === 'local-aws').start();
    const arn = await makeKey(awsClients(server.endpoint), 'user-service-dev');
    const variables = awsEnvironment(server.endpoint, directory.path);
    for (const [name, value] of Object.entries(variables))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    let dataKey;
    const keepsKey = { wrap: async (_, key) => ((dataKey = Buffer.from(key).toString('hex')), 'QUFB') };
    const make = async (name, recipient, keyring) => {
      const options = { format: 'yaml', groups: [[recipient]] };
      await writeFile(folder(name), serialize(await encrypt(readPlain(plain, 'yaml'), options, keyring)));
      return folder(name);
    };
    const resourceId = 'projects/p/locations/l/keyRings/r/cryptoKeys/k';
    const azure = { kind: 'azure_kv', vaultUrl: 'https://v.vault.azure.net', name: 'k', version: '1' };
    files = {
      age: vector,
      kms: await make('kms.yaml', { kind: 'kms', arn }, createKeyring()),
      azure: await make('azure.yaml', azure, { wrap: async () => 'QUFB' }),
      gcp: await make('gcp.yaml', { kind: 'gcp_kms', resourceId }, keepsKey),
    };
    env = { SOPS_AGE_KEY_FILE: join(vectors, 'keys/age-a.txt'), DATA_KEY: dataKey };
    apps = {};
    for (const [name, options] of Object.entries({
      bare: { clouds: false },
      full: { clouds: true },
      kms: { clouds: true, from: 'sops-codec/kms' },
    })) {
      await mkdir(folder(name));
      apps[name] = await makeApp(folder(name), options);
    }
  });
  after(async () => {
    await server?.stop();
    await directory?.remove();
  });

  /** Bundles an app, and gives what the bundle makes of the files. */
  async function results(bundler, app) {
    const elsewhere = await privateFolder('interop-bundle');
    try {
      const program = await bundler.bundle(apps[app], elsewhere.path);
      const args = [program, ...Object.values(files)];
      const { stdout } = await needProgram(process.execPath, args, { env, cwd: elsewhere.path });
      const all = JSON.parse(stdout);
      return Object.fromEntries(Object.keys(files).map((name, index) => [name, all[index]]));
    } finally {
      await elsewhere.remove();
    }
  }

  for (const bundler of bundlersIn(modules)) {
    test(`${bundler.name}: without the packages of clouds`, async () => {
      const { age, kms, azure, gcp } = await results(bundler, 'bare');
      assert.deepEqual(age, { secrets: expected });
      for (const [result, packages] of [
        [kms, '@aws-sdk/client-kms'],
        [azure, '@azure/keyvault-keys @azure/identity'],
        [gcp, '@google-cloud/kms'],
      ])
        assert.deepEqual(result, { code: 'missingDependency', fix: `npm i -D ${packages}` });
    });

    test(`${bundler.name}: with those of AWS and Google, which are in the bundle`, async () => {
      const { age, kms, azure, gcp } = await results(bundler, 'full');
      assert.deepEqual(age, { secrets: expected });
      assert.deepEqual([kms, gcp], [{ secrets: { KEY: 'value' } }, { secrets: { KEY: 'value' } }]);
      assert.equal(azure.code, 'missingDependency');
    });

    test(`${bundler.name}: sops-codec/kms`, async () => {
      const { age, kms, gcp } = await results(bundler, 'kms');
      const unsupported = 'unsupportedRecipient';
      assert.deepEqual([kms, age.code, gcp.code], [{ secrets: { KEY: 'value' } }, unsupported, unsupported]);
    });
  }

  test('a bundle of sops-codec/kms is small, that of the SDK left aside', async () => {
    const isOwn = (path) => !/node_modules\/@(?:aws-sdk|smithy|aws)\//.test(path);
    const size = (app) => minifiedSize(modules, apps[app], isOwn);
    const [kms, full] = [await size('kms'), await size('full')];
    assert.ok(kms > 100_000 && kms < 350_000, `${kms} bytes`);
    assert.ok(full < 1_200_000, `${full} bytes`);
  });

  test('bundlers leave out what a program does not use', async () => {
    const program = join(directory.path, 'full/verify.mjs');
    await writeFile(program, "import { parse, verify } from 'sops-codec'; console.log(verify, parse);\n");
    const size = await minifiedSize(modules, program, () => true);
    assert.ok(size > 50_000 && size < 350_000, `${size} bytes`);
  });
});
