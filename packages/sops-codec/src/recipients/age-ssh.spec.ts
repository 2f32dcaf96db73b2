import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { decrypt, encrypt } from '../index';
import type { Document } from '../model/tree';
import type { AgeOptions } from './age-options';
import { createKeyring } from './keyring';
import { sshKeyPair } from './ssh-keys.test-kit';

const before = { ...process.env };
const document: Document = {
  kind: 'map',
  items: [{ kind: 'item', key: 'k', value: { kind: 'str', text: 'v' } }],
};
const keys = { ed25519: sshKeyPair('ed25519'), rsa: sshKeyPair('rsa') };
const locked = sshKeyPair('ed25519', 'pass phrase');
let folder: string;

const fileFor = (recipient: string) =>
  encrypt([document], { format: 'yaml', groups: [[{ kind: 'age', recipient }]] }, createKeyring());
const open = async (recipient: string, age?: AgeOptions) =>
  (await decrypt(await fileFor(recipient), createKeyring({ age }))).documents;

function write(path: string, text: string): string {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
  return join(folder, path);
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sops-codec-test-'));
  Object.assign(process.env, { HOME: folder, XDG_CONFIG_HOME: folder });
});
afterEach(() => {
  process.env = { ...before };
  rmSync(folder, { recursive: true });
});

describe.each(['ed25519', 'rsa'] as const)('ssh-%s', (type) => {
  const { privateKey, publicKey } = keys[type];
  const set = (name: string, value: string) => {
    process.env[name] = value;
  };
  const printing = (text: string) => {
    const path = write(
      'print',
      `#!/bin/sh\n[ "$SOPS_AGE_RECIPIENT" = "${publicKey}" ] && cat <<'E'\n${text}\nE\n`,
    );
    chmodSync(path, 0o700);
    return path;
  };

  test.each<[string, () => unknown]>([
    ['the file of a variable', () => set('SOPS_AGE_SSH_PRIVATE_KEY_FILE', write('key', privateKey))],
    ['a command that has the recipient', () => set('SOPS_AGE_SSH_PRIVATE_KEY_CMD', printing(privateKey))],
    ['~/.ssh', () => write(`.ssh/id_${type}`, privateKey)],
    [
      '~/.ssh, next to a file that is missing',
      () => {
        set('SOPS_AGE_SSH_PRIVATE_KEY_FILE', join(folder, 'missing'));
        write(`.ssh/id_${type}`, privateKey);
      },
    ],
    [
      '~/.ssh, next to a file that is not a key',
      () => {
        set('SOPS_AGE_SSH_PRIVATE_KEY_FILE', write('key', 'nonsense'));
        write(`.ssh/id_${type}`, privateKey);
      },
    ],
    [
      '~/.ssh, next to a command that fails',
      () => {
        set('SOPS_AGE_SSH_PRIVATE_KEY_CMD', 'false');
        write(`.ssh/id_${type}`, privateKey);
      },
    ],
    [
      '~/.ssh, next to a key that is damaged',
      () => {
        write(`.ssh/id_${type}`, privateKey);
        write(`.ssh/id_${type === 'rsa' ? 'ed25519' : 'rsa'}`, privateKey.slice(0, 90));
      },
    ],
  ])('an identity of %s', async (_, prepare) => {
    prepare();
    expect(await open(publicKey)).toEqual([document]);
  });

  test('a comment behind the public key is kept', async () => {
    write(`.ssh/id_${type}`, privateKey);
    const file = await fileFor(`${publicKey} somebody@example.com`);
    expect(file.metadata.groups).toMatchObject([[{ recipient: `${publicKey} somebody@example.com` }]]);
    expect((await decrypt(file, createKeyring())).documents).toEqual([document]);
  });

  test('keys that are given as texts; those of the environment are not read then', async () => {
    expect(await open(publicKey, { sshKeys: [privateKey] })).toEqual([document]);
    write(`.ssh/id_${type}`, privateKey);
    await expect(open(publicKey, { sshKeys: [] })).rejects.toMatchObject({ code: 'noIdentity' });
  });

  test('the key of somebody else does not open it', async () => {
    write(`.ssh/id_${type}`, sshKeyPair(type).privateKey);
    await expect(open(publicKey)).rejects.toThrow('none of the 1 age identities');
  });
});

describe('a key with a passphrase', () => {
  const asked: string[] = [];
  const answer = (text: string | undefined) => (question: string) => {
    asked.push(question);
    return Promise.resolve(text);
  };
  beforeEach(() => {
    asked.length = 0;
    write('.ssh/id_ed25519', locked.privateKey);
  });

  test('is asked for once, for many files', async () => {
    const keyring = createKeyring({ age: { ask: answer('pass phrase') } });
    const file = await fileFor(locked.publicKey);
    for (let count = 0; count < 2; count += 1)
      expect((await decrypt(file, keyring)).documents).toEqual([document]);
    expect(asked).toEqual([`Passphrase of ${folder}/.ssh/id_ed25519: `]);
  });

  test('is not asked for where the file is for another key', async () => {
    write('.ssh/id_rsa', keys.rsa.privateKey);
    expect(await open(keys.rsa.publicKey, { ask: answer('x') })).toEqual([document]);
    expect(asked).toEqual([]);
  });

  test.each([
    ['nobody answers', undefined, 'no terminal'],
    ['the passphrase is wrong', 'x', 'the passphrase does not open'],
  ])('has its reason where %s', async (_, text, what) => {
    await expect(open(locked.publicKey, { ask: answer(text) })).rejects.toMatchObject({
      code: 'noIdentity',
      what: expect.stringContaining(what),
    });
  });
});

test('SSH keys are not read for a file that is for none', async () => {
  const identity = await generateX25519Identity();
  process.env['SOPS_AGE_KEY'] = identity;
  const ran = join(folder, 'ran');
  process.env['SOPS_AGE_SSH_PRIVATE_KEY_CMD'] = `touch ${ran}`;
  expect(await open(await identityToRecipient(identity))).toEqual([document]);
  expect(() => chmodSync(ran, 0o600)).toThrow('ENOENT');
});

test.each([
  ['no SSH key', 'ssh-ed25519 AAAA'],
  ['a type that age does not know', 'ssh-dss AAAAB3NzaC1kc3MAAAAA'],
  ['a key whose type is another one', `ssh-rsa ${keys.ed25519.publicKey.split(' ')[1]}`],
  ['RSA with 1024 bits', sshKeyPair('rsa', undefined, 1024).publicKey],
])('%s is refused as a recipient', async (_, recipient) => {
  await expect(fileFor(recipient)).rejects.toMatchObject({ code: 'badRecipient' });
});
