import { encryptBytes } from '../cipher/value';
import { decryptMac, encryptMac, sameDigest, startMac } from './mac';

const key = Buffer.alloc(32, 7);
const time = '2026-01-01T00:00:00Z';

test('a MAC is decrypted under its own time only', () => {
  expect(decryptMac(encryptMac('ABCD', time, key), time, key)).toBe('ABCD');
  expect(decryptMac(encryptMac('ABCD', time, key), '2026-01-01T00:00:01Z', key)).toBeUndefined();
});

/** sops parses the digest as that type, or compares values of two types: exit code 51 in any case. */
test.each(['int', 'float', 'bool', 'time', 'comment', 'bytes'] as const)(
  'a MAC of type %s is not one',
  (type) => {
    expect(decryptMac(encryptBytes(Buffer.from('ABCD'), type, time, key), time, key)).toBeUndefined();
  },
);

test('a MAC of encrypted values only is another one', () => {
  const digests = [true, false].map((only) => startMac(only).digest());
  expect(sameDigest(digests[0]!, digests[1]!)).toBe(false);
});
