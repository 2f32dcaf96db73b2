import { encrypt, readPlain, type Keyring, type Recipient } from 'sops-codec';
import { openKeyring } from '../checks/open-keyring.test-kit';
import { withPendingValue } from './pending-values';
import { decryptWithPending } from './decrypt-with-pending';

const own: Recipient = {
  kind: 'kms',
  arn: 'arn:aws:kms:eu-west-1:123456789012:alias/user-service-dev',
  awsProfile: '',
};
const owned = { arn: own.arn, service: 'user-service', stage: 'dev' };
const elsewhere: Recipient = {
  kind: 'hc_vault',
  vaultAddress: 'https://vault.example.com',
  enginePath: 'sops',
  keyName: 'theirs',
};
const encrypted = (text: string, ...recipients: readonly Recipient[]) =>
  encrypt(readPlain(text, 'yaml'), { format: 'yaml', groups: [recipients] }, openKeyring);

test('nobody is asked whom a pending value alone names, even where the own key does not open it', async () => {
  const file = withPendingValue(
    await encrypted('A: one\n', own),
    await encrypted('B: two\n', elsewhere, own),
  );
  const asked: string[] = [];
  const keyring: Keyring = {
    ...openKeyring,
    unwrap: (wrapped) => {
      asked.push(wrapped.kind);
      return asked.length === 1 ? openKeyring.unwrap(wrapped) : Promise.reject(new Error('refused'));
    },
  };
  await expect(decryptWithPending(file, owned, keyring, 'dev.enc.yaml')).rejects.toThrow(
    'the pending value of B cannot be decrypted',
  );
  expect(asked).toEqual(['kms', 'kms']);
  const { documents } = await decryptWithPending(file, owned, openKeyring, 'dev.enc.yaml');
  expect(documents[0]?.items).toMatchObject([
    { key: 'A', value: { text: 'one' } },
    { key: 'B', value: { text: 'two' } },
  ]);
});

test('two pending values of one key are refused; one left out is gone', async () => {
  const once = withPendingValue(await encrypted('A: one\n', own), await encrypted('B: two\n', own));
  const twice = withPendingValue(once, await encrypted('B: three\n', own));
  await expect(decryptWithPending(twice, owned, openKeyring, 'dev.enc.yaml')).rejects.toThrow(
    'B exists both in the file and as a pending value',
  );
  const { documents, folded } = await decryptWithPending(twice, owned, openKeyring, 'dev.enc.yaml', ['B']);
  expect(folded).toBe(true);
  expect(documents[0]?.items).toMatchObject([{ key: 'A' }]);
});
