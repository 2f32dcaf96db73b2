import * as index from '../index';
import * as kms from '../kms';
import type { KmsClient } from './aws-kms-client';
import type { Recipient } from './recipient';

const arn = 'arn:aws:kms:eu-central-1:123456789012:alias/user-dev';
const key = Uint8Array.from({ length: 32 }, (_, index) => index);
/** A client whose ciphertext is the plaintext, so that no service is needed. */
const client: KmsClient = {
  send: ({ input }: { input: { Plaintext?: Uint8Array; CiphertextBlob?: Uint8Array } }) =>
    Promise.resolve({ CiphertextBlob: input.Plaintext, Plaintext: input.CiphertextBlob }),
};
const keyring = () => kms.createKmsKeyring({ awsKms: { clientFor: () => client } });
const withAge: Recipient = {
  kind: 'age',
  recipient: 'age1lzd99uklcjnc0e7d860axevet2cz99ce9pq6tzuzd05l5nr28ams36nvun',
};

test('a file is written and read with AWS KMS alone', async () => {
  const file = await kms.encrypt(
    kms.readPlain('a: 1\n', 'yaml'),
    { format: 'yaml', groups: [[{ kind: 'kms', arn }]] },
    keyring(),
  );
  const bytes = Buffer.from(kms.serialize(file));
  expect(await kms.readSecrets(bytes, { keyring: keyring() })).toEqual({ a: 1 });
  expect(await kms.readSecret(bytes, 'a', { keyring: keyring() })).toBe(1);
});

test('other recipients are not supported', async () => {
  const error = { name: 'SopsError', code: 'unsupportedRecipient', fix: 'Use createKeyring of sops-codec.' };
  await expect(keyring().wrap(withAge, key)).rejects.toMatchObject(error);
  await expect(keyring().unwrap({ ...withAge, enc: '', createdAt: '' })).rejects.toMatchObject(error);
});

test('its errors are those of the other entry', () => {
  expect(kms.SopsError).toBe(index.SopsError);
  expect(kms.createKmsKeyring).toBe(index.createKmsKeyring);
});
