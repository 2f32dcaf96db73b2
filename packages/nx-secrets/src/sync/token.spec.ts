import { createHash } from 'node:crypto';
import { tokenOf } from './token';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('the SHA-256 of the bytes, as a token that Secrets Manager takes', () => {
  const bytes = Buffer.from('a: ENC[…]\nü\u0000\xff\n');
  expect(tokenOf(bytes)).toBe(sha256(bytes));
  expect(tokenOf(Uint8Array.of(0xff, 0x0a))).toBe(sha256(Uint8Array.of(0xff, 0x0a)));
  expect(tokenOf(bytes)).toMatch(/^[0-9a-f]{64}$/);
});

test('a checkout with CRLF is the same revision', () => {
  expect(tokenOf(Buffer.from('a\r\nb\r\n'))).toBe(tokenOf(Buffer.from('a\nb\n')));
  expect(tokenOf(Buffer.from('a\rb\n'))).not.toBe(tokenOf(Buffer.from('ab\n')));
});
