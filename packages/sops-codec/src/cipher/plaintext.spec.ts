import fc from 'fast-check';
import { floatText, leafOf, normalTime, plaintextOf, type Encryptable } from './plaintext';

test.each([
  [1, '1'],
  [-12, '-12'],
  [1.5, '1.5'],
  [1e21, '1000000000000000000000'],
  [1.25e22, '12500000000000000000000'],
  [1e-7, '0.0000001'],
  [-1.5e-7, '-0.00000015'],
  [-0, '-0'],
  [Infinity, '+Inf'],
  [-Infinity, '-Inf'],
  [NaN, 'NaN'],
])('the float %p is %s: never with an exponent', (value, text) => {
  expect(floatText(value)).toBe(text);
});

test('every finite double survives', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(floatText(value)).not.toContain('e');
      expect(leafOf(Buffer.from(floatText(value)), 'float')).toEqual({ kind: 'float', value });
    }),
  );
});

test.each<[Encryptable, string]>([
  [{ kind: 'bool', value: true }, 'True'],
  [{ kind: 'bool', value: false }, 'False'],
  [{ kind: 'int', value: -9223372036854775808n }, '-9223372036854775808'],
  [{ kind: 'time', text: '2001-12-14T21:59:43.1-05:00' }, '2001-12-14T21:59:43.1-05:00'],
  [{ kind: 'comment', text: ' c', inline: true }, ' c'],
])('the plaintext of %p is %s', (leaf, text) => {
  expect(plaintextOf(leaf).toString()).toBe(text);
});

test.each([
  ['int', '007', { kind: 'int', value: 7n }],
  ['int', '+7', { kind: 'int', value: 7n }],
  ['int', '9223372036854775808', undefined],
  ['int', '1_000', undefined],
  ['int', '', undefined],
  ['float', '0x1p-2', { kind: 'float', value: 0.25 }],
  ['float', 'Infinity', { kind: 'float', value: Infinity }],
  ['float', '1e999', undefined],
  ['bool', 'T', { kind: 'bool', value: true }],
  ['bool', 'yes', undefined],
  ['time', '2001-12-14T21:59:43.100+00:00', { kind: 'time', text: '2001-12-14T21:59:43.1Z' }],
  ['time', '2001-12-14T21:59:43', undefined],
  ['frobnicate', 'x', undefined],
])('type %s of %s', (type, text, leaf) => {
  expect(leafOf(Buffer.from(text), type)).toEqual(leaf);
});

test('bytes that are no UTF-8 stay bytes', () => {
  expect(leafOf(Buffer.from([0xff]), 'str')).toEqual({ kind: 'bytes', bytes: Uint8Array.of(0xff) });
});

test.each([
  ['2024-02-30T00:00:00Z', undefined],
  ['2024-02-29T23:59:60Z', undefined],
  ['2024-02-29T23:59:59.123456789Z', '2024-02-29T23:59:59.123456789Z'],
  ['2024-02-29t23:59:59Z', undefined],
])('the time %s', (text, normal) => {
  expect(normalTime(text)).toBe(normal);
});
