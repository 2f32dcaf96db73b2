// Compiled by codec-library.spec.mjs in every mode of TypeScript, and not run.
import { readFile } from 'node:fs/promises';
import { KMS as OlderKms, KMSClient as OlderClient } from 'older-client-kms';
import { KMS, KMSClient } from '@aws-sdk/client-kms';
import {
  createKeyring,
  decrypt,
  edit,
  encrypt,
  loadEnv,
  parse,
  readSecret,
  readSecrets,
  rewrap,
  rotate,
  setSecret,
  setValue,
  SopsError,
  updateKeys,
  withDataKey,
  type ChangeOptions,
  type DecryptOptions,
  type EncryptOptions,
  type KeyGroup,
  type Keyring,
  type KeyringOptions,
  type KmsClient,
  type KmsOptions,
  type LoadEnvOptions,
  type OpenedFile,
  type PlainObject,
  type ReadOptions,
  type Recipient,
  type ReencryptOptions,
  type RewrapOptions,
  type RotateOptions,
  type WrappedKey,
} from 'sops-codec';

/** Clients of several versions, each kind of them, sync and async. */
export const clients: readonly KmsClient[] = [
  new KMSClient({}),
  new KMS({}),
  new OlderClient({}),
  new OlderKms({}),
  { send: async ({ input }) => ({ Plaintext: new Uint8Array(32), input }) },
];
export const kmsOptions: readonly KmsOptions[] = [
  { clientFor: () => new OlderClient({}) },
  { clientFor: async ({ arn }) => new KMSClient({ region: arn.split(':')[3] ?? '' }) },
  { clientFor: () => clients[0] ?? new KMSClient({}) },
  { clientFor: undefined },
];

/** Every member that may be absent may be undefined. */
function maybe<T>(value: T): T | undefined {
  return process.argv.length > 2 ? value : undefined;
}
export const recipients: readonly Recipient[] = [
  { kind: 'kms', arn: 'arn' },
  { kind: 'kms', arn: 'arn', awsProfile: maybe('p'), role: maybe('r'), context: maybe({ a: 'b' }) },
  { kind: 'age', recipient: 'age1' },
];
export const wrapped: readonly WrappedKey[] = [
  { kind: 'kms', arn: 'arn', enc: 'AAAA', createdAt: maybe(''), unknown: maybe([]) },
];
const groups: readonly KeyGroup[] = [recipients];
const now = maybe(new Date());
const keyringOptions: KeyringOptions = {
  age: maybe({ identities: maybe(['AGE-SECRET-KEY-1']) }),
  awsKms: maybe({ clientFor: maybe(() => new KMSClient({})) }),
  azure: maybe({ credential: undefined }),
  decryptionOrder: maybe(['kms']),
  transport: maybe('private' as const),
  rememberFor: maybe(0),
};
const decryptOptions: DecryptOptions = { ignoreMac: maybe(true) };
const encryptOptions: EncryptOptions = {
  format: 'yaml',
  groups,
  rule: maybe({ kind: 'unencrypted_suffix', suffix: '_plain' } as const),
  macOnlyEncrypted: maybe(true),
  shamirThreshold: maybe(1),
  isBinary: maybe(false),
  now,
};
const reencryptOptions: ReencryptOptions = { now, force: maybe(true) };
const rotateOptions: RotateOptions = { groups: maybe(groups), now };
const rewrapOptions: RewrapOptions = { now };

export async function everything(): Promise<PlainObject> {
  const keyring: Keyring = createKeyring(keyringOptions);
  const readOptions: ReadOptions = {
    format: maybe('yaml' as const),
    keyring: maybe(keyring),
    ...decryptOptions,
  };
  const envOptions: LoadEnvOptions = { ...readOptions, override: maybe(true) };
  const changeOptions: ChangeOptions = { format: maybe('yaml' as const), keyring: maybe(keyring) };
  await loadEnv('a.env', envOptions);
  await setSecret('a.yaml', ['a', 0], 1n, changeOptions);
  await updateKeys('a.yaml', groups, changeOptions);
  const value: string = String(await readSecret('a.yaml', 'a', readOptions));
  const file = parse(await readFile('a.yaml'), 'yaml');
  const opened: OpenedFile = await decrypt(file, keyring, decryptOptions);
  using again = await decrypt(file, keyring);
  await withDataKey(opened, () => rotate(opened, keyring, rotateOptions));
  await rewrap(again, groups, keyring, rewrapOptions);
  await edit(
    file,
    (plain) => setValue(plain, ['a'], { kind: 'str', text: value }),
    keyring,
    reencryptOptions,
  );
  await encrypt(again.documents, encryptOptions, keyring);
  try {
    return await readSecrets(new Uint8Array());
  } catch (error) {
    if (error instanceof SopsError && error.code === 'noIdentity') return {};
    throw error;
  }
}
