import { bech32 } from '@scure/base';
import fc from 'fast-check';
import { decodeBech32 } from './bech32';

const prefixes = ['age', 'age-secret-key-'];
const encoded = fc
  .tuple(fc.constantFrom(...prefixes), fc.uint8Array({ minLength: 1, maxLength: 60 }), fc.boolean())
  .map(([prefix, bytes, upper]) => {
    const text = bech32.encodeFromBytes(prefix, bytes);
    return { prefix, bytes, text: upper ? text.toUpperCase() : text };
  });

test('what the library encodes', () => {
  fc.assert(
    fc.property(encoded, ({ prefix, bytes, text }) => {
      expect(decodeBech32(text, prefix)).toEqual(bytes);
      expect(decodeBech32(text, 'other')).toBeUndefined();
    }),
  );
});

test('what the library refuses, and nothing else', () => {
  const changed = fc.tuple(encoded, fc.nat(), fc.constantFrom(...'qpz1bioA\u00e9 '));
  fc.assert(
    fc.property(changed, ([{ prefix, text }, at, letter]) => {
      const place = at % text.length;
      const other = text.slice(0, place) + letter + text.slice(place + 1);
      const decoded = bech32.decodeUnsafe(other, 1000);
      const bytes = decoded?.prefix === prefix ? bech32.fromWordsUnsafe(decoded.words) : undefined;
      expect(decodeBech32(other, prefix)).toEqual(bytes ? Uint8Array.from(bytes) : undefined);
    }),
    { numRuns: 500 },
  );
});
