import {
  armor,
  Encrypter,
  generateHybridIdentity,
  generateX25519Identity,
  identityToRecipient,
} from 'age-encryption';
import fc from 'fast-check';
import { openX25519 } from './age-x25519';
import { fromBech32 } from './bech32';

async function sealed(recipients: readonly string[], content: Uint8Array): Promise<string> {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return armor.encode(await encrypter.encrypt(content));
}
const someone = async () => {
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
};

test('opens what the library sealed, whatever it is', async () => {
  const { identity, recipient } = await someone();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (content) => {
      expect(new Uint8Array(openX25519(await sealed([recipient], content), [identity])!)).toEqual(content);
    }),
    { numRuns: 50 },
  );
});

test('finds its stanza among those of others, and its identity', async () => {
  const [a, b, c] = [await someone(), await someone(), await someone()];
  const text = await sealed([a.recipient, b.recipient], Buffer.from('content'));
  expect(Buffer.from(openX25519(text, [c.identity, b.identity])!).toString()).toBe('content');
  expect(openX25519(text, [c.identity])).toBeUndefined();
  expect(openX25519(text, [])).toBeUndefined();
});

test('no flipped bit is passed over', async () => {
  const { identity, recipient } = await someone();
  const bytes = armor.decode(await sealed([recipient], Buffer.from('content')));
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const damaged = Uint8Array.from(bytes);
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    expect(openX25519(armor.encode(damaged), [identity])).toBeUndefined();
  }
});

test.each([
  ['no armor', 'text'],
  ['an armor without a file', '-----BEGIN AGE ENCRYPTED FILE-----\nAAAA\n-----END AGE ENCRYPTED FILE-----\n'],
])('%s is left to the library', async (_, text) => {
  expect(openX25519(text, [(await someone()).identity])).toBeUndefined();
});

test('identities of other kinds, and payloads of several chunks, are left to the library', async () => {
  const { identity, recipient } = await someone();
  const hybrid = await generateHybridIdentity();
  const text = await sealed([await identityToRecipient(hybrid)], Buffer.from('content'));
  expect(openX25519(text, [hybrid, identity])).toBeUndefined();
  expect(openX25519(await sealed([recipient], new Uint8Array(70_000)), [identity])).toBeUndefined();
});

test.each([
  ['another prefix', 'AGE-SECRET-KEY-PQ-1QQ'],
  ['mixed case', 'AGE-SECRET-KEY-1qQ'],
  ['a letter that is none', 'AGE-SECRET-KEY-1B'],
  ['a wrong checksum', `AGE-SECRET-KEY-1${'Q'.repeat(58)}`],
])('a Bech32 text with %s holds nothing', (_, text) => {
  expect(fromBech32(text, 'age-secret-key-')).toBeUndefined();
});
