import fc from 'fast-check';
import { createAccountStore } from '../store/account-store';
import { type EncryptionContext, encodeContext, decrypt, parseCiphertext, encrypt } from './cipher';
import { newKey, newMaterial } from './key-record';

const store = createAccountStore().region('123456789012', 'eu-west-1');
const key = newKey(store, 0);
const context = fc.dictionary(fc.string(), fc.string()).map((map) => Object.entries(map));

const sorted = (pairs: EncryptionContext): EncryptionContext =>
  [...pairs].sort(([a], [b]) => (a < b ? -1 : 1));

describe('encodeContext', () => {
  it.each([
    [[['ab', 'c']], [['a', 'bc']]],
    [[['a', '']], [['', 'a']]],
    [[], [['', '']]],
    [
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
      [['a', 'bcd']],
    ],
  ] as [EncryptionContext, EncryptionContext][])('tells %j from %j', (one, other) => {
    expect(encodeContext(one)).not.toEqual(encodeContext(other));
  });

  it('gives the same bytes exactly for the same pairs, whatever their order', () => {
    fc.assert(
      fc.property(context, context, (one, other) => {
        const same = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
        expect(encodeContext(one).equals(encodeContext(other))).toBe(same);
        expect(encodeContext([...one].reverse())).toEqual(encodeContext(one));
      }),
    );
  });
});

describe('encrypt and open', () => {
  it('give back what was encrypted, with the same context', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), context, (plaintext, pairs) => {
        const ciphertext = parseCiphertext(encrypt(key, pairs, plaintext))!;
        expect(ciphertext.keyId).toBe(key.id);
        expect(decrypt(key, pairs, ciphertext)).toEqual(Buffer.from(plaintext));
        expect(decrypt(key, [...pairs, ['more', '']], ciphertext)).toBeUndefined();
      }),
    );
  });

  it('open nothing in which a single bit has changed', () => {
    const blob = encrypt(key, [], Buffer.from('value'));
    for (let bit = 0; bit < blob.length * 8; bit += 1) {
      const changed = Buffer.from(blob);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      const ciphertext = parseCiphertext(changed);
      const opened = ciphertext?.keyId === key.id ? decrypt(key, [], ciphertext) : undefined;
      expect(opened).toBeUndefined();
    }
  });

  it('open old ciphertexts after a rotation and encrypt with the new material', () => {
    const before = encrypt(key, [], Buffer.from('old'));
    const rotated = { ...key, materials: [...key.materials, newMaterial(1, 'ON_DEMAND')] };
    expect(decrypt(rotated, [], parseCiphertext(before)!)?.toString()).toBe('old');
    expect(decrypt(key, [], parseCiphertext(encrypt(rotated, [], Buffer.from('new')))!)).toBeUndefined();
  });

  it('keep the id of a multi-Region key', () => {
    const multi = newKey(store, 0, { multiRegion: true });
    expect(parseCiphertext(encrypt(multi, [], Buffer.from('x')))?.keyId).toBe(multi.id);
  });

  it('parse no bytes that are too short or start otherwise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 76 }), (bytes) => {
        expect(parseCiphertext(Buffer.from(bytes))).toBeUndefined();
      }),
    );
    expect(parseCiphertext(Buffer.alloc(200, 9))).toBeUndefined();
  });
});
