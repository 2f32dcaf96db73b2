/** The examples of sops-codec, each run as its tool runs it, with files that a key of local-aws decrypts. */
import assert from 'node:assert/strict';
import { copyFile, cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { createKeyring, encrypt, formatOf, readPlain, serialize } from 'sops-codec';
import { awsEnvironment } from '../../aws/environment.mjs';
import { repository } from '../../packages.mjs';
import { privateFolder } from '../../private-folder.mjs';
import { needProgram, runProgram } from '../../programs/run-program.mjs';
import { awsClients, makeKey } from '../aws-clients.mjs';
import { localAws } from '../backends.mjs';
import { makeApp } from '../bundles/app-folder.mjs';
import { bundlers } from '../programs/bundlers.mjs';

const modules = await bundlers.find();

describe('examples of sops-codec', () => {
  let directory, server, env;
  const example = (...parts) => join(directory.path, 'examples', ...parts);

  before(async () => {
    directory = await privateFolder('interop-examples');
    await makeApp(directory.path, { clouds: true });
    for (const name of ['esbuild', 'vite'])
      await symlink(join(modules, name), join(directory.path, 'node_modules', name));
    await cp(join(repository, 'examples/sops-codec'), join(directory.path, 'examples'), { recursive: true });
    server = await localAws.start();
    env = awsEnvironment(server.endpoint, directory.path);
    for (const [name, value] of Object.entries(env))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    const arn = await makeKey(awsClients(server.endpoint), 'user-service-dev');
    const make = async (path, text) => {
      const format = formatOf(path);
      const options = { format, groups: [[{ kind: 'kms', arn }]] };
      await writeFile(path, serialize(await encrypt(readPlain(text, format), options, createKeyring())));
    };
    await make(example('node/secrets.enc.env'), 'DATABASE_URL=postgres://x\n');
    await make(example('lambda/secrets.enc.yaml'), 'API_KEY: abc\n');
    await make(example('next/secrets.enc.yaml'), 'CMS_TOKEN: token-of-next\n');
    await make(example('vite/secrets.enc.yaml'), 'CMS_TOKEN: token-of-vite\n');
  });
  after(async () => {
    await server?.stop();
    await directory?.remove();
  });

  test('node: variables are there before the program', async () => {
    const args = ['--import', './secrets.mjs', 'app.mjs'];
    const { stdout } = await needProgram(process.execPath, args, { cwd: example('node'), env });
    assert.equal(stdout, 'DATABASE_URL is set');
    const without = await runProgram(process.execPath, args, {
      cwd: example('node'),
      env: { ...env, AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_MAX_ATTEMPTS: '1' },
    });
    assert.notEqual(without.exitCode, 0);
    assert.match(without.all, /recipientUnreachable/);
  });

  test('lambda: the bundle alone, with its file, answers requests', async () => {
    await needProgram(process.execPath, ['build.mjs'], { cwd: example('lambda') });
    const uploaded = join(directory.path, 'uploaded');
    await mkdir(uploaded);
    for (const name of ['handler.js', 'secrets.enc.yaml'])
      await copyFile(example('lambda/dist', name), join(uploaded, name));
    const { handler } = createRequire(import.meta.url)(join(uploaded, 'handler.js'));
    const isAllowed = async (key) =>
      JSON.parse((await handler({ headers: { 'x-api-key': key } })).body).isAllowed;
    assert.deepEqual([await isAllowed('abc'), await isAllowed('abd')], [true, false]);
  });

  // Next.js itself is not installed: it imports the file, and awaits its default export with the phase.
  test('next: the configuration has the value at build time', async () => {
    const { default: config } = await import(pathToFileURL(example('next/next.config.mjs')).href);
    assert.deepEqual(await config('phase-production-build', { defaultConfig: {} }), {
      env: { CMS_TOKEN: 'token-of-next' },
    });
  });

  test('vite: an SSR build has the value', async () => {
    const vite = join(modules, 'vite/bin/vite.js');
    await needProgram(process.execPath, [vite, 'build', '--ssr', 'server.mjs', '--logLevel=error'], {
      cwd: example('vite'),
      env,
    });
    const { headers } = await import(pathToFileURL(example('vite/dist/server.mjs')).href);
    assert.deepEqual(headers, { authorization: 'Bearer token-of-vite' });
  });
});
