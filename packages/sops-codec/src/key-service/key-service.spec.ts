import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server as GrpcServer, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { createKeyring, decrypt, encrypt, withKeyServices, type EncryptedFile, type Keyring } from '../index';
import type { Document } from '../model/tree';
import type { Recipient } from '../recipients/recipient';
import { startKeyService, type RunningKeyService } from './server';

const document: Document = {
  kind: 'map',
  items: [{ kind: 'item', key: 'k', value: { kind: 'str', text: 'v' } }],
};
const soon = { connectTimeout: 300, callTimeout: 300 };

let folder: string;
let recipient: string;
let owner: Keyring;
let file: EncryptedFile;
let closing: (() => void)[] = [];
const stranger = createKeyring({ age: { identities: [] } });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sops-codec-test-'));
  const identity = await generateX25519Identity();
  recipient = await identityToRecipient(identity);
  owner = createKeyring({ age: { identities: [identity] } });
  file = await encrypt([document], { format: 'yaml', groups: [[{ kind: 'age', recipient }]] }, owner);
});
afterEach(() => {
  closing.forEach((close) => close());
  closing = [];
});
afterAll(() => rmSync(folder, { recursive: true }));

const closed = (running: RunningKeyService) => {
  closing.push(running.stop);
  return running;
};
const service = async (
  keyring: Keyring = owner,
  options: Omit<Parameters<typeof startKeyService>[1], 'keyring'> = {},
) => `tcp://127.0.0.1:${closed(await startKeyService('127.0.0.1:0', { keyring, ...options })).port}`;

/** A server of tcp that answers each connection in its own way. */
const raw = async (connected: (socket: Socket) => void): Promise<string> => {
  const sockets: Socket[] = [];
  const server = await new Promise<Server>((resolve) => {
    const made = createServer((socket) => {
      sockets.push(socket.on('error', () => undefined));
      connected(socket);
    });
    made.listen(0, '127.0.0.1', () => resolve(made));
  });
  closing.push(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });
  return `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

/** A key service that answers with these bytes, whatever it is asked; it never answers without them. */
async function answering(bytes: Buffer | undefined, methods = ['Encrypt', 'Decrypt']): Promise<string> {
  const server = new GrpcServer();
  const definition = Object.fromEntries(
    methods.map((name) => [
      name,
      {
        path: `/KeyService/${name}`,
        requestStream: false,
        responseStream: false,
        requestSerialize: (one: Buffer) => one,
        requestDeserialize: (one: Buffer) => one,
        responseSerialize: (one: Buffer) => one,
        responseDeserialize: (one: Buffer) => one,
      },
    ]),
  ) as ServiceDefinition;
  server.addService(
    definition,
    Object.fromEntries(
      methods.map((name) => [
        name,
        (_: unknown, done: (error: null, answer: Buffer) => void) => bytes && done(null, bytes),
      ]),
    ),
  );
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  closing.push(() => server.forceShutdown());
  return `tcp://127.0.0.1:${port}`;
}
/** A response with one member of bytes, in the encoding of protobuf. */
const response = (bytes: Buffer) => Buffer.concat([Buffer.from([0x0a, bytes.length]), bytes]);

test('a key service decrypts and encrypts, over tcp and a socket in the file system', async () => {
  const path = join(folder, 'a socket');
  closed(await startKeyService(`unix:${path}`, { keyring: owner }));
  for (const uri of [await service(), `unix://${path}`, `unix://${path.replace(' ', '%20')}`]) {
    const keyring = withKeyServices(stranger, [uri], { exceptLocal: true });
    expect((await decrypt(file, keyring)).documents).toEqual([document]);
    const own = await encrypt(
      [document],
      { format: 'yaml', groups: [[{ kind: 'age', recipient }]] },
      keyring,
    );
    expect((await decrypt(own, owner)).documents).toEqual([document]);
  }
});

test('its socket is removed when it stops', async () => {
  const path = join(folder, 'socket');
  const running = await startKeyService(`unix:${path}`, { keyring: owner });
  expect(statSync(path).isSocket()).toBe(true);
  running.stop();
  await new Promise((resolve) => setImmediate(resolve));
  expect(() => statSync(path)).toThrow('ENOENT');
});

test.each<Recipient>([
  {
    kind: 'kms',
    arn: 'arn:aws:kms:eu-west-1:123456789012:key/x',
    role: 'arn:aws:iam::123456789012:role/x',
    context: { app: 'shop', '': 'x' },
    awsProfile: 'team',
  },
  { kind: 'kms', arn: 'arn:aws:kms:eu-west-1:123456789012:alias/x', awsProfile: '' },
  { kind: 'pgp', fp: 'A'.repeat(40) },
  { kind: 'gcp_kms', resourceId: 'projects/p/locations/l/keyRings/r/cryptoKeys/k' },
  { kind: 'azure_kv', vaultUrl: 'https://team.vault.azure.net', name: 'dev', version: 'v7' },
  { kind: 'hc_vault', vaultAddress: 'https://vault.test', enginePath: 'team/transit', keyName: 'dev' },
  { kind: 'age', recipient: 'age1…' },
  { kind: 'hckms', keyId: 'tr-west-1:abc' },
])('a recipient arrives as it is: $kind', async (sent) => {
  const arrived: unknown[] = [];
  const key = randomBytes(32);
  const enc = {
    age: '-----BEGIN AGE ENCRYPTED FILE-----\n…',
    pgp: '-----BEGIN PGP MESSAGE-----\n',
    hc_vault: 'vault:v1:AA==',
  };
  const uri = await service({
    wrap: async (one, bytes) => {
      arrived.push([one, [...bytes]]);
      return (enc as Record<string, string>)[sent.kind] ?? 'AAAA';
    },
    unwrap: async (one) => {
      arrived.push(one);
      return key;
    },
  });
  const keyring = withKeyServices(stranger, [uri], { exceptLocal: true });
  await keyring.wrap(sent, key);
  expect([...(await keyring.unwrap({ ...sent, enc: 'täxt' }))]).toEqual([...key]);
  expect(arrived).toEqual([[sent, [...key]], { ...sent, enc: 'täxt' }]);
});

/** Key services that are of no use, each in its own way, with the code and a word of the reason. */
const failing: readonly (readonly [string, string, string, () => Promise<string>])[] = [
  ['none', 'recipientUnreachable', 'cannot be reached', async () => 'tcp://127.0.0.1:1'],
  ['no socket', 'recipientUnreachable', 'cannot be reached', async () => 'unix:///nowhere/socket'],
  ['a host that does not exist', 'recipientUnreachable', 'reached', async () => 'tcp://nowhere.invalid:5000'],
  ['no port', 'recipientUnreachable', 'not the address', async () => '127.0.0.1:5000'],
  ['another protocol', 'recipientUnreachable', 'not the address', async () => 'http://127.0.0.1:5000'],
  ['a path with an authority', 'recipientUnreachable', 'not the address', async () => 'unix://tmp/socket'],
  ['one that never speaks', 'recipientUnreachable', 'in time', () => raw(() => undefined)],
  ['one that hangs up', 'recipientUnreachable', 'cannot be reached', () => raw((socket) => socket.end())],
  ['HTTP/1', 'recipientUnreachable', '', () => raw((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nhello'))],
  ['one that never answers', 'recipientUnreachable', 'in time', () => answering(undefined)],
  ['another service', 'recipientFailed', 'not a key service', () => answering(Buffer.of(), ['Other'])],
  ['nonsense', 'recipientFailed', 'did not', () => answering(Buffer.from('nonsense'))],
  ['an empty answer', 'recipientFailed', 'did not return', () => answering(Buffer.of())],
  [
    'an answer of 5 bytes',
    'recipientFailed',
    'did not return',
    () => answering(response(Buffer.from('short'))),
  ],
  ['too long an answer', 'throttled', 'too much', () => answering(randomBytes((1 << 20) + 1))],
  ['one that refuses', 'accessDenied', 'refused', () => service(owner, { confirm: async () => false })],
  [
    'one that has no key either',
    'recipientFailed',
    'gRPC status 2',
    () => service({ ...stranger, wrap: () => Promise.reject(new Error('canary')) }),
  ],
];

describe.each(failing)('an unusable key service: %s', (_, code, word, start) => {
  test('ends with its reason where it is the only source', async () => {
    const keyring = withKeyServices(owner, [await start()], { exceptLocal: true, ...soon });
    await expect(decrypt(file, keyring)).rejects.toMatchObject({ code, exitCode: 128 });
    await expect(decrypt(file, keyring)).rejects.toThrow(word);
    await expect(keyring.wrap({ kind: 'age', recipient }, randomBytes(32))).rejects.toMatchObject({ code });
  });

  test('does not end the others', async () => {
    const [bad, good] = [[await start()], [await service()]];
    for (const keyring of [
      withKeyServices(owner, bad, soon),
      withKeyServices(withKeyServices(stranger, bad, soon), good),
      withKeyServices(withKeyServices(stranger, good), bad, soon),
    ]) {
      expect((await decrypt(file, keyring)).documents).toEqual([document]);
      expect(await keyring.wrap({ kind: 'age', recipient }, randomBytes(32))).toMatch('BEGIN AGE');
    }
  });
});

describe('a key service that returns another data key', () => {
  const hostile = () => service({ ...owner, unwrap: async () => randomBytes(32) });

  test('is named', async () => {
    const uri = await hostile();
    const keyring = withKeyServices(stranger, [uri]);
    await expect(decrypt(file, keyring)).rejects.toMatchObject({
      code: 'badWrappedKey',
      exitCode: 128,
      what: expect.stringContaining(
        `the key service ${uri} returned a data key that does not decrypt this file`,
      ),
    });
  });

  test('does not end the others: other services, other recipients', async () => {
    const uri = await hostile();
    const after = withKeyServices(stranger, ['tcp://127.0.0.1:1', uri, await service()]);
    expect((await decrypt(file, after)).documents).toEqual([document]);
    const [[key] = []] = file.metadata.groups;
    const two = {
      ...file,
      metadata: { ...file.metadata, groups: [[{ ...key!, enc: 'nonsense' }, key!]] },
    };
    expect((await decrypt(two, withKeyServices(owner, [uri]))).documents).toEqual([document]);
  });

  test('is found out by values where no MAC is asked for', async () => {
    const keyring = withKeyServices(stranger, [await hostile()]);
    await expect(decrypt(file, keyring, { ignoreMac: true })).rejects.toMatchObject({
      code: 'treeDecryption',
    });
  });

  test('a share is not checked, and the values tell', async () => {
    const groups = [[{ kind: 'age', recipient }], [{ kind: 'age', recipient }]] as const;
    const split = await encrypt([document], { format: 'yaml', groups, shamirThreshold: 2 }, owner);
    const keyring = withKeyServices(owner, [await service()], { exceptLocal: true });
    expect((await decrypt(split, keyring)).documents).toEqual([document]);
    let count = 0;
    const wrong = await service({
      ...owner,
      unwrap: async () => Buffer.concat([randomBytes(32), Buffer.of((count += 1))]),
    });
    await expect(decrypt(split, withKeyServices(stranger, [wrong]))).rejects.toMatchObject({ exitCode: 25 });
  });
});

test.each<[Recipient['kind'], string]>([
  ['age', 'nonsense'],
  ['pgp', '-----BEGIN AGE ENCRYPTED FILE-----\n'],
  ['kms', '<html>'],
  ['hc_vault', 'AAAA'],
  ['azure_kv', 'a\nb'],
])('what cannot be a wrapped key of %s is not written: %j', async (kind, text) => {
  const uri = await answering(response(Buffer.from(text)));
  const keyring = withKeyServices(stranger, [uri], { exceptLocal: true });
  await expect(keyring.wrap({ kind } as Recipient, randomBytes(32))).rejects.toThrow(
    'did not return a wrapped key',
  );
});

test('the texts of a service are not repeated, nor its failures those of this machine', async () => {
  const uri = await service({ ...owner, unwrap: () => Promise.reject(new Error('canary')) });
  const error: unknown = await decrypt(file, withKeyServices(stranger, [uri])).catch((one: unknown) => one);
  expect(error).toMatchObject({
    code: 'recipientFailed',
    what: expect.stringContaining('no age identity found'),
  });
  expect(JSON.stringify(error)).not.toContain('canary');
});

test('with a private transport only this machine is asked', async () => {
  const keyring = withKeyServices(stranger, ['tcp://192.0.2.1:5000'], { transport: 'private' });
  await expect(decrypt(file, keyring)).rejects.toThrow('nothing was sent');
  const near = withKeyServices(stranger, [await service()], { transport: 'private' });
  expect((await decrypt(file, near)).documents).toEqual([document]);
});

test('each request is confirmed before a key is used, and told with its end', async () => {
  const events: unknown[] = [];
  const uri = await service(
    { ...owner, unwrap: (key) => (events.push('used'), owner.unwrap(key)) },
    {
      confirm: async ({ action, recipient: { kind } }) => events.push(`${action} ${kind}`) > 0,
      onAnswer: ({ action }, error) => events.push(`${action}: ${error?.code ?? 'done'}`),
    },
  );
  await decrypt(file, withKeyServices(stranger, [uri]));
  expect(events).toEqual(['decrypt age', 'used', 'decrypt: done']);
});

test('a request without a key, or with several, is refused', async () => {
  const { Client, credentials, status } = await import('@grpc/grpc-js');
  const client = new Client((await service()).slice(6), credentials.createInsecure());
  closing.push(() => client.close());
  const ask = (bytes: Buffer) =>
    new Promise((resolve) =>
      client.makeUnaryRequest(
        '/KeyService/Decrypt',
        (one: Buffer) => one,
        (one: Buffer) => one,
        bytes,
        (error) => resolve(error?.code),
      ),
    );
  const member = (number: number, bytes: Buffer) =>
    Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
  const age = member(6, member(1, Buffer.from(recipient)));
  const pgp = member(2, member(1, Buffer.from('A'.repeat(40))));
  expect(await ask(Buffer.of())).toBe(status.NOT_FOUND);
  expect(await ask(member(1, Buffer.of()))).toBe(status.NOT_FOUND);
  expect(await ask(member(1, member(15, Buffer.of())))).toBe(status.NOT_FOUND);
  expect(await ask(member(1, Buffer.concat([age, pgp])))).toBe(status.NOT_FOUND);
  expect(await ask(Buffer.from([0x0a, 0xff, 0xff]))).toBe(status.INTERNAL);
});

test('it says why it cannot listen', async () => {
  const path = join(folder, 'occupied');
  writeFileSync(path, '');
  await expect(startKeyService(`unix:${path}`, { keyring: owner })).rejects.toMatchObject({
    code: 'badUsage',
  });
  await expect(startKeyService('192.0.2.1:5000', { keyring: owner })).rejects.toThrow('cannot listen there');
});
