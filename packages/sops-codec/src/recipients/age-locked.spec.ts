import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { armor, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { decrypt, encrypt, readPlain, type AgeOptions } from '../index';
import { readSecretsSync } from '../simple/read-sync';
import { serialize } from '../file/parse';
import { createKeyring } from './keyring';

const before = { ...process.env };
let folder: string;
let identity: string;
let recipient: string;
let asked: string[];

beforeAll(async () => {
  identity = await generateX25519Identity();
  recipient = await identityToRecipient(identity);
});
beforeEach(() => {
  asked = [];
  folder = mkdtempSync(join(tmpdir(), 'sops-codec-locked-'));
  Object.assign(process.env, { HOME: folder, XDG_CONFIG_HOME: folder });
});
afterEach(() => {
  process.env = { ...before };
  rmSync(folder, { recursive: true });
});

/** A file with the identity, encrypted with a passphrase. */
async function locked(text = `# mine\n${identity}\n`): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase('correct horse');
  encrypter.setScryptWorkFactor(2);
  return encrypter.encrypt(text);
}
const answering = (answer: string | undefined): AgeOptions => ({
  ask: (question) => {
    asked.push(question);
    return Promise.resolve(answer);
  },
});
const file = () =>
  encrypt(
    readPlain('a: x\n', 'yaml'),
    { format: 'yaml', groups: [[{ kind: 'age', recipient }]] },
    createKeyring(),
  );

test.each(['binary', 'armored', 'in the variable'])('identities with a passphrase: %s', async (form) => {
  const bytes = await locked();
  if (form === 'in the variable') process.env['SOPS_AGE_KEY'] = armor.encode(bytes);
  else {
    process.env['SOPS_AGE_KEY_FILE'] = join(folder, 'keys.age');
    writeFileSync(join(folder, 'keys.age'), form === 'binary' ? bytes : `\n${armor.encode(bytes)}`);
  }
  const keyring = createKeyring({ age: answering('correct horse') });
  expect((await decrypt(await file(), keyring)).documents).toHaveLength(1);
  expect((await decrypt(await file(), keyring)).documents).toHaveLength(1);
  const source = form === 'in the variable' ? 'SOPS_AGE_KEY' : 'SOPS_AGE_KEY_FILE';
  expect(asked).toEqual([`Enter passphrase for identity '${source}': `]);
});

test.each<[string, string | undefined, string]>([
  ['a wrong passphrase', 'nope', 'it is not the right one, or the file is damaged'],
  ['nobody to ask', undefined, 'protected by a passphrase, which cannot be entered here'],
])('%s is reported', async (_, answer, what) => {
  process.env['SOPS_AGE_KEY'] = armor.encode(await locked());
  const opening = decrypt(await file(), createKeyring({ age: answering(answer) }));
  await expect(opening).rejects.toMatchObject({ code: 'noIdentity', message: expect.stringContaining(what) });
});

test('nobody is asked where another identity opens the file', async () => {
  process.env['SOPS_AGE_KEY'] = identity;
  process.env['SOPS_AGE_KEY_FILE'] = join(folder, 'keys.age');
  writeFileSync(join(folder, 'keys.age'), await locked());
  await decrypt(await file(), createKeyring({ age: answering('correct horse') }));
  expect(asked).toEqual([]);
});

test('what is locked holds no other locked file, and a synchronous reader tells that it cannot ask', async () => {
  process.env['SOPS_AGE_KEY'] = armor.encode(await locked(armor.encode(await locked())));
  const keyring = createKeyring({ age: answering('correct horse') });
  await expect(decrypt(await file(), keyring)).rejects.toMatchObject({ code: 'noIdentity' });
  expect(asked).toHaveLength(1);
  const bytes = serialize(await file());
  expect(() => readSecretsSync(bytes)).toThrow('cannot be entered here');
});
