import { encrypt, readPlain, type Keyring } from 'sops-codec';
import { openKeyring } from '../../checks/open-keyring.test-kit';
import { ownKey, ownRecipient } from '../../secret-file/own-key.test-kit';
import { changeKey } from './change-key';

/** A keyring that remembers the data keys that it gave. */
const remembering = () => {
  const given: Uint8Array[] = [];
  const keyring: Keyring = {
    ...openKeyring,
    unwrap: async (wrapped) => {
      const key = Uint8Array.from(await openKeyring.unwrap(wrapped));
      given.push(key);
      return key;
    },
  };
  return { keyring, given };
};

test.each<[string, string, string | undefined]>([
  ['a value that is set', 'A', 'two'],
  ['a value that exists already', 'A', 'one'],
  ['a key that is removed', 'A', undefined],
  ['a path through a value', 'A.b', 'two'],
])('%s: the data key is zeroed', async (_, path, value) => {
  const { keyring, given } = remembering();
  const file = await encrypt(
    readPlain('A: one\n', 'yaml'),
    { format: 'yaml', groups: [[ownRecipient]] },
    keyring,
  );
  const push = { format: 'yaml', output: 'json', where: 'dev.enc.yaml' } as const;
  await changeKey(file, path.split('.'), value, ownKey, keyring, push).catch(() => undefined);
  expect(given).toEqual([new Uint8Array(32)]);
});
