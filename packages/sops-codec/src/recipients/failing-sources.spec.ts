import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { execa } from 'execa';
import {
  decrypt,
  encrypt,
  serialize,
  type KeyGroup,
  type Keyring,
  type Recipient,
  type WrappedKey,
} from '../index';
import type { Document } from '../model/tree';
import { createKeyring } from './keyring';
import { sshKeyPair } from './ssh-keys.test-kit';

const before = { ...process.env };
const document: Document = {
  kind: 'map',
  items: [{ kind: 'item', key: 'k', value: { kind: 'str', text: 'v' } }],
};
const [ssh, strange] = [sshKeyPair('ed25519'), sshKeyPair('rsa')];
let folder: string;
let identity: string;
let recipient: string;
let somebody: string;
let answers: Server;
let silent: Server;

const listen = (handle: Parameters<typeof createServer>[1]) =>
  new Promise<Server>((resolve) => {
    const server = createServer(handle as never);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeAll(async () => {
  identity = await generateX25519Identity();
  recipient = await identityToRecipient(identity);
  somebody = await identityToRecipient(await generateX25519Identity());
  // A Vault that knows one key, and nonsense for everybody else.
  answers = await listen((request, response) => {
    const isVault = request.url?.startsWith('/v1/transit/decrypt/good');
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () =>
      response.end(
        isVault
          ? JSON.stringify({ data: { plaintext: (JSON.parse(body) as { ciphertext: string }).ciphertext } })
          : '<html>nonsense</html>',
      ),
    );
  });
  silent = await listen(() => undefined);
});
afterAll(() => {
  for (const server of [answers, silent]) {
    server.closeAllConnections();
    server.close();
  }
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sops-codec-test-'));
  Object.assign(process.env, {
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    GNUPGHOME: folder,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    SOPS_AGE_KEY: identity,
  });
});
afterEach(() => {
  process.env = { ...before };
  rmSync(folder, { recursive: true });
});

function program(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o700);
  return path;
}

const kms: Recipient = { kind: 'kms', arn: 'arn:aws:kms:eu-west-1:123456789012:key/x', awsProfile: '' };
const pgp: Recipient = { kind: 'pgp', fp: 'A'.repeat(40) };
const age = (name: string): Recipient => ({ kind: 'age', recipient: name });
const vault = (address: string, keyName: string): Recipient => ({
  kind: 'hc_vault',
  vaultAddress: address,
  enginePath: 'transit',
  keyName,
});

/** Sources that give no key, each in its own way, with the code of the reason. */
const failing: readonly (readonly [string, string, () => Recipient])[] = [
  ['KMS that refuses connections', 'recipientUnreachable', () => endpoint('http://127.0.0.1:1')],
  ['KMS that answers with nonsense', 'recipientFailed', () => endpoint(addressOf(answers))],
  ['KMS that does not answer', 'recipientUnreachable', () => endpoint(addressOf(silent))],
  ['KMS without credentials', 'badCredentials', () => ({ ...kms, awsProfile: 'nobody' })],
  ['a text that is not a KMS key', 'badRecipient', () => ({ ...kms, arn: 'nonsense' })],
  ['a Vault that refuses connections', 'recipientUnreachable', () => vault('http://127.0.0.1:1', 'x')],
  ['a Vault that answers with nonsense', 'recipientFailed', () => vault(addressOf(answers), 'x')],
  ['a Vault whose address is none', 'badRecipient', () => vault('nonsense', 'x')],
  ['gpg that is not installed', 'missingDependency', () => gpg('/nowhere/gpg')],
  ['gpg that fails', 'recipientFailed', () => gpg(program('gpg', 'exit 2'))],
  ['gpg that is killed', 'recipientFailed', () => gpg(program('gpg', 'kill -9 $$'))],
  ['gpg that is not a program', 'recipientFailed', () => gpg(folder)],
  ['age for somebody else', 'noIdentity', () => age(somebody)],
  ['an SSH key of somebody else', 'noIdentity', () => age(strange.publicKey)],
  ['an age plugin that may not run', 'noIdentity', () => age('age1echo1qqqqqqq')],
  ['HuaweiCloud KMS', 'unsupportedRecipient', () => ({ kind: 'hckms', keyId: 'x' })],
];
const endpoint = (url: string): Recipient => {
  process.env['AWS_ENDPOINT_URL'] = url;
  return kms;
};
const gpg = (path: string): Recipient => {
  process.env['SOPS_GPG_EXEC'] = path;
  return pgp;
};

/** Sources that give the key. */
const working: readonly (readonly [string, () => Recipient])[] = [
  ['age', () => age(recipient)],
  ['Vault', () => vault(addressOf(answers), 'good')],
  [
    'an SSH key',
    () => {
      process.env['SOPS_AGE_SSH_PRIVATE_KEY_FILE'] = join(folder, 'ssh');
      writeFileSync(join(folder, 'ssh'), ssh.privateKey);
      return age(ssh.publicKey);
    },
  ],
];

/** The file for a source that fails and one that works, in this order. */
async function fileFor(bad: Recipient, good: Recipient) {
  const real = createKeyring();
  const wrap: Keyring['wrap'] = (one, key) => {
    if (one === good && good.kind === 'age') return real.wrap(good, key);
    if (one === good) return Promise.resolve(Buffer.from(key).toString('base64'));
    const isOwn = one.kind === 'age' && !one.recipient.startsWith('age1echo');
    return Promise.resolve(isOwn ? real.wrap(one, key) : 'AAAA');
  };
  const groups = [[bad, good]];
  return encrypt(
    [document],
    { format: 'yaml', groups },
    { ...real, wrap, resolve: (one) => Promise.resolve(one) },
  );
}

describe.each(failing)('%s', (_, code, makeBad) => {
  test.each(working)('does not end %s', async (__, makeGood) => {
    const [bad, good] = [makeBad(), makeGood()];
    const file = await fileFor(bad, good);
    const decryptionOrder = [bad.kind, ...(good.kind === bad.kind ? [] : [good.kind])];
    if (bad.kind === 'age')
      process.env['SOPS_AGE_KEY'] = good.kind === 'age' ? identity : await generateX25519Identity();
    const keyring = createKeyring({ decryptionOrder });
    expect((await decrypt(file, keyring)).documents).toEqual([document]);
    const [group = []] = file.metadata.groups;
    const only = {
      ...file,
      metadata: { ...file.metadata, groups: [group.slice(0, 1)] as KeyGroup<WrappedKey>[] },
    };
    if (bad.kind !== 'age')
      await expect(decrypt(only, createKeyring())).rejects.toMatchObject({ code, failures: [{ code }] });
  });
});

describe('sources of age identities', () => {
  const open = async () => {
    const file = await encrypt([document], { format: 'yaml', groups: [[age(recipient)]] }, createKeyring());
    return (await decrypt(file, createKeyring())).documents;
  };
  const set = (variables: Readonly<Record<string, string>>) => Object.assign(process.env, variables);

  test.each<[string, () => unknown]>([
    ['a command that fails', () => set({ SOPS_AGE_KEY_CMD: 'false' })],
    ['a command that does not exist', () => set({ SOPS_AGE_KEY_CMD: '/nowhere/keys' })],
    ['a command that is killed', () => set({ SOPS_AGE_KEY_CMD: program('keys', 'kill -9 $$') })],
    ['a command that prints nonsense', () => set({ SOPS_AGE_KEY_CMD: 'echo nonsense' })],
    ['a command that is only blanks', () => set({ SOPS_AGE_KEY_CMD: ' ' })],
    ['a key file that is missing', () => set({ SOPS_AGE_KEY_FILE: join(folder, 'missing') })],
    ['a key file that is a folder', () => set({ SOPS_AGE_KEY_FILE: folder })],
    ['a key file with a passphrase', () => set({ SOPS_AGE_KEY_FILE: program('enc', '') + protect() })],
    ['an identity of a plugin', () => set({ SOPS_AGE_KEY: `AGE-PLUGIN-YUBIKEY-1QQ\n${identity}` })],
    ['an identity that is damaged', () => set({ SOPS_AGE_KEY: `AGE-SECRET-KEY-1QQQQ\n${identity}` })],
    ['several identities on one line', () => set({ SOPS_AGE_KEY: `AGE-SECRET-KEY-1QQQQ  \t${identity} ` })],
    ['Windows line breaks', () => set({ SOPS_AGE_KEY: `# a comment\r\n${identity}\r\n` })],
  ])('%s does not end the others', async (_, prepare) => {
    prepare();
    expect(await open()).toEqual([document]);
  });

  test('if none works, the error has the reason of each', async () => {
    const file = await encrypt([document], { format: 'yaml', groups: [[age(recipient)]] }, createKeyring());
    set({ SOPS_AGE_KEY: 'nonsense', SOPS_AGE_KEY_FILE: join(folder, 'missing'), SOPS_AGE_KEY_CMD: 'false' });
    await expect(decrypt(file, createKeyring())).rejects.toMatchObject({
      code: 'noIdentity',
      what: expect.stringMatching(
        /no age identity found; SOPS_AGE_KEY has a line.*; cannot read the file of SOPS_AGE_KEY_FILE; SOPS_AGE_KEY_CMD failed/,
      ),
    });
  });

  function protect(): string {
    writeFileSync(join(folder, 'enc'), '-----BEGIN AGE ENCRYPTED FILE-----\nx\n');
    return '';
  }
});

/** Their SDKs cannot run in Jest, and must not end the process. */
test.each<[string, Recipient]>([
  ['GCP KMS', { kind: 'gcp_kms', resourceId: 'projects/p/locations/l/keyRings/r/cryptoKeys/k' }],
  ['Azure Key Vault', { kind: 'azure_kv', vaultUrl: 'https://127.0.0.1:1', name: 'k', version: 'v' }],
])(
  '%s without credentials does not end age',
  async (_, bad) => {
    const file = await fileFor(bad, age(recipient));
    writeFileSync(join(folder, 'a.yaml'), serialize(file));
    const { stdout, stderr, exitCode } = await execa(
      process.execPath,
      [
        join(__dirname, '../../bin/sops-codec.js'),
        'decrypt',
        '--decryption-order',
        `${bad.kind},age`,
        'a.yaml',
      ],
      {
        cwd: folder,
        env: {
          PATH: process.env['PATH'],
          HOME: folder,
          SOPS_AGE_KEY: identity,
          GCE_METADATA_HOST: '127.0.0.1:1',
        },
        extendEnv: false,
        reject: false,
      },
    );
    expect({ stdout, exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({
      stdout: 'k: v',
      exitCode: 0,
      stderr: '',
    });
  },
  60_000,
);
