/**
 * `publish` of sops and of ours, against S3, Google Cloud Storage and Vault on loopback: the same exit codes, the same
 * prompts, the same requests, and the same content at the destination.
 */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { repository } from '../../packages.mjs';
import { privateFolder } from '../../private-folder.mjs';
import { needProgram, runProgram } from '../../programs/run-program.mjs';
import { sops } from '../programs/sops.mjs';

const codec = join(repository, 'packages/sops-codec');
const { startPublishServer } = createRequire(import.meta.url)(join(codec, 'test/publish-server.cjs'));
const ours = join(codec, 'bin/sops-codec.js');
const real = await sops.find();

describe('publish', () => {
  let folder, server, env, owner, other;

  before(async () => {
    folder = await privateFolder('interop-publish');
    server = await startPublishServer();
    const [identity, second] = [await generateX25519Identity(), await generateX25519Identity()];
    owner = await identityToRecipient(identity);
    other = await identityToRecipient(second);
    env = {
      PATH: process.env.PATH,
      LANG: 'C.UTF-8',
      HOME: folder.path,
      SOPS_AGE_KEY: `${identity}\n${second}`,
      ...server.env,
    };
    const rule = { creation_rules: [{ age: owner }] };
    await writeFile(join(folder.path, 'creation.yaml'), JSON.stringify(rule));
    await mkdir(join(folder.path, 'tree/deep'), { recursive: true });
    const texts = {
      'a.yaml': 'user: app\nport: 5432\nm:\n    k: v\n',
      'a.json': '{"user":"app","list":["x","y"],"yes":true,"none":null,"pi":1.5}',
      'two.yaml': 'a: x\nb: "1"\n---\nb: "2"\n',
      'a.env': 'USER=app\n',
      'a.ini': '[s]\nk = v\n',
      'blob.bin': 'hello',
      'numbers.yaml': 'n: 5\nbig: 9007199254740993\n',
      'nested.yaml': 'l:\n    - k: v\n',
      'suffix.yaml': 'user: app\nhint_unencrypted: canary\n',
      'strings.yaml': 'user: app\npassword: correct <horse> & more ü\n',
      '.hidden': 'x',
      'tree/b.yaml': 'user: app\n',
      'tree/deep/c.d.json': '{"user":"app"}',
    };
    for (const [name, text] of Object.entries(texts)) {
      await writeFile(join(folder.path, name), text);
      await needProgram(real, ['--config', 'creation.yaml', 'encrypt', '-i', name], {
        cwd: folder.path,
        env,
      });
    }
    await writeFile(join(folder.path, 'plain.yaml'), 'user: app\n');
    const text = await readText('a.yaml');
    await writeFile(join(folder.path, 'added.yaml'), `added: x\n${text}`);
    await writeFile(join(folder.path, 'broken.yaml'), text.replace(/^port: .*\n/m, ''));
  });
  beforeEach(() => server.reset());
  after(async () => {
    await server?.stop();
    await folder?.remove();
  });

  const readText = async (name) =>
    (await needProgram('cat', [name], { cwd: folder.path, stripFinalNewline: false })).stdout;

  /** Runs a program with destination rules and gives how it ended, and what arrived. */
  async function published(program, rules, args, { input = '', more = {}, keep = false } = {}) {
    if (!keep) server.reset();
    const from = server.requests.length;
    await writeFile(join(folder.path, '.sops.yaml'), JSON.stringify({ destination_rules: rules }));
    const { exitCode, stdout, stderr } = await runProgram(program, ['publish', ...args], {
      cwd: folder.path,
      env: { ...env, ...more },
      extendEnv: false,
      input,
      timeout: 60_000,
    });
    return {
      exitCode,
      stdout,
      stderr,
      requests: server.requests.slice(from),
      objects: new Map(server.objects),
      secrets: new Map(server.secrets),
    };
  }

  /** What both have to have in common, of one run. */
  const comparable = ({ exitCode, stdout, requests, objects, secrets }) => ({
    exitCode,
    stdout,
    requests: requests.map(({ method, path }) => `${method} ${path}`),
    objects: [...objects.keys()],
    secrets: [...secrets].map(([path, versions]) => [path, versions.map((text) => JSON.parse(text))]),
  });

  async function same(rules, args, options) {
    const theirs = await published(real, rules, args, options);
    const own = await published(ours, rules, args, options);
    assert.deepEqual(comparable(own), comparable(theirs), `${own.stderr}\n---\n${theirs.stderr}`);
    return { theirs, own };
  }

  const s3 = { s3_bucket: 'bucket', s3_prefix: 'team/' };
  const gcs = { gcs_bucket: 'bucket', gcs_prefix: 'team/' };
  const vault = { vault_path: 'team/shop' };

  for (const [title, rule, scheme] of [
    ['S3', s3, 's3'],
    ['Google Cloud Storage', gcs, 'gcs'],
  ]) {
    test(`${title}: the file as it is`, async () => {
      for (const name of ['a.yaml', 'a.json', 'a.env', 'a.ini', 'blob.bin']) {
        const { own, theirs } = await same([rule], ['--yes', name]);
        assert.equal(own.exitCode, 0);
        const uploaded = own.objects.get(`${scheme}://bucket/team/${name}`);
        assert.deepEqual(uploaded, theirs.objects.get(`${scheme}://bucket/team/${name}`));
        assert.equal(uploaded.toString(), await readText(name));
      }
    });

    test(`${title}: encrypted again, for the recipients of the recreation_rule`, async () => {
      for (const recreation of [
        { age: other },
        { age: owner },
        { age: other, encrypted_suffix: 'user' },
        { age: other, encrypted_regex: '^user$' },
      ]) {
        const { own } = await same([{ ...rule, recreation_rule: recreation }], ['--yes', 'a.yaml']);
        assert.equal(own.exitCode, 0);
        const uploaded = own.objects.get(`${scheme}://bucket/team/a.yaml`);
        await writeFile(join(folder.path, 'got.yaml'), uploaded);
        const { stdout } = await needProgram(real, ['decrypt', 'got.yaml'], { cwd: folder.path, env });
        assert.equal(stdout, 'user: app\nport: 5432\nm:\n    k: v');
        assert.match(uploaded.toString(), recreation.encrypted_suffix ? /port: 5432/ : /port: ENC/);
        assert.match(uploaded.toString(), new RegExp(`recipient: ${recreation.age}`));
      }
    });

    test(`${title}: --omit-extensions, omit_extensions, --recursive`, async () => {
      await same([rule], ['--yes', '--omit-extensions', 'a.yaml']);
      await same([{ ...rule, omit_extensions: true }], ['--yes', './a.yaml']);
      await same([{ ...rule, omit_extensions: true }], ['--yes', '.hidden']);
      await same([rule], ['--yes', '--recursive', 'tree']);
      await same([rule], ['--yes', '--recursive', './tree/']);
      await same([{ ...rule, omit_extensions: true }], ['-y', '--recursive', 'tree']);
      await same([rule], ['--yes', 'tree/deep/c.d.json']);
      await same([rule], ['--yes', '--recursive', 'tree/b.yaml']);
    });
  }

  test('Vault: the values, in version 2 and 1, of another mount and address', async () => {
    for (const rule of [
      vault,
      { vault_path: 'team/shop/', vault_kv_mount_name: 'kv2', vault_kv_version: 2 },
      { ...vault, vault_kv_mount_name: 'kv1/', vault_kv_version: 1 },
      { ...vault, vault_kv_version: 7 },
      { ...vault, vault_address: server.url },
    ]) {
      for (const name of ['a.yaml', 'a.json', 'two.yaml', 'a.env', 'a.ini', 'blob.bin', 'strings.yaml']) {
        const { own } = await same([rule], ['--yes', '--omit-extensions', name]);
        assert.equal(own.exitCode, 0, own.stderr);
        assert.equal(own.secrets.size, 1);
      }
    }
    await same([{ ...vault, recreation_rule: { age: other } }], ['--yes', '--recursive', 'tree']);
  });

  test('Vault: no new version of equal values; one that cannot be compared is written', async () => {
    for (const program of [real, ours]) {
      const first = await published(program, [vault], ['--yes', 'strings.yaml']);
      const second = await published(program, [vault], ['--yes', 'strings.yaml'], { keep: true });
      assert.deepEqual(
        [first, second].map(({ exitCode, requests }) => [exitCode, requests.map(({ method }) => method)]),
        [
          [0, ['GET', 'PUT']],
          [0, ['GET']],
        ],
      );
      assert.equal([...server.secrets.values()][0].length, 1);
    }
  });

  test('what is refused ends both with the same exit code, and nothing is sent', async () => {
    const cases = [
      [[], ['--yes', 'a.yaml'], 1],
      [[{ ...s3, path_regex: 'nothing' }], ['--yes', 'a.yaml'], 1],
      [[{ path_regex: 'a' }], ['--yes', 'a.yaml'], 1],
      [[{ ...s3, ...vault }], ['--yes', 'a.yaml'], 1],
      [[{ ...s3, ...gcs }], ['--yes', 'a.yaml'], 1],
      [[s3], ['--yes', 'plain.yaml'], 1],
      [[s3], ['--yes', 'missing.yaml'], 1],
      [[s3], ['--yes'], 100],
      [[s3], ['--yes', 'tree'], 1],
      [[vault], ['--yes', 'broken.yaml'], 51],
      [[vault], ['--yes', 'added.yaml'], 25],
      [[{ ...s3, recreation_rule: { age: other } }], ['--yes', 'broken.yaml'], 51],
      [[{ ...s3, recreation_rule: { age: 'nonsense' } }], ['--yes', 'a.yaml'], 1],
      [
        [{ ...s3, recreation_rule: { age: other, encrypted_regex: 'x', encrypted_suffix: 'y' } }],
        ['--yes', 'a.yaml'],
        1,
      ],
      [[s3], ['--nonsense', 'a.yaml'], 1],
    ];
    for (const [rules, args, exitCode] of cases) {
      const [theirs, own] = [await published(real, rules, args), await published(ours, rules, args)];
      const seen = ({ exitCode: code, requests }) => [code, requests.length];
      assert.deepEqual(
        [seen(theirs), seen(own)],
        [
          [exitCode, 0],
          [exitCode, 0],
        ],
        JSON.stringify([rules, args, own.stderr]),
      );
    }
    for (const rule of [vault, { ...s3, recreation_rule: { age: other } }]) {
      const more = { SOPS_AGE_KEY: '' };
      const [theirs, own] = [
        await published(real, [rule], ['--yes', 'a.yaml'], { more }),
        await published(ours, [rule], ['--yes', 'a.yaml'], { more }),
      ];
      assert.deepEqual([theirs.exitCode, own.exitCode, own.requests.length], [128, 128, 0]);
    }
  });

  test('what a destination refuses ends both with 1; GCS with 1 here and 0 in sops, which loses the error', async () => {
    for (const rule of [
      { ...s3, s3_bucket: 'missing' },
      { ...gcs, gcs_bucket: 'missing' },
      { ...vault, vault_kv_mount_name: 'missing' },
    ]) {
      const [theirs, own] = [
        await published(real, [rule], ['--yes', 'a.yaml']),
        await published(ours, [rule], ['--yes', 'a.yaml']),
      ];
      assert.deepEqual([theirs.exitCode, own.exitCode], [rule.gcs_bucket ? 0 : 1, 1]);
      assert.doesNotMatch(own.stderr, /canary/);
    }
    for (const more of [{ AWS_ACCESS_KEY_ID: 'nobody' }, { AWS_REGION: '' }]) {
      const [theirs, own] = [
        await published(real, [s3], ['--yes', 'a.yaml'], { more }),
        await published(ours, [s3], ['--yes', 'a.yaml'], { more }),
      ];
      assert.deepEqual([theirs.exitCode, own.exitCode], [1, 1]);
    }
    const more = { VAULT_TOKEN: 'nobody' };
    const [theirs, own] = [
      await published(real, [vault], ['--yes', 'a.yaml'], { more }),
      await published(ours, [vault], ['--yes', 'a.yaml'], { more }),
    ];
    assert.deepEqual([theirs.exitCode, own.exitCode], [1, 1]);
  });

  test('without --yes each upload is confirmed', async () => {
    await same([s3], ['a.yaml'], { input: 'y\n' });
    await same([vault], ['a.yaml'], { input: 'y\n' });
    await same([s3], ['a.yaml'], { input: 'n\n' });
    await same([s3], ['a.yaml'], { input: '' });
    await same([s3], ['a.yaml'], { input: 'maybe\ny\n' });
    await same([s3], ['--recursive', 'tree'], { input: 'n\ny\n' });
    await same([s3], ['--recursive', 'tree'], { input: 'y\nn\n' });
  });

  test('path_regex is searched in the path as it is given, and the first rule counts', async () => {
    const rules = [{ path_regex: '^tree/deep/', ...vault }, { path_regex: 'b\\.yaml$', ...gcs }, s3];
    await same(rules, ['--yes', '--recursive', 'tree']);
    await same(rules, ['--yes', './tree/b.yaml']);
    await same(rules, ['--yes', './tree/deep/c.d.json']);
  });

  describe('differs on purpose', () => {
    test('numbers: equal ones make no new version', async () => {
      for (const [program, count] of [
        [real, 2],
        [ours, 1],
      ]) {
        await published(program, [vault], ['--yes', 'numbers.yaml']);
        await published(program, [vault], ['--yes', 'numbers.yaml'], { keep: true });
        const [versions] = server.secrets.values();
        assert.equal(versions.length, count);
        assert.match(versions[0], /"big": ?9007199254740993/);
      }
    });

    test('mappings in a list are mappings in Vault', async () => {
      const [theirs, own] = [
        await published(real, [vault], ['--yes', 'nested.yaml']),
        await published(ours, [vault], ['--yes', 'nested.yaml']),
      ].map(({ secrets }) => JSON.parse([...secrets.values()][0][0]));
      assert.deepEqual(theirs, { l: [[{ Key: 'k', Value: 'v' }]] });
      assert.deepEqual(own, { l: [{ k: 'v' }] });
    });

    test('a key with the suffix that is assumed can be read again', async () => {
      const rule = { ...s3, recreation_rule: { age: other } };
      for (const [program, exitCode] of [
        [real, 51],
        [ours, 0],
      ]) {
        const { objects } = await published(program, [rule], ['--yes', 'suffix.yaml']);
        const content = objects.get('s3://bucket/team/suffix.yaml');
        assert.doesNotMatch(content.toString(), /canary/);
        await writeFile(join(folder.path, 'got.yaml'), content);
        const decrypted = await runProgram(real, ['decrypt', 'got.yaml'], { cwd: folder.path, env });
        assert.equal(decrypted.exitCode, exitCode, decrypted.all);
      }
    });
  });
});
