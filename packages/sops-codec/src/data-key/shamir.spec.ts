import fc from 'fast-check';
import { combineShares, splitSecret } from './shamir';

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));
const secret = Uint8Array.from({ length: 32 }, (_, index) => index);

/** Shares that sops made of the bytes 00 to 1f. */
const twoOfTwo = [
  '42c96acadf7671484e5aeca0b1a7f091fc41af08b3dabcdabf91308c0e80ee8c01',
  '848ad28aa9e3e89984afdd466d42e928d3b17325419059964d124e2e383ce52202',
].map(hex);
const threeOfFive = [
  '8a8cf67b0d38c9eb5aa5ead96563cbfd71e3e5085f699f9d5240337ef2b9868b01',
  'af996f9b3939ca26d2191b8191443bd2239fbb0967e19dfa373c57f68d24e4b502',
  '25149be3300405ca80b5fb53f82afe20426d4c122c9d14707d657e9363807c2103',
  'f3789693c27ebae0447e2dd00afdc2269fc930974bd625739c39fc4666dc980204',
  '79f562ebcb43750c16d2cd02639307d4fe3bc78c00aaacf9d660d5238878009605',
].map(hex);

test('combines the shares of sops', () => {
  expect(combineShares(twoOfTwo)).toEqual(secret);
  for (const [a, b, c] of [
    [0, 1, 2],
    [2, 3, 4],
    [0, 2, 4],
    [4, 1, 3],
  ] as const) {
    expect(combineShares([threeOfFive[a]!, threeOfFive[b]!, threeOfFive[c]!])).toEqual(secret);
  }
  expect(combineShares(threeOfFive)).toEqual(secret);
  expect(combineShares(threeOfFive.slice(0, 2))).not.toEqual(secret);
});

test('any threshold of shares gives the secret, fewer do not', () => {
  const sizes = fc
    .integer({ min: 2, max: 8 })
    .chain((count) => fc.tuple(fc.constant(count), fc.integer({ min: 2, max: count })));
  fc.assert(
    fc.property(sizes, fc.uint8Array({ minLength: 32, maxLength: 32 }), ([count, threshold], bytes) => {
      const shares = splitSecret(bytes, count, threshold);
      expect(shares.map((share) => share[32])).toEqual(
        Array.from({ length: count }, (_, index) => index + 1),
      );
      expect(combineShares(shares.slice(-threshold))).toEqual(bytes);
      if (threshold > 2) expect(combineShares(shares.slice(1, threshold))).not.toEqual(bytes);
    }),
  );
});

test.each([
  [1, 1],
  [3, 1],
  [2, 3],
  [256, 2],
])('%i shares with threshold %i are refused', (count, threshold) => {
  expect(() => splitSecret(secret, count, threshold)).toThrow('is not possible');
});

test('shares that do not belong together are refused', () => {
  expect(() => combineShares([twoOfTwo[0]!, twoOfTwo[0]!])).toThrow('do not belong together');
  expect(() => combineShares([twoOfTwo[0]!, secret])).toThrow('do not belong together');
  expect(() => combineShares([twoOfTwo[0]!])).toThrow('do not belong together');
});
