import fc from 'fast-check';
import { decrypt, encrypt, parse, readPlain, serialize, type EncryptedFile, type Format } from 'sops-codec';
import { openKeyring } from '../../checks/open-keyring.test-kit';
import { ownKey, ownRecipient } from '../../secret-file/own-key.test-kit';
import { secretValue } from '../../secret-file/payload';
import { keyPath } from '../../secret-file/key-path';
import type { OutputForm } from '../../config/options';
import { changeFile } from './change-file';

const path = 'services/users/secrets/dev.enc.yaml';

const encrypted = (text: string, format: Format = 'yaml'): Promise<EncryptedFile> =>
  encrypt(readPlain(text, format), { format, groups: [[ownRecipient]] }, openKeyring);

interface Given {
  readonly key: string;
  readonly value: string | undefined;
  readonly output?: OutputForm;
}

/** What a sync would push of the file, written and read again, after a key was set; undefined where nothing changed. */
async function pushed(
  file: EncryptedFile,
  { key, value, output = 'json' }: Given,
): Promise<string | undefined> {
  const { format } = file;
  const given = { keys: keyPath(key, format), key, stage: 'dev', path, output, readers: undefined };
  const changed = await changeFile(file, given, value, ownKey, openKeyring);
  if (changed.kind === 'unchanged') return undefined;
  const { documents } = await decrypt(parse(serialize(changed.file), format), openKeyring);
  const form = secretValue(documents, format, output, path);
  return form.kind === 'string' ? form.text : undefined;
}

test.each<[string, string, string | undefined, string]>([
  ['a place in a list', 'servers[0]', 'v', '{"servers":["v","b"],"db":{"hosts":[{"name":"x"}]}}'],
  ['… as reports name it', 'servers.1', 'v', '{"servers":["a","v"],"db":{"hosts":[{"name":"x"}]}}'],
  ['behind the last one', 'servers[2]', 'v', '{"servers":["a","b","v"],"db":{"hosts":[{"name":"x"}]}}'],
  ['a mapping in a list', 'db.hosts[0].name', 'v', '{"servers":["a","b"],"db":{"hosts":[{"name":"v"}]}}'],
  [
    '… as sops writes it',
    '["db"]["hosts"][0]["port"]',
    'v',
    '{"servers":["a","b"],"db":{"hosts":[{"name":"x","port":"v"}]}}',
  ],
  ['a new list', 'new[0]', 'v', '{"servers":["a","b"],"db":{"hosts":[{"name":"x"}]},"new":["v"]}'],
  ['digits in a mapping', 'db.0', 'v', '{"servers":["a","b"],"db":{"hosts":[{"name":"x"}],"0":"v"}}'],
  ['an element removed', 'servers[0]', undefined, '{"servers":["b"],"db":{"hosts":[{"name":"x"}]}}'],
  ['a list removed', 'servers', undefined, '{"db":{"hosts":[{"name":"x"}]}}'],
])('%s: %s', async (_, key, value, expected) => {
  const file = await encrypted('servers: [a, b]\ndb:\n    hosts:\n        - name: x\n');
  expect(await pushed(file, { key, value })).toBe(expected);
});

test.each<[string, string, RegExp]>([
  ['a mapping', 'db', /db is a mapping with other keys[^]*db\.NAME/],
  ['a list', 'servers', /servers is a list[^]*servers\[0\]/],
  ['a gap in a list', 'servers[3]', /servers\[3\] would leave a gap/],
  ['a gap in a new list', 'new[1]', /new\[1\] would leave a gap/],
  ['a place in a mapping', 'db[0]', /db already exists as a mapping[^]*db\.NAME/],
  ['a name in a list', 'servers.name', /servers already exists as a list[^]*servers\[0\]/],
  [
    'a name in a value',
    'db.host.x.y',
    /db\.host already exists as a value: db\.host\.x\.y cannot be inside it/,
  ],
])('%s is not replaced or made: %s', async (_, key, message) => {
  const file = await encrypted('servers: [a, b]\ndb:\n    host: x\n');
  await expect(pushed(file, { key, value: 'v' })).rejects.toThrow(message);
});

const k = (length: number) => 'x'.repeat(length);

test.each<[string, string, Given, RegExp]>([
  [
    'one that is too large',
    '{}',
    { key: 'A', value: k(65_536) },
    /has 65544 bytes; Secrets Manager allows 65536[^]*A \(/,
  ],
  ['one that is too large in JSON', '{}', { key: 'A', value: '\x01'.repeat(11_000) }, /has 66008 bytes/],
  [
    'one that is too much with the others',
    `B: ${k(40_000)}\n`,
    { key: 'A', value: k(30_000) },
    /has 70015 bytes/,
  ],
  [
    'one in a file too large that makes it no smaller',
    `B: ${k(70_000)}\n`,
    { key: 'A', value: 'v' },
    /has 70\d+ bytes/,
  ],
  [
    'one that replaces another, and is too large itself',
    `A: ${k(80_000)}\n`,
    { key: 'A', value: k(70_000) },
    /has 70008/,
  ],
  ['any in a file with infinity', 'B: .inf\n', { key: 'A', value: 'v' }, /"B" is infinite/],
  ['any in a file of two documents', 'B: x\n---\nC: x\n', { key: 'A', value: 'v' }, /2 YAML documents/],
])('a value that no sync can push is refused: %s', async (_, text, given, message) => {
  const file = await encrypted(text);
  await expect(pushed(file, given)).rejects.toThrow(message);
  await expect(pushed(file, given)).rejects.not.toThrow(/xxxx/);
});

test.each<[string, string, Given]>([
  ['the largest that there may be', '{}', { key: 'A', value: k(65_528) }],
  ['one in the place of infinity', 'A: .inf\n', { key: 'A', value: '1' }],
  ['one in the place of one that is too large', `A: ${k(70_000)}\n`, { key: 'A', value: 'v' }],
])('%s can be set', async (_, text, given) => {
  expect(await pushed(await encrypted(text), given)).toContain(given.value);
});

test('the way out of a file that no sync can push: one value after the other, and --unset', async () => {
  const set = async (file: EncryptedFile, key: string, value: string | undefined) => {
    const given = {
      keys: keyPath(key, 'yaml'),
      key,
      stage: 'dev',
      path,
      output: 'json' as const,
      readers: undefined,
    };
    const changed = await changeFile(file, given, value, ownKey, openKeyring);
    return changed.kind === 'unchanged' ? file : changed.file;
  };
  const both = await encrypted(`A: .inf\nB: .nan\nC: ${k(70_000)}\nD: ${k(70_000)}\n`);
  const first = await set(await set(both, 'A', '1'), 'B', '2');
  const last = await set(await set(first, 'C', 'c'), 'D', undefined);
  expect(await pushed(last, { key: 'E', value: 'e' })).toBe('{"A":"1","B":"2","C":"c","E":"e"}');
});

test.each<[Format, string, boolean]>([
  ['dotenv', 'a b', true],
  ['dotenv', 'two\nlines', true],
  ['dotenv', 'a\\nb', false],
  ['ini', 'two\nlines', true],
  ['yaml', 'two\nlines\\n "', true],
  ['json', '\u0000\n"', true],
])('"output": "raw": a %s file with the value %j', async (format, value, isHeld) => {
  const plain: Partial<Record<Format, string>> = {
    yaml: 'B: x\n',
    json: '{"B": "x"}',
    ini: '[s]\nB = x\n',
    dotenv: 'B=x\n',
  };
  const file = await encrypted(plain[format] ?? '', format);
  const set = pushed(file, { key: format === 'ini' ? 's.A' : 'A', value, output: 'raw' });
  if (isHeld) expect(await set).toContain('A');
  else await expect(set).rejects.toThrow('cannot hold this value of');
  expect(await pushed(file, { key: format === 'ini' ? 's.A' : 'A', value })).toContain(JSON.stringify(value));
});

/** Names that mean something to a format, or to those who read it. */
const odd = [
  '<<',
  '~',
  'null',
  'true',
  '1',
  '-',
  '?',
  ':',
  '- a',
  'a: b',
  'a #b',
  '*a',
  '&a',
  '!t',
  '%',
  '@',
  '`',
  ';a',
  '[s',
  's]',
  ' a',
  'a ',
  'ü',
  '🔑',
  'export A',
  '\u2028',
  '\ufeff',
  k(1100),
];

test('whatever the name: it is refused, or a sync pushes what was set, and nothing else has changed', async () => {
  const plain = { yaml: 'B: x\n', json: '{"B": "x"}', ini: '[DEFAULT]\nB = x\n', dotenv: 'B=x\n' } as const;
  const files = new Map<Format, EncryptedFile>();
  for (const [format, text] of Object.entries(plain))
    files.set(format as Format, await encrypted(text, format as Format));
  const letters = fc.array(fc.constantFrom(...'aA0._-/:;#!%&*?|>{}()<>,@`~^+$\'" \u00e9'), {
    minLength: 1,
    maxLength: 5,
  });
  const name = fc.oneof(
    fc.constantFrom(...odd),
    letters.map((all) => all.join('')),
  );
  await fc.assert(
    fc.asyncProperty(
      name,
      fc.constantFrom(...files),
      fc.string({ unit: 'binary' }),
      async (key, [format, file], value) => {
        if (/^B$|[\ud800-\udfff]/u.test(key + value)) return;
        const text = key.includes('"') ? `['${key}']` : `["${key}"]`;
        const found = await pushed(file, { key: text, value }).catch((error: Error) => error);
        if (found instanceof Error) return expect(found.message).toMatch(/^what: +\S[^]*\nfix: /);
        const own = { B: 'x', [key]: value };
        expect(JSON.parse(found ?? '')).toEqual(format === 'ini' ? { DEFAULT: own } : own);
      },
    ),
    { numRuns: 300 },
  );
});
