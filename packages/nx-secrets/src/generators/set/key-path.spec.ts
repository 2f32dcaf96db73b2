import type { Format } from 'sops-codec';
import { keyPath } from './key-path';

test.each<[string, Format, readonly string[]]>([
  ['TOKEN', 'yaml', ['TOKEN']],
  ['db.password', 'yaml', ['db', 'password']],
  ['a.b.c', 'json', ['a', 'b', 'c']],
  ['hosts.example\\.org', 'yaml', ['hosts', 'example.org']],
  ['a\\.', 'yaml', ['a.']],
  ['DB.URL', 'dotenv', ['DB.URL']],
  ['key', 'ini', ['DEFAULT', 'key']],
  ['db.key', 'ini', ['db', 'key']],
  ['__proto__.x', 'yaml', ['__proto__', 'x']],
])('%s in a %s file', (text, format, path) => {
  expect(keyPath(text, format)).toEqual(path);
});

test.each<[string, Format, string]>([
  ['', 'yaml', 'empty name'],
  ['a..b', 'yaml', 'empty name'],
  ['a.', 'yaml', 'empty name'],
  ['.a', 'yaml', 'empty name'],
  ['a\u001b', 'yaml', 'control character'],
  ['sops', 'yaml', 'keeps for itself'],
  ['sops.mac', 'json', 'keeps for itself'],
  ['sops_mac', 'dotenv', 'keeps for itself'],
  ['A=B', 'dotenv', 'cannot be a key'],
  ['data', 'binary', 'no keys'],
])('%j in a %s file is refused', (text, format, what) => {
  expect(() => keyPath(text, format)).toThrow(what);
});
