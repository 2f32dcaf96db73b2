import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { createKeyring, decrypt, encrypt, formatOf, parse, readPlain, serialize } from '../src';
import { publishCommand } from '../src/command-line/publish';
import { startPublishServer, type PublishServer } from './publish-server.cjs';

const before = { cwd: process.cwd(), env: process.env };
let server: PublishServer;
let directory: string;
let owner: string;
let other: string;
let secondIdentity: string;
let printed: string;

beforeAll(async () => {
  server = await startPublishServer();
  const identity = await generateX25519Identity();
  secondIdentity = await generateX25519Identity();
  owner = await identityToRecipient(identity);
  other = await identityToRecipient(secondIdentity);
  directory = mkdtempSync(join(tmpdir(), 'sops-codec-test-'));
  process.chdir(directory);
  process.env = { PATH: before.env['PATH'], HOME: directory, ...server.env, SOPS_AGE_KEY: identity };
  for (const [name, text] of [
    ['a.yaml', 'user: canary\nport: 5432\nhint_unencrypted: hint\n'],
    ['a.json', '{"user":"canary","big":9007199254740993,"l":[{"k":"canary"}]}'],
    ['same.json', '{"n":1.5,"a":{"b":[1,true,null,"x"]}}'],
    ['blob.bin', 'canary'],
  ] as const) {
    const format = formatOf(name);
    const groups = [[{ kind: 'age', recipient: owner }]] as const;
    const file = await encrypt(readPlain(text, format), { format, groups }, createKeyring());
    writeFileSync(name, serialize(file));
  }
  mkdirSync('tree');
  writeFileSync('tree/b.yaml', readFileSync('a.yaml'));
  symlinkSync('../a.json', 'tree/link.json');
});
beforeEach(() => {
  server.reset();
  printed = '';
  for (const stream of [process.stdout, process.stderr])
    jest.spyOn(stream, 'write').mockImplementation((text, ...rest: unknown[]) => {
      printed += String(text);
      for (const one of rest) if (typeof one === 'function') (one as () => void)();
      return true;
    });
});
afterEach(() => {
  jest.restoreAllMocks();
  Object.assign(process.env, server.env);
});
afterAll(async () => {
  process.chdir(before.cwd);
  process.env = before.env;
  rmSync(directory, { recursive: true });
  await server.stop();
});

const s3 = { s3_bucket: 'bucket', s3_prefix: 'team/' };
const gcs = { gcs_bucket: 'bucket', gcs_prefix: 'team/' };
const vault = { vault_path: 'team' };
type Rule = Readonly<Record<string, unknown>>;
const publish = (
  rule: Rule | readonly Rule[],
  path = 'a.yaml',
  flags: Parameters<typeof publishCommand>[1] = {},
) => {
  writeFileSync('.sops.yaml', JSON.stringify({ destination_rules: [rule].flat() }));
  return publishCommand([path], { yes: true, enableLocalKeyservice: true, ...flags });
};

test.each(['.yaml', '..yaml', '...yaml'])(
  'without its extension, %s has no name at the destination',
  async (name) => {
    writeFileSync(name, readFileSync('a.yaml'));
    await expect(publish({ ...vault, omit_extensions: true }, name)).rejects.toMatchObject({
      code: 'badUsage',
    });
    expect(server.requests).toEqual([]);
  },
);

const arrived = () => server.requests.map(({ method, path }) => `${method} ${path}`);
const bodies = () => Buffer.concat(server.requests.map(({ body }) => body)).toString('latin1');

describe.each<[string, Rule, string]>([
  ['S3', s3, 's3'],
  ['Google Cloud Storage', gcs, 'gcs'],
])('%s', (_, rule, scheme) => {
  const uploaded = (name: string) => server.objects.get(`${scheme}://bucket/team/${name}`);

  test.each(['a.yaml', 'a.json', 'blob.bin'])('%s is uploaded as it is', async (name) => {
    await publish(rule, name);
    expect(uploaded(name)).toEqual(readFileSync(name));
    expect(server.requests).toHaveLength(1);
  });

  test('is encrypted again for others, everything in it, and no plaintext is sent', async () => {
    await publish({ ...rule, recreation_rule: { age: other, encrypted_regex: '^user$' } });
    expect(bodies()).not.toMatch(/canary|hint\b|5432/);
    const file = parse(uploaded('a.yaml') ?? '', 'yaml');
    await expect(decrypt(file, createKeyring())).rejects.toMatchObject({ code: 'noIdentity' });
    const { documents } = await decrypt(file, createKeyring({ age: { identities: [secondIdentity] } }));
    expect(documents).toHaveLength(1);
    expect(printed).toContain(`+++ ${other}\n--- ${owner}\n`);
    expect(printed).toContain('encrypted_regex does not count in a recreation_rule');
  });

  test('the suffix of a recreation_rule counts', async () => {
    await publish({ ...rule, recreation_rule: { age: owner, unencrypted_suffix: 'port' } });
    expect(uploaded('a.yaml')?.toString()).toMatch(/^user: ENC[^]*^port: 5432\n^hint_unencrypted: ENC/m);
    expect(printed).toBe('');
  });

  test('a directory, its links as files, without extensions', async () => {
    await publish({ ...rule, omit_extensions: true }, 'tree', { recursive: true });
    expect([...server.objects.keys()]).toEqual([`${scheme}://bucket/team/b`, `${scheme}://bucket/team/link`]);
    expect(uploaded('link')).toEqual(readFileSync('a.json'));
  });

  test.each([400, 403, 404, 500, 503])('%d ends with an error that quotes nothing', async (status) => {
    server.faults.status = status;
    const error: unknown = await publish(rule).catch((one: unknown) => one);
    expect(error).toMatchObject({
      code: 'publishFailed',
      exitCode: 1,
      where: `${scheme}://bucket/team/a.yaml`,
    });
    expect(JSON.stringify(error)).not.toContain('canary');
  });

  test('a service that is not there', async () => {
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      STORAGE_EMULATOR_HOST: '127.0.0.1:1',
    });
    await expect(publish(rule)).rejects.toMatchObject({ code: 'publishFailed', exitCode: 1 });
  });
});

test('S3 gets a signed request', async () => {
  await publish(s3);
  expect(server.requests[0]?.headers['authorization']).toMatch(/^AWS4-HMAC-SHA256 Credential=publisher\//);
});

test('Google Cloud Storage gets a token, and only over TLS to its own host', async () => {
  delete process.env['STORAGE_EMULATOR_HOST'];
  process.env['GOOGLE_OAUTH_ACCESS_TOKEN'] = 'throw-away';
  const send = jest.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('{}'));
  await publish({ ...gcs, gcs_prefix: 'a b/' });
  const [url, options] = send.mock.calls[0] ?? [];
  expect((url as URL).href).toBe(
    'https://storage.googleapis.com/upload/storage/v1/b/bucket/o?uploadType=media&name=a+b%2Fa.yaml',
  );
  expect(options).toMatchObject({
    method: 'POST',
    redirect: 'error',
    headers: { authorization: 'Bearer throw-away' },
  });
  delete process.env['GOOGLE_OAUTH_ACCESS_TOKEN'];
});

describe('Vault', () => {
  const versions = () => [...server.secrets.values()].flat().map((text) => JSON.parse(text) as unknown);

  test('gets the values, exact', async () => {
    await publish(vault, 'a.json');
    expect(arrived()).toEqual(['GET /v1/secret/data/team/a.json', 'PUT /v1/secret/data/team/a.json']);
    expect(bodies()).toMatch(/"big": ?9007199254740993/);
    expect(versions()).toEqual([{ user: 'canary', big: 9007199254740992, l: [{ k: 'canary' }] }]);
  });

  test('version 1 is written without a wrapper, and again', async () => {
    const rule = { ...vault, vault_kv_mount_name: 'kv1', vault_kv_version: 1 };
    await publish(rule, 'same.json');
    await publish(rule, 'same.json');
    expect(arrived().filter((line) => line.startsWith('PUT'))).toEqual(
      Array<string>(2).fill('PUT /v1/kv1/team/same.json'),
    );
    expect(versions()[1]).toEqual({ n: 1.5, a: { b: [1, true, null, 'x'] } });
  });

  test.each<[string, string, number]>([
    ['equal values, in another order', '{"a":{"b":[1,true,null,"x"]},"n":1.5}', 0],
    ['another value', '{"a":{"b":[1,true,null,"y"]},"n":1.5}', 1],
    ['one value more', '{"a":{"b":[1,true,null,"x"]},"n":1.5,"m":1}', 1],
    ['a list in another order', '{"a":{"b":[true,1,null,"x"]},"n":1.5}', 1],
    ['a text instead of a number', '{"a":{"b":["1",true,null,"x"]},"n":1.5}', 1],
    ['a deleted version', 'null', 1],
    ['nonsense', '{"a"', 1],
  ])('%s is a new version %#', async (_title, held, writes) => {
    server.secrets.set('/v1/secret/data/team/same.json', [held]);
    await publish(vault, 'same.json');
    expect(arrived().filter((line) => line.startsWith('PUT'))).toHaveLength(writes);
  });

  test('integers beyond the exact numbers of JavaScript are compared exactly', async () => {
    server.secrets.set('/v1/secret/data/team/a.json', [
      '{"user":"canary","big":9007199254740992,"l":[{"k":"canary"}]}',
    ]);
    await publish(vault, 'a.json');
    expect(arrived()).toHaveLength(2);
  });

  test('errors and what is printed quote no value and no answer', async () => {
    for (const status of [400, 403, 500]) {
      server.faults.status = status;
      const error: unknown = await publish(vault).catch((one: unknown) => one);
      expect(error).toMatchObject({ code: 'publishFailed', exitCode: 1 });
      expect(JSON.stringify(error)).not.toContain('canary');
    }
    expect(printed).not.toContain('canary');
  });

  test('no redirect is followed: it would carry token and values elsewhere', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(publish({ ...vault, vault_address: address })).rejects.toMatchObject({
      code: 'publishFailed',
    });
    server.close();
    expect(asked).toHaveLength(2);
    expect(asked.join()).not.toContain('elsewhere');
  });

  test('a path cannot leave its place', async () => {
    await publish({ ...vault, vault_path: 'te?am#x' }, 'same.json');
    expect(arrived()[0]).toBe('GET /v1/secret/data/te%3Fam%23x/same.json');
  });
});

test.each<[string, Rule | readonly Rule[], string, object]>([
  ['no rule', [], 'a.yaml', { code: 'noMatchingRule' }],
  ['no rule for it', { ...s3, path_regex: '^b' }, 'a.yaml', { code: 'noMatchingRule' }],
  ['no destination', { path_regex: 'a' }, 'a.yaml', { code: 'badConfig' }],
  [
    'two destinations',
    { ...s3, ...vault },
    'a.yaml',
    { code: 'badConfig', where: expect.stringContaining('line 1') },
  ],
  ['a recreation_rule that is none', { ...s3, recreation_rule: 'x' }, 'a.yaml', { code: 'badConfig' }],
  ['an invalid path_regex', { ...s3, path_regex: '(' }, 'a.yaml', { code: 'badRegex' }],
  ['a directory', s3, 'tree', { code: 'badUsage' }],
  ['a file that does not exist', s3, 'missing.yaml', { code: 'unreadableInput', exitCode: 1 }],
  ['a plain file', s3, '.sops.yaml', { code: 'notEncrypted' }],
])('%s: nothing is sent', async (_, rule, path, expected) => {
  await expect(publish(rule, path)).rejects.toMatchObject({ exitCode: 1, ...expected });
  expect(server.requests).toEqual([]);
});

test('a file that was changed is not published to Vault, nor encrypted again', async () => {
  writeFileSync('broken.yaml', readFileSync('a.yaml', 'utf8').replace(/^port: .*\n/m, ''));
  for (const rule of [vault, { ...s3, recreation_rule: { age: other } }]) {
    await expect(publish(rule, 'broken.yaml')).rejects.toMatchObject({ code: 'macMismatch' });
    expect(server.requests).toEqual([]);
  }
});
