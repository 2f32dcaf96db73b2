import fc from 'fast-check';
import type { Format } from 'sops-codec';
import { keyPath, keyText } from './key-path';

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
  ['A#B', 'dotenv', 'cannot be a key'],
  ['data', 'binary', 'no keys'],
])('%j in a %s file is refused', (text, format, what) => {
  expect(() => keyPath(text, format)).toThrow(what);
});

test.each<Format>(['yaml', 'json', 'dotenv', 'ini', 'binary'])(
  'a key with its value behind it is refused in a %s file, and not repeated',
  (format) => {
    const refused = () => keyPath('DATABASE_URL=s3cret', format);
    expect(refused).toThrow('a value is never given on the command line');
    expect(refused).not.toThrow(/DATABASE_URL|s3cret/);
  },
);

test.each<[readonly string[], Format, string]>([
  [['TOKEN'], 'yaml', 'TOKEN'],
  [['db', 'password'], 'yaml', 'db.password'],
  [['hosts', 'example.org'], 'json', 'hosts.example\\.org'],
  [['DB.URL'], 'dotenv', 'DB.URL'],
  [['DEFAULT', 'key'], 'ini', 'key'],
  [['DEFAULT', 'a.b'], 'ini', 'a\\.b'],
  [['db', 'key'], 'ini', 'db.key'],
  [['red\u001b[31m', 'two\nlines', '\u202e'], 'yaml', 'red\\u{1b}[31m.two\\u{a}lines.\\u{202e}'],
])('%j in a %s file is named %s', (path, format, text) => {
  expect(keyText(path, format)).toBe(text);
});

test('a name that is shown is one that keyPath takes', () => {
  const name = fc.stringMatching(/^[A-Za-z0-9_.\- ]{1,8}$/).filter((text) => text !== 'sops');
  const formats = fc.constantFrom<Format>('yaml', 'json');
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), formats, (path, format) => {
      expect(keyPath(keyText(path, format), format)).toEqual(path);
    }),
    { numRuns: 200 },
  );
});
