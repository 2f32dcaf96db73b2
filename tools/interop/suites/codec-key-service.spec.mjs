/** Key services: sops asks ours, and ours asks that of sops, for each kind of recipient; the client has no keys of its own. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { repository } from '../../packages.mjs';
import { privateFolder } from '../../private-folder.mjs';
import { needProgram, runProgram } from '../../programs/run-program.mjs';
import { localAws } from '../backends.mjs';
import { keyBackends } from '../key-backends.mjs';
import { startKeyService } from '../key-service-process.mjs';
import { sops } from '../programs/sops.mjs';

const ours = join(repository, 'packages/sops-codec/bin/sops-codec.js');
const real = await sops.find();
const sides = [
  { title: 'sops asks ours', server: ours, client: real },
  { title: 'ours asks sops', server: real, client: ours },
];
const onlyServices = '--enable-local-keyservice=false';
const base = { PATH: process.env.PATH, LANG: 'C.UTF-8', AWS_EC2_METADATA_DISABLED: 'true' };

for (const backend of keyBackends.filter(({ name }) => !name.includes('moto'))) {
  describe(`with ${backend.name}`, () => {
    let folder, held, theirs, stranger;

    before(async () => {
      folder = await privateFolder('interop-key-service');
      await mkdir(join(folder.path, 'nobody'), { mode: 0o700 });
      held = await backend.start(folder.path);
      stranger = { ...base, HOME: join(folder.path, 'nobody'), GNUPGHOME: join(folder.path, 'nobody') };
      const plugins = { SOPS_CODEC_AGE_PLUGINS: backend.options?.age?.plugins?.join(',') };
      theirs = { ...base, ...plugins, HOME: folder.path, ...held.env };
      const rule = { creation_rules: [{ key_groups: [held.keyGroup] }] };
      await writeFile(join(folder.path, '.sops.yaml'), JSON.stringify(rule));
      await writeFile(join(folder.path, 'plain.yaml'), 'a: x\n');
    });
    after(async () => {
      await held?.stop();
      await folder?.remove();
    });

    for (const { title, server, client } of sides) {
      for (const network of ['unix', 'tcp']) {
        test(`${title} over ${network}`, async () => {
          const service = await startKeyService(server, { network, folder: folder.path, env: theirs });
          const run = (args, more = {}) =>
            needProgram(client, args, {
              cwd: folder.path,
              env: stranger,
              extendEnv: false,
              timeout: 60_000,
              ...more,
            });
          try {
            const flags = [onlyServices, '--keyservice', service.uri];
            await run(['encrypt', ...flags, '--output', 'enc.yaml', 'plain.yaml']);
            assert.equal((await run(['decrypt', ...flags, 'enc.yaml'])).stdout, 'a: x');
            const { stdout } = await needProgram(real, ['decrypt', 'enc.yaml'], {
              cwd: folder.path,
              env: theirs,
            });
            assert.equal(stdout, 'a: x');

            await run(['set', ...flags, 'enc.yaml', '["a"]', '"new"']);
            await run(['rotate', '-i', ...flags, 'enc.yaml']);
            // The variable, and a service that is down in front of it.
            const env = { ...stranger, SOPS_KEYSERVICE: `tcp://127.0.0.1:1,${service.uri}` };
            assert.equal((await run(['decrypt', 'enc.yaml'], { env })).stdout, 'a: new');
          } finally {
            await service.stop();
          }
          if (network === 'unix') assert.equal(existsSync(join(folder.path, 'keys.sock')), false);
        });
      }
    }
  });
}

describe('with age', () => {
  const backend = keyBackends.find(({ name }) => name === 'age');
  let folder, held, env, stranger;

  before(async () => {
    folder = await privateFolder('interop-key-service');
    held = await backend.start();
    stranger = { ...base, HOME: folder.path };
    env = { ...stranger, ...held.env };
    const age = held.recipient.recipient;
    await writeFile(join(folder.path, '.sops.yaml'), JSON.stringify({ creation_rules: [{ age }] }));
    await writeFile(join(folder.path, 'enc.yaml'), 'a: x\n');
    await needProgram(real, ['encrypt', '-i', 'enc.yaml'], { cwd: folder.path, env });
  });
  after(() => folder?.remove());

  const decrypt = (program, flags, own = stranger) =>
    runProgram(program, ['decrypt', ...flags, 'enc.yaml'], {
      cwd: folder.path,
      env: own,
      extendEnv: false,
      timeout: 60_000,
    });

  for (const { title, server, client } of sides) {
    for (const [answer, exitCode] of [
      ['y\n', 0],
      ['n\n', 128],
      ['', 128],
    ]) {
      test(`${title}, with --prompt: ${JSON.stringify(answer)}`, async () => {
        const service = await startKeyService(server, {
          folder: folder.path,
          env,
          flags: ['--prompt'],
          input: answer,
        });
        const asked = await decrypt(client, ['--keyservice', service.uri]);
        const ended = await service.stop();
        assert.equal(asked.exitCode, exitCode);
        assert.match(ended.stdout, /Received decrypt request using [^]*Respond to request\? \(y\/n\): /);
      });
    }
  }

  test('key services of no use end with the same exit code in both programs, and end nothing else', async () => {
    for (const uri of [
      'tcp://127.0.0.1:1',
      '127.0.0.1:5000',
      'localhost:5000',
      'http://127.0.0.1:1',
      '',
      'tcp://',
      'unix:/nowhere/x',
      'unix://tmp/x',
    ]) {
      const codes = [];
      for (const program of [real, ours]) {
        const alone = await decrypt(program, [onlyServices, `--keyservice=${uri}`], env);
        const withLocal = await decrypt(program, [`--keyservice=${uri}`], env);
        codes.push([alone.exitCode, withLocal.exitCode, withLocal.stdout]);
      }
      assert.deepEqual(
        codes,
        [
          [128, 0, 'a: x'],
          [128, 0, 'a: x'],
        ],
        uri,
      );
    }
  });

  test('an address that cannot be listened on ends both with 1', async () => {
    await writeFile(join(folder.path, 'occupied'), '');
    for (const args of [
      ['--network', 'nonsense'],
      ['--address', 'nonsense'],
      ['--address', '127.0.0.1:99999'],
      ['--network', 'unix', '--address', 'occupied'],
      ['--network', 'unix', '--address', 'missing/folder'],
    ]) {
      for (const program of [real, ours]) {
        const { exitCode } = await runProgram(program, ['keyservice', ...args], {
          cwd: folder.path,
          env,
          timeout: 20_000,
        });
        assert.equal(exitCode, 1, `${program} ${args.join(' ')}`);
      }
    }
    assert.equal(await readFile(join(folder.path, 'occupied'), 'utf8'), '');
  });

  test('SIGTERM ends ours with 0', async () => {
    const service = await startKeyService(ours, { folder: folder.path, env });
    assert.equal((await service.stop()).exitCode, 0);
  });
});

test('the AWS endpoint of the server counts, not that of the client', async () => {
  const folder = await privateFolder('interop-key-service');
  const backend = keyBackends.find(({ name }) => name.includes(localAws.name));
  const held = await backend.start(folder.path);
  try {
    await writeFile(join(folder.path, 'plain.yaml'), 'a: x\n');
    const service = await startKeyService(ours, { folder: folder.path, env: { ...base, ...held.env } });
    const env = { ...base, HOME: folder.path, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };
    const flags = [onlyServices, '--keyservice', service.uri];
    const args = ['encrypt', ...flags, '--kms', held.recipient.arn, 'plain.yaml'];
    const { stdout } = await needProgram(ours, args, {
      cwd: folder.path,
      env,
      extendEnv: false,
      timeout: 60_000,
    });
    await service.stop();
    assert.match(stdout, /ENC\[/);
  } finally {
    await held.stop();
    await folder.remove();
  }
});
