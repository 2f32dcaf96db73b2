import { encrypt, readPlain, type Keyring, type Recipient } from 'sops-codec';
import { openKeyring } from '../checks/open-keyring.test-kit';
import { withAddition } from './addition';
import { openWhole } from './open-whole';

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
const sealed = (text: string, ...recipients: readonly Recipient[]) =>
  encrypt(readPlain(text, 'yaml'), { format: 'yaml', groups: [recipients] }, openKeyring);

test('nobody is asked whom an addition alone names, even where the own key does not open it', async () => {
  const file = withAddition(await sealed('A: one\n', own), await sealed('B: two\n', elsewhere, own));
  const asked: string[] = [];
  const keyring: Keyring = {
    ...openKeyring,
    unwrap: (wrapped) => {
      asked.push(wrapped.kind);
      return asked.length === 1 ? openKeyring.unwrap(wrapped) : Promise.reject(new Error('refused'));
    },
  };
  await expect(openWhole(file, owned, keyring, 'dev.enc.yaml')).rejects.toThrow(
    'the pending value of B does not open',
  );
  expect(asked).toEqual(['kms', 'kms']);
  const { documents } = await openWhole(file, owned, openKeyring, 'dev.enc.yaml');
  expect(documents[0]?.items).toMatchObject([
    { key: 'A', value: { text: 'one' } },
    { key: 'B', value: { text: 'two' } },
  ]);
});

test('two additions of one key are refused; one left out is gone', async () => {
  const once = withAddition(await sealed('A: one\n', own), await sealed('B: two\n', own));
  const twice = withAddition(once, await sealed('B: three\n', own));
  await expect(openWhole(twice, owned, openKeyring, 'dev.enc.yaml')).rejects.toThrow(
    'B exists both in the file and as a pending value',
  );
  const { documents, folded } = await openWhole(twice, owned, openKeyring, 'dev.enc.yaml', ['B']);
  expect(folded).toBe(true);
  expect(documents[0]?.items).toMatchObject([{ key: 'A' }]);
});
