import { inspect } from 'node:util';
import { createKeyring, type KmsClient, type Recipient } from '../index';

const arn = 'arn:aws:kms:eu-central-1:123456789012:alias/a';
const recipient: Recipient = { kind: 'kms', arn };
const dataKey = Uint8Array.from([1, 2, 3]);

test.each<[string, (client: KmsClient) => KmsClient | Promise<KmsClient>]>([
  ['returns a client', (client) => client],
  ['returns a promise of one', (client) => Promise.resolve(client)],
])('a clientFor that %s; any object that sends is a client', async (_, given) => {
  const sent: unknown[] = [];
  const client: KmsClient = {
    send: ({ input }) => {
      sent.push(input);
      return Promise.resolve({ CiphertextBlob: Buffer.from('wrapped'), Plaintext: dataKey });
    },
  };
  const keyring = createKeyring({ awsKms: { clientFor: () => given(client) } });
  const enc = await keyring.wrap({ ...recipient, context: { a: 'b' } }, dataKey);
  expect(Buffer.from(enc, 'base64').toString()).toBe('wrapped');
  expect([...(await keyring.unwrap({ ...recipient, enc }))]).toEqual([...dataKey]);
  expect(sent).toEqual([
    { KeyId: arn, EncryptionContext: { a: 'b' }, Plaintext: dataKey },
    { KeyId: arn, EncryptionContext: {}, CiphertextBlob: Buffer.from('wrapped') },
  ]);
});

test.each<[string, () => unknown, string]>([
  [
    'throws',
    () => {
      throw new Error('canary');
    },
    'recipientUnreachable',
  ],
  ['rejects', () => Promise.reject(new Error('canary')), 'recipientUnreachable'],
  ['gives nothing', () => undefined, 'badUsage'],
  ['gives something other than a client', () => Promise.resolve({ send: 'canary' }), 'badUsage'],
])('a clientFor that %s is a SopsError', async (_, clientFor, code) => {
  const keyring = createKeyring({ awsKms: { clientFor: clientFor as () => KmsClient } });
  const error: unknown = await keyring.wrap(recipient, dataKey).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'SopsError', code });
  expect(inspect(error, { depth: 9 })).not.toContain('canary');
});
