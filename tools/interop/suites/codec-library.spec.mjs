/** sops-codec as a dependency: its types in every mode of TypeScript, and clients of KMS from other versions of the SDK. */
import assert from 'node:assert/strict';
import { copyFile, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createKeyring } from 'sops-codec';
import { repository } from '../../packages.mjs';
import { privateFolder } from '../../private-folder.mjs';
import { runProgram } from '../../programs/run-program.mjs';
import { awsClients, makeKey } from '../aws-clients.mjs';
import { backends } from '../backends.mjs';
import { makeApp } from '../bundles/app-folder.mjs';
import { olderAwsSdk } from '../programs/older-aws-sdk.mjs';

const older = await olderAwsSdk.find();

describe('types', () => {
  let directory;

  before(async () => {
    directory = await privateFolder('interop-library');
    await makeApp(directory.path, { clouds: true });
    const modules = join(directory.path, 'node_modules');
    await symlink(join(older, '@aws-sdk/client-kms'), join(modules, 'older-client-kms'));
    await symlink(join(repository, 'node_modules/@types'), join(modules, '@types'));
    for (const ending of ['mts', 'cts', 'ts'])
      await copyFile(
        join(repository, 'tools/interop/library/sample.ts'),
        join(directory.path, `sample.${ending}`),
      );
  });
  after(() => directory?.remove());

  const modes = [
    { files: ['sample.mts', 'sample.cts'], module: 'nodenext', exactOptionalPropertyTypes: true },
    { files: ['sample.mts'], module: 'nodenext', exactOptionalPropertyTypes: false },
    { files: ['sample.ts'], module: 'esnext', moduleResolution: 'bundler', exactOptionalPropertyTypes: true },
    {
      files: ['sample.ts'],
      module: 'commonjs',
      moduleResolution: 'bundler',
      exactOptionalPropertyTypes: false,
    },
  ];
  for (const [index, { files, ...mode }] of modes.entries())
    test(`${files.join(' and ')}: ${JSON.stringify(mode)}`, async () => {
      const config = join(directory.path, `tsconfig.${index}.json`);
      const compilerOptions = {
        ...mode,
        target: 'es2022',
        types: ['node'],
        strict: true,
        noUncheckedIndexedAccess: true,
        noEmit: true,
        // Once is enough for the declarations themselves, since it takes long.
        skipLibCheck: index > 0,
      };
      await writeFile(config, JSON.stringify({ compilerOptions, files }));
      const tsc = join(repository, 'node_modules/typescript/bin/tsc');
      const { exitCode, all } = await runProgram(process.execPath, [tsc, '-p', config]);
      assert.equal(exitCode, 0, all);
    });
});

for (const backend of backends)
  describe(`clients of KMS against ${backend.name}`, () => {
    let server, arn;

    before(async () => {
      server = await backend.start();
      arn = await makeKey(awsClients(server.endpoint), 'user-service-dev');
    });
    after(() => server?.stop());

    const requires = {
      'of 3.600': createRequire(join(older, 'index.js')),
      'of today': createRequire(import.meta.url),
    };
    for (const [version, require] of Object.entries(requires))
      for (const name of ['KMSClient', 'KMS'])
        test(`${name} ${version}`, async () => {
          const { [name]: Client } = require('@aws-sdk/client-kms');
          const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
          const client = new Client({ region: 'eu-west-1', endpoint: server.endpoint, credentials });
          const keyring = createKeyring({ awsKms: { clientFor: () => client } });
          const key = Uint8Array.from({ length: 32 }, (_, index) => index);
          const recipient = { kind: 'kms', arn, context: { service: 'user-service' } };
          const enc = await keyring.wrap(recipient, key);
          assert.deepEqual([...(await keyring.unwrap({ ...recipient, enc }))], [...key]);
          for (const [wrapped, code] of [
            [{ ...recipient, enc, context: {} }, 'badWrappedKey'],
            [{ ...recipient, enc, arn: `${arn}-x` }, 'keyNotFound'],
          ])
            await assert.rejects(keyring.unwrap(wrapped), { name: 'SopsError', code });
          client.destroy();
        });
  });
