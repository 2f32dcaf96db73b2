import {
  decrypt,
  encrypt,
  parse,
  readConfig,
  readPlain,
  serialize,
  SopsError,
  writePlain,
  type Format,
  type Keyring,
} from '../index';

const keyring: Keyring = {
  wrap: (_, key) => Promise.resolve(Buffer.from(key).toString('base64')),
  unwrap: ({ enc }) => Promise.resolve(Buffer.from(enc, 'base64')),
};
const groups = [[{ kind: 'age' as const, recipient: 'age1test' }]];
const encrypted = async (text: string) =>
  Buffer.from(
    serialize(await encrypt(readPlain(text, 'yaml'), { format: 'yaml', groups }, keyring)),
  ).toString();

const errorOf = async (step: () => unknown): Promise<unknown> => {
  try {
    await step();
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
};

test.each<[Format, string, number, number]>([
  ['yaml', 'a: 1\nb: canary: x\n', 2, 10],
  ['yaml', 'a: \u0001canary\n', 1, 4],
  ['json', '{"a": 1,\n "b" "canary"}', 2, 6],
  ['json', '{"a": "canary', 1, 7],
  ['dotenv', 'A=1\ncanary\n', 2, 1],
  ['ini', '[s]\ncanary\n', 2, 1],
])('a syntax error of %s has line and column, and no value: %j', async (format, text, line, column) => {
  for (const read of [readPlain, parse]) {
    const error = await errorOf(() => read(text, format));
    expect(error).toMatchObject({ code: 'syntax', exitCode: 1, line, column });
    expect(error).toMatchObject({ where: `line ${line}, column ${column}` });
    expect(String(error) + JSON.stringify(error)).not.toContain('canary');
  }
});

test('bytes that are not UTF-8', async () => {
  const bytes = Buffer.from([0x61, 0x3a, 0x20, 0x31, 0x0a, 0x62, 0xff]);
  expect(await errorOf(() => readPlain(bytes, 'yaml'))).toMatchObject({ code: 'syntax', line: 2, column: 2 });
});

test.each<[string, () => unknown, string]>([
  ['a plain YAML file', () => parse('a: 1\n', 'yaml'), 'notEncrypted'],
  ['a plain JSON file', () => parse('{"a": 1}', 'json'), 'notEncrypted'],
  ['a plain dotenv file', () => parse('A=1\n', 'dotenv'), 'notEncrypted'],
  ['a plain INI file', () => parse('[s]\na = 1\n', 'ini'), 'notEncrypted'],
  ['an empty YAML file', () => parse('', 'yaml'), 'empty'],
  ['metadata of another type', () => parse('a: 1\nsops: x\n', 'yaml'), 'badMetadata'],
  [
    'metadata without recipients',
    () => parse('sops: {lastmodified: "2020-01-01T00:00:00Z"}', 'yaml'),
    'badMetadata',
  ],
  ['metadata twice', () => parse('[sops]\na=1\n[sops]\nb=1\n', 'ini'), 'badMetadata'],
  ['another format', () => parse('', 'toml' as Format), 'unknownFormat'],
  ['a configuration', () => readConfig('creation_rules: x', '.sops.yaml'), 'badConfig'],
  ['a pattern', () => readConfig('creation_rules: [{path_regex: (}]', '.sops.yaml'), 'badRegex'],
  ['nobody to encrypt for', () => encrypt([], { format: 'yaml', groups: [] }, keyring), 'noRecipients'],
  [
    'a reserved key',
    () => encrypt(readPlain('sops: 1', 'yaml'), { format: 'yaml', groups }, keyring),
    'alreadyEncrypted',
  ],
  ['a nested value', () => writePlain(readPlain('a: {b: 1}', 'yaml'), 'dotenv'), 'unserializable'],
])('%s that cannot be used has its code', async (_, step, code) => {
  expect(await errorOf(step)).toMatchObject({ name: 'SopsError', code });
});

test.each<[string, (text: string) => string, string, number]>([
  [
    'value',
    (text) => text.replace(/^(a: ENC.*data:)./m, (_, begin: string) => `${begin}!`),
    'treeDecryption',
    25,
  ],
  ['MAC', (text) => text.replace(/^a: .*\n/m, ''), 'macMismatch', 51],
  ['version', (text) => text.replace(/^ +version: .*\n/m, ''), 'badMetadata', 1],
])('a changed %s has its code and exit code', async (_, damage, code, exitCode) => {
  const text = damage(await encrypted('a: canary\nb: 2\n'));
  const error = await errorOf(() => decrypt(parse(text, 'yaml'), keyring));
  expect(error).toMatchObject({ code, exitCode });
  expect(error).toBeInstanceOf(SopsError);
});
