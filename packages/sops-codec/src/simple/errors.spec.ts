import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import {
  addRecipient,
  createKeyring,
  createKmsKeyring,
  decrypt,
  edit,
  encrypt,
  loadEnv,
  parse,
  readPlain,
  readSecret,
  readSecrets,
  readSecretsSync,
  rewrap,
  rotate,
  serialize,
  setSecret,
  SopsError,
  withKeyServices,
  writePlain,
  type Keyring,
} from '../index';

const keyring: Keyring = {
  wrap: (_, key) => Promise.resolve(Buffer.from(key).toString('base64')),
  unwrap: ({ enc }) => Promise.resolve(Buffer.from(enc, 'base64')),
};
const deniedHere = { code: 'accessDenied', what: 'kms:Decrypt failed', where: 'arn:aws:kms:x' } as const;
const denied: Keyring = {
  ...keyring,
  unwrap: () => Promise.reject(new SopsError(deniedHere.code, deniedHere)),
};
const groups = [[{ kind: 'age' as const, recipient: 'age1test' }]];
const encrypted = async (text: string) =>
  encrypt(readPlain(text, 'yaml'), { format: 'yaml', groups }, keyring);

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sops-codec-errors-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

async function file(name: string, damage = (text: string) => text): Promise<string> {
  const path = join(directory, name);
  writeFileSync(path, damage(Buffer.from(serialize(await encrypted('a: x\n'))).toString()));
  return path;
}

const errorOf = async (step: () => unknown): Promise<unknown> => {
  try {
    await step();
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
};

describe('an error names the file', () => {
  const forms: readonly [string, (path: string, by: Keyring) => unknown][] = [
    ['readSecrets', (path, by) => readSecrets(path, { keyring: by })],
    ['readSecret', (path, by) => readSecret(path, 'a', { keyring: by })],
    ['loadEnv', (path, by) => loadEnv(path, { keyring: by })],
    ['setSecret', (path, by) => setSecret(path, 'a', 1, { keyring: by })],
    ['addRecipient', (path, by) => addRecipient(path, { kind: 'age', recipient: 'b' }, { keyring: by })],
    ['readSecretsSync', (path) => readSecretsSync(path, { identities: [] })],
  ];
  test.each(forms)('%s', async (name, read) => {
    const plain = await file('plain.yaml', () => 'a: 1\n');
    const broken = await file('broken.yaml', () => 'a: 1\nb: c: d\n');
    expect(await errorOf(() => read(plain, keyring))).toMatchObject({ code: 'notEncrypted', where: plain });
    expect(await errorOf(() => read(broken, keyring))).toMatchObject({
      code: 'syntax',
      where: `${broken}, line 2, column 5`,
      line: 2,
    });
    if (name === 'readSecretsSync') return;
    const moved = await file('moved.yaml', (text) => text.replace(/^a: /m, 'b: '));
    expect(await errorOf(() => read(moved, keyring))).toMatchObject({
      code: 'treeDecryption',
      where: expect.stringContaining(moved) as string,
    });
    const good = await file('good.yaml');
    expect(await errorOf(() => read(good, denied))).toMatchObject({
      code: 'accessDenied',
      where: expect.stringMatching(/good\.yaml, .*arn:aws:kms:x|good\.yaml/) as string,
    });
  });

  test('a folder, a file in a file, and a missing one have their reason', async () => {
    mkdirSync(join(directory, 'folder.yaml'));
    const path = await file('a.yaml');
    for (const read of [readSecrets, readSecretsSync, (at: string) => setSecret(at, 'a', 1)]) {
      expect(await errorOf(() => read(join(directory, 'folder.yaml')))).toMatchObject({
        code: 'unreadableInput',
        what: 'cannot read the file: is a directory (EISDIR)',
        fix: 'Name a file in it.',
      });
      expect(await errorOf(() => read(join(path, 'b.yaml')))).toMatchObject({
        what: 'cannot read the file: not a directory (ENOTDIR)',
        fix: 'Check the path.',
      });
      expect(await errorOf(() => read('file:///nope.yaml'))).toMatchObject({
        code: 'noFile',
        fix: 'Pass a path, or new URL(…) for a file: URL.',
      });
    }
  });
});

test('a file: URL is a path; another URL is refused without quoting it', async () => {
  const path = await file('a b.yaml');
  expect({ ...(await readSecrets(pathToFileURL(path), { keyring })) }).toEqual({ a: 'x' });
  await setSecret(pathToFileURL(path), 'a', 'y', { keyring });
  expect(await readSecret(path, 'a', { keyring })).toBe('y');
  const url = new URL('https://user:canary@example.com/a.yaml');
  for (const read of [() => readSecrets(url), () => readSecretsSync(url), () => setSecret(url, 'a', 1)]) {
    const error = await errorOf(read);
    expect(error).toMatchObject({ code: 'badUsage', what: 'the URL is not that of a file' });
    expect(inspect(error)).not.toContain('canary');
  }
});

test.each<[string, () => unknown]>([
  ['readSecrets', () => readSecrets('x.yaml', { keyRing: keyring } as never)],
  ['readSecret', () => readSecret('x.yaml', 'a', { ignoreMAC: true } as never)],
  ['loadEnv', () => loadEnv('x.yaml', { overwrite: true } as never)],
  ['readSecretsSync', () => readSecretsSync('x.yaml', { identity: 'x' } as never)],
  ['setSecret', () => setSecret('x.yaml', 'a', 1, { ignoreMac: true } as never)],
  ['decrypt', async () => decrypt(await encrypted('a: 1'), keyring, { ignoremac: true } as never)],
  ['edit', async () => edit(await encrypted('a: 1'), (all) => all, keyring, { forced: true } as never)],
  ['encrypt', () => encrypt([], { format: 'yaml', groups, thresold: 1 } as never, keyring)],
  [
    'rotate',
    async () => rotate(await decrypt(await encrypted('a: 1'), keyring), keyring, { group: [] } as never),
  ],
  [
    'rewrap',
    async () =>
      rewrap(await decrypt(await encrypted('a: 1'), keyring), groups, keyring, { date: 1 } as never),
  ],
  ['serialize', async () => serialize(await encrypted('a: 1'), { indentation: 2 } as never)],
  ['writePlain', () => writePlain([], 'yaml', { indentation: 2 } as never)],
  ['createKeyring', () => createKeyring({ kms: {} } as never)],
  ['createKeyring, age', () => createKeyring({ age: { identity: 'canary' } } as never)],
  ['createKmsKeyring', () => createKmsKeyring({ age: {} } as never)],
  ['withKeyServices', () => withKeyServices(keyring, [], { timeout: 1 } as never)],
])('a mistyped option of %s is refused', async (_, call) => {
  const error = await errorOf(call);
  expect(error).toMatchObject({ name: 'SopsError', code: 'badUsage' });
  expect(error).toMatchObject({
    what: expect.stringContaining('unknown option "') as string,
    fix: expect.stringContaining('The options are ') as string,
  });
});

test('options that are none are refused, and a name that may be a value is not quoted', async () => {
  expect(await errorOf(() => readSecrets('x.yaml', 'yaml' as never))).toMatchObject({ code: 'badUsage' });
  const error = await errorOf(() => readSecrets('x.yaml', { 'pass: canary': 1 } as never));
  expect(inspect(error)).not.toContain('canary');
});

test('an error that nobody catches shows what it has, and nothing that it has not', async () => {
  const shown = inspect(await errorOf(() => parse('a: 1\n', 'yaml')));
  expect(shown).toContain("code: 'notEncrypted'");
  expect(shown).toContain('fix: ');
  expect(shown).not.toMatch(/undefined|failures/);
  const syntax = (await errorOf(() => parse('a: b: c', 'yaml'))) as SopsError;
  expect(inspect(syntax)).toContain('column: 5');
  expect(syntax.failures).toEqual([]);
  expect(new SopsError('empty', { what: 'x' }).where).toBeUndefined();
});

test('an integer that is too large: the error has what to do', async () =>
  expect(await errorOf(() => readPlain('a: 1\nb: 9223372036854775808\n', 'yaml'))).toMatchObject({
    code: 'syntax',
    what: 'not YAML that sops reads: an integer does not fit into 64 bits',
    fix: 'Put it in quotes, so that it is a text, or write it as a float: 1e20.',
    line: 2,
  }));

test.each([
  ['yaml', 2],
  ['yaml', 4],
  ['yaml', 7],
  ['json', 2],
  ['json', -1],
  ['json', 8],
  ['binary', 3],
] as const)('a change of a %s file keeps its indentation of %s', async (format, indent) => {
  const path = join(directory, 'file');
  const documents = readPlain(format === 'binary' ? 'x' : '{"m":{"k":["x"]},"data":"y"}', format);
  const made = serialize(await encrypt(documents, { format, groups }, keyring), { indent });
  writeFileSync(path, made);
  await setSecret(path, 'data', 'new', { format, keyring });
  const [before, after] = [Buffer.from(made).toString(), readFileSync(path, 'utf8')].map((text) =>
    text.split('\n'),
  ) as [string[], string[]];
  const changed = after.filter((line, index) => line !== before[index]);
  expect(after).toHaveLength(before.length);
  // Within one second the date is the same.
  expect(changed.filter((line) => !/^\s*"?(?:data|mac|lastmodified)"?: /.test(line))).toEqual([]);
  expect(await readSecret(path, 'data', { format, keyring })).toBe('new');
});
