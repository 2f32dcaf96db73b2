import fc from 'fast-check';
import { decryptBytes, encryptBytes, parseEncrypted } from './value';

const key = Buffer.alloc(32, 'f');

test('opens what sops wrote, under its path only', () => {
  const text =
    'ENC[AES256_GCM,data:oYyi,iv:MyIDYbT718JRr11QtBkcj3Dwm4k1aCGZBVeZf0EyV8o=,tag:t5z2Z023Up0kxwCgw1gNxg==,type:str]';
  const encrypted = parseEncrypted(text)!;
  expect(decryptBytes(encrypted, 'bar:', key)?.toString()).toBe('foo');
  expect(decryptBytes(encrypted, '', key)).toBeUndefined();
  expect(decryptBytes(encrypted, 'bar:', Buffer.alloc(32))).toBeUndefined();
});

test('what is encrypted opens to the same bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), fc.string(), (bytes, aad) => {
      const encrypted = parseEncrypted(encryptBytes(bytes, 'str', aad, key))!;
      expect(decryptBytes(encrypted, aad, key)).toEqual(Buffer.from(bytes));
    }),
  );
});

test('each value has a random IV of 32 bytes, as sops writes it', () => {
  const ivs = Array.from(
    { length: 20 },
    () => parseEncrypted(encryptBytes(Buffer.from('v'), 'str', 'k:', key))!.iv,
  );
  expect(new Set(ivs.map(({ length }) => length))).toEqual(new Set([32]));
  expect(new Set(ivs.map(String)).size).toBe(20);
});

test.each([1, 12, 16, 64])('an IV of %d bytes is accepted, as in sops', (length) => {
  const text = encryptBytes(Buffer.from('value'), 'str', 'k:', key, Buffer.alloc(length, 7));
  expect(decryptBytes(parseEncrypted(text)!, 'k:', key)?.toString()).toBe('value');
});

test('any flipped bit is noticed', () => {
  const encrypted = parseEncrypted(encryptBytes(Buffer.from('value'), 'str', 'k:', key))!;
  for (const part of ['data', 'iv', 'tag'] as const) {
    for (let bit = 0; bit < encrypted[part].length * 8; bit += 1) {
      const bytes = Buffer.from(encrypted[part]);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      expect(decryptBytes({ ...encrypted, [part]: bytes }, 'k:', key)).toBeUndefined();
    }
  }
});

test.each([
  ['no encrypted text', 'plain'],
  ['no data', 'ENC[AES256_GCM,data:,iv:AA==,tag:AA==,type:str]'],
  ['another cipher', 'ENC[AES128_GCM,data:AA==,iv:AA==,tag:AA==,type:str]'],
  ['missing padding', 'ENC[AES256_GCM,data:AA,iv:AA==,tag:AA==,type:str]'],
  ['URL-safe letters', 'ENC[AES256_GCM,data:-_==,iv:AA==,tag:AA==,type:str]'],
  ['a blank', 'ENC[AES256_GCM,data:A A==,iv:AA==,tag:AA==,type:str]'],
  ['a line break', 'ENC[AES256_GCM,data:AA==,iv:AA==,\ntag:AA==,type:str]'],
  ['something in front', ' ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:str]'],
])('%s is not taken for a value', (_, text) => {
  expect(parseEncrypted(text)).toBeUndefined();
});

test('a carriage return and text behind the last bracket are ignored, as sops does', () => {
  expect(parseEncrypted('ENC[AES256_GCM,data:A\rA==,iv:AA==,tag:AA==,type:str] tail')).toMatchObject({
    type: 'str',
  });
});

const greedy = /^ENC\[AES256_GCM,data:([^\n]+),iv:([^\n]+),tag:([^\n]+),type:([^\n]+)\]/;

test('a text is cut where the expression of sops cuts it', () => {
  const piece = fc.constantFrom(',iv:', ',tag:', ',type:', ']', 'AA==', 'BBBB', '\n', '');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      const text = `ENC[AES256_GCM,data:${pieces.join('')}`;
      const [, data, iv, tag, type] = greedy.exec(text) ?? [];
      const isBase64 = (part: string | undefined) => part !== undefined && /^(?:AA==|BBBB)*$/.test(part);
      const parsed = parseEncrypted(text);
      if (parsed === undefined)
        expect([data, iv, tag].every((part) => isBase64(part) && !/==./.test(part!))).toBe(false);
      else
        expect([parsed.data, parsed.iv, parsed.tag, parsed.type]).toEqual([
          ...[data, iv, tag].map((part) => Buffer.from(part!, 'base64')),
          type,
        ]);
    }),
    { numRuns: 2_000 },
  );
});

test('a text with thousands of cuts is read in one go', () => {
  const text = `ENC[AES256_GCM,data:${'a,iv:b,tag:c,type:d'.repeat(20_000)}`;
  expect(parseEncrypted(text)).toBeUndefined();
  expect(parseEncrypted(`${text}]`)).toBeUndefined();
});
