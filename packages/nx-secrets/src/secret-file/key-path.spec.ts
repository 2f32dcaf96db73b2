import fc from 'fast-check';
import type { Format, Path } from 'sops-codec';
import { keyPath, keyText } from './key-path';

test.each<[string, Format, Path]>([
  ['TOKEN', 'yaml', ['TOKEN']],
  ['db.password', 'yaml', ['db', 'password']],
  ['a.b.c', 'json', ['a', 'b', 'c']],
  ['hosts.example\\.org', 'yaml', ['hosts', 'example.org']],
  ['a\\.', 'yaml', ['a.']],
  ['DB.URL', 'dotenv', ['DB.URL']],
  ['key', 'ini', ['DEFAULT', 'key']],
  ['db.key', 'ini', ['db', 'key']],
  ['__proto__.x', 'yaml', ['__proto__', 'x']],
  ['servers[0]', 'yaml', ['servers', 0]],
  ['servers[0].host', 'json', ['servers', 0, 'host']],
  ['a[0][12]', 'yaml', ['a', 0, 12]],
  ['["a"]["b"]', 'yaml', ['a', 'b']],
  [`['a']["b.c"][0]`, 'json', ['a', 'b.c', 0]],
  ['a["b"].c', 'yaml', ['a', 'b', 'c']],
  ['"hosts"."example.org"', 'yaml', ['hosts', 'example.org']],
  ['["it\'s"]', 'yaml', ["it's"]],
  ["it's", 'yaml', ["it's"]],
  ['["A"]', 'dotenv', ['A']],
  ['["my key"]', 'dotenv', ['my key']],
  ['["db"]["key"]', 'ini', ['db', 'key']],
  ['["key"]', 'ini', ['DEFAULT', 'key']],
  ['a\\[0\\]', 'yaml', ['a[0]']],
  ['DOMAIN\\user', 'yaml', ['DOMAIN\\user']],
  ['a\\\\.b', 'yaml', ['a\\', 'b']],
  ['$x', 'yaml', ['$x']],
  ['/a/b', 'yaml', ['/a/b']],
])('%s in a %s file', (text, format, path) => {
  expect(keyPath(text, format)).toEqual(path);
});

test.each<[string, Format, string]>([
  ['', 'yaml', 'empty name'],
  ['a..b', 'yaml', 'empty name'],
  ['a.', 'yaml', 'empty name'],
  ['.a', 'yaml', 'empty name'],
  ['a\u001b', 'yaml', 'control character'],
  ['sops', 'yaml', 'reserves'],
  ['sops.mac', 'json', 'reserves'],
  ['sops_mac', 'dotenv', 'reserves'],
  ['A#B', 'dotenv', 'cannot be a key'],
  ['data', 'binary', 'no keys'],
  ['.a.b', 'yaml', 'path of jq'],
  ['.["a"]', 'json', 'path of jq'],
  ['.[0]', 'yaml', 'path of jq'],
  ['$.a.b', 'yaml', 'path of jq or JSONPath'],
  ['$["a"]', 'json', 'path of jq or JSONPath'],
  ['.A', 'dotenv', 'path of jq'],
  ['["a"]["b"', 'yaml', 'not a path to a key'],
  ['["a"]b', 'yaml', 'not a path to a key'],
  ['["a"', 'yaml', 'not a path to a key'],
  ['[a]', 'yaml', 'not a path to a key'],
  ['a[b]', 'yaml', 'not a path to a key'],
  ['a[]', 'yaml', 'not a path to a key'],
  ['a[*]', 'yaml', 'not a path to a key'],
  ['a[-1]', 'yaml', 'not a path to a key'],
  ['a[1:2]', 'yaml', 'not a path to a key'],
  ['a[0', 'yaml', 'starts at character 2'],
  ['a]', 'yaml', 'not a path to a key'],
  ['"a', 'yaml', 'not a path to a key'],
  ['a."b', 'yaml', 'not a path to a key'],
  ['[0]', 'yaml', 'starts with a place in a list'],
  ['[""]', 'yaml', 'empty name'],
  ['a[""]', 'yaml', 'empty name'],
  ['["sops"]["mac"]', 'yaml', 'reserves'],
  ['["sops_mac"]', 'dotenv', 'reserves'],
  ['["a"]["b"]', 'dotenv', 'does not have'],
  ['A[0]', 'dotenv', 'cannot be a key'],
  ['A B', 'dotenv', 'cannot be a key'],
  ['a.b.c', 'ini', 'not a key of an INI file'],
  ['a[0]', 'ini', 'not a key of an INI file'],
  ['a\ufffd', 'yaml', 'not valid text'],
])('%j in a %s file is refused', (text, format, what) => {
  expect(() => keyPath(text, format)).toThrow(what);
});

test.each<Format>(['yaml', 'json', 'dotenv', 'ini', 'binary'])(
  'a key with its value behind it is refused in a %s file, and not repeated',
  (format) => {
    const refused = () => keyPath('DATABASE_URL=s3cret', format);
    expect(refused).toThrow('values are never passed on the command line');
    expect(refused).not.toThrow(/DATABASE_URL|s3cret/);
  },
);

test.each<[Path, Format, string]>([
  [['TOKEN'], 'yaml', 'TOKEN'],
  [['db', 'password'], 'yaml', 'db.password'],
  [['hosts', 'example.org'], 'json', 'hosts.example\\.org'],
  [['DB.URL'], 'dotenv', 'DB.URL'],
  [['DEFAULT', 'key'], 'ini', 'key'],
  [['DEFAULT', 'a.b'], 'ini', 'a\\.b'],
  [['db', 'key'], 'ini', 'db.key'],
  [['servers', 0, 'host'], 'yaml', 'servers[0].host'],
  [['a[0]', '"q"'], 'yaml', 'a\\[0\\].\\"q"'],
  [['red\u001b[31m', 'two\nlines', '\u202e'], 'yaml', 'red\\u{1b}\\[31m.two\\u{a}lines.\\u{202e}'],
])('%j in a %s file is named %s', (path, format, text) => {
  expect(keyText(path, format)).toBe(text);
});

test('a name that is shown is one that keyPath takes', () => {
  const characters = fc.constantFrom(...'ab0.-_ []"\'\\$/{}|?*@é🔑');
  const name = fc
    .array(characters, { minLength: 1, maxLength: 6 })
    .map((all) => all.join(''))
    .filter((text) => text !== 'sops');
  const more = fc.array(fc.oneof(name, fc.nat({ max: 99 })), { maxLength: 3 });
  fc.assert(
    fc.property(name, more, fc.constantFrom<Format>('yaml', 'json'), (first, others, format) => {
      const path = [first, ...others];
      expect(keyPath(keyText(path, format), format)).toEqual(path);
    }),
    { numRuns: 2000 },
  );
});

/** What sops, jq and JSONPath take for steps of a path. */
const notations: readonly ((name: string) => string)[] = [
  (name) => `["${name}"]`,
  (name) => `['${name}']`,
  (name) => `.${name}`,
  (name) => `."${name}"`,
  (name) => `.["${name}"]`,
];

test('a path in the notation of sops, jq or JSONPath is understood or refused, never a name', () => {
  const name = fc.constantFrom('a', 'b', 'db', 'host_name', 'x-y');
  const asked = fc.array(
    fc.oneof(
      fc.tuple(name, fc.constantFrom(...notations)).map(([one, write]) => ({ step: one, text: write(one) })),
      fc.nat({ max: 9 }).map((place) => ({ step: place, text: `[${place}]` })),
    ),
    { minLength: 1, maxLength: 4 },
  );
  fc.assert(
    fc.property(
      fc.constantFrom('', '$', 'r'),
      asked,
      fc.constantFrom<Format>('yaml', 'json'),
      (root, all, format) => {
        const path = [...(root === 'r' ? ['r'] : []), ...all.map(({ step }) => step)];
        const taken = attempt(root + all.map(({ text }) => text).join(''), format);
        expect(taken ?? path).toEqual(path);
      },
    ),
    { numRuns: 1000 },
  );
});

test('whatever is typed, no name has a bracket in it that is not quoted', () => {
  const typed = fc.array(fc.constantFrom(...'a.0[]$'), { maxLength: 10 }).map((all) => all.join(''));
  fc.assert(
    fc.property(typed, fc.constantFrom<Format>('yaml', 'json', 'dotenv', 'ini'), (text, format) => {
      for (const step of attempt(text, format) ?? []) expect(String(step)).not.toMatch(/[[\]]|^$/);
    }),
    { numRuns: 2000 },
  );
});

function attempt(text: string, format: Format): Path | undefined {
  try {
    return keyPath(text, format);
  } catch {
    return undefined;
  }
}
