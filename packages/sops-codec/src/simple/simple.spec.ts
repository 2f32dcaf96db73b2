import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import {
  addRecipient,
  decrypt,
  encrypt,
  loadEnv,
  parse,
  readPlain,
  readSecret,
  readSecrets,
  readSecretsSync,
  removeRecipient,
  serialize,
  setSecret,
  type SopsError,
  updateKeys,
  type Format,
  type Keyring,
} from '../index';

/** Counts its calls, and gives each file the key that it was made with. */
const calls = { unwrap: 0 };
const keyring: Keyring = {
  wrap: (_, key) => Promise.resolve(Buffer.from(key).toString('base64')),
  unwrap: ({ enc }) => {
    calls.unwrap += 1;
    return Promise.resolve(Buffer.from(enc, 'base64'));
  },
};
const age = (recipient: string) => ({ kind: 'age' as const, recipient });

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sops-codec-simple-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

async function file(name: string, text: string, format: Format = 'yaml'): Promise<string> {
  const path = join(directory, name);
  const made = await encrypt(readPlain(text, format), { format, groups: [[age('a')]] }, keyring);
  writeFileSync(path, serialize(made));
  return path;
}
const recipients = (path: string) =>
  parse(readFileSync(path), 'yaml').metadata.groups.map((group) =>
    group.map((one) => (one.kind === 'age' ? one.recipient : one.kind)),
  );

const text = `s: canary
i: 5
big: 9223372036854775807
f: 1.5
whole: 2.0
b: true
n: null
t: 2026-01-02T03:04:05Z
l: [1, {k: v}]
__proto__: x
`;

test('readSecrets gives a plain object, from a path and from bytes', async () => {
  const path = await file('a.yaml', text);
  const expected = {
    s: 'canary',
    i: 5,
    big: 9223372036854775807n,
    f: 1.5,
    whole: 2,
    b: true,
    n: null,
    t: new Date('2026-01-02T03:04:05Z'),
    l: [1, { k: 'v' }],
  };
  for (const source of [path, readFileSync(path)]) {
    const secrets = await readSecrets(source, { keyring });
    expect(secrets).toMatchObject(expected);
    expect(Object.getPrototypeOf(secrets)).toBeNull();
    expect(Object.keys(secrets)).toContain('__proto__');
  }
});

test('readSecret gives one value', async () => {
  const path = await file('a.yaml', text);
  expect(await readSecret(path, 's', { keyring })).toBe('canary');
  expect(await readSecret(path, ['l', 1, 'k'], { keyring })).toBe('v');
  await expect(readSecret(path, 'nope', { keyring })).rejects.toMatchObject({ code: 'pathNotFound' });
  await expect(readSecret(join(directory, 'nope.yaml'), 's')).rejects.toMatchObject({ code: 'noFile' });
});

test('loadEnv keeps variables that exist, unless they are to be replaced', async () => {
  const path = await file('a.env', 'SOPS_TEST_A=1\nSOPS_TEST_B=l1\\nl2\n', 'dotenv');
  process.env['SOPS_TEST_A'] = 'before';
  try {
    expect(await loadEnv(path, { keyring })).toEqual(['SOPS_TEST_B']);
    expect([process.env['SOPS_TEST_A'], process.env['SOPS_TEST_B']]).toEqual(['before', 'l1\nl2']);
    await loadEnv(path, { keyring, override: true });
    expect(process.env['SOPS_TEST_A']).toBe('1');
  } finally {
    delete process.env['SOPS_TEST_A'];
    delete process.env['SOPS_TEST_B'];
  }
});

test.each([
  ['names', ['SOPS_TEST_A', 'SOPS_TEST_MISSING']],
  ['a function', (name: string) => name.endsWith('A')],
])('loadEnv sets only what %s allow; others are not even looked at', async (_, only) => {
  const path = await file(
    'a.yaml',
    'SOPS_TEST_A: 1\nSOPS_TEST_B: 2\nNODE_OPTIONS: --require ./evil.js\n"": x\n',
  );
  const before = process.env['NODE_OPTIONS'];
  try {
    expect(await loadEnv(path, { keyring, only, override: true })).toEqual(['SOPS_TEST_A']);
    expect([process.env['SOPS_TEST_B'], process.env['NODE_OPTIONS']]).toEqual([undefined, before]);
  } finally {
    delete process.env['SOPS_TEST_A'];
  }
});

test.each([
  ['a value with a NUL', '"SOPS_TEST_X": "can\\0ary"'],
  ['a name with a NUL', '"SOPS_TEST_X\\0Y": canary'],
  ['a name with "="', '"SOPS_TEST_X=Y": canary'],
  ['an empty name', '"": canary'],
])('loadEnv refuses %s, which the system would cut, and sets nothing', async (_, line) => {
  const path = await file('a.yaml', `SOPS_TEST_A: a\n${line}\n`);
  const error = await loadEnv(path, { keyring }).catch((error: unknown) => error);
  try {
    expect(error).toMatchObject({ code: 'unserializable' });
    expect(inspect(error, { depth: 9 })).not.toMatch(/canary|can\W+0*ary/);
    expect(Object.keys(process.env).filter((name) => name.startsWith('SOPS_TEST_'))).toEqual([]);
  } finally {
    delete process.env['SOPS_TEST_A'];
    delete process.env['SOPS_TEST_X'];
  }
});

test.each([
  ['text', 'x', 'x'],
  ['a whole number', 5, 5],
  ['a fraction', 1.5, 1.5],
  ['an int64', 2n ** 63n - 1n, 2n ** 63n - 1n],
  ['a date', new Date('2026-01-02T03:04:05.600Z'), new Date('2026-01-02T03:04:05.600Z')],
  ['a list', [1, { k: ['v'] }], [1, { k: ['v'] }]],
  ['null', null, null],
])('setSecret: %s', async (_, value, expected) => {
  const path = await file('a.yaml', 'a: 1\nb: 2\n');
  const before = readFileSync(path, 'utf8').split('\n')[0];
  await setSecret(path, ['new', 'key'], value, { keyring });
  expect(readFileSync(path, 'utf8').split('\n')[0]).toBe(before);
  expect(await readSecret(path, ['new', 'key'], { keyring })).toEqual(expected);
});

test.each([
  ['undefined', undefined],
  ['a function', () => 1],
  ['a symbol', Symbol('x')],
  ['a date that is none', new Date(NaN)],
  ['an int beyond 64 bits', 2n ** 63n],
  ['a lone surrogate', 'x\ud800canary'],
  ['one in a key', { '\udfff': 1 }],
])('setSecret refuses %s, and leaves the file', async (_, value) => {
  const path = await file('a.yaml', 'a: 1\n');
  const before = readFileSync(path);
  await expect(setSecret(path, 'a', value, { keyring })).rejects.toMatchObject({
    name: 'SopsError',
    code: 'unserializable',
    message: expect.not.stringContaining('canary') as string,
  });
  expect(readFileSync(path)).toEqual(before);
});

test('recipients are added and removed; values stay as they are', async () => {
  const path = await file('a.yaml', 'a: 1\n');
  const [line] = readFileSync(path, 'utf8').split('\n');
  await addRecipient(path, age('b'), { keyring });
  await addRecipient(path, age('b'), { keyring });
  expect(recipients(path)).toEqual([['a', 'b']]);
  await removeRecipient(path, age('a'), { keyring });
  expect(recipients(path)).toEqual([['b']]);
  await expect(removeRecipient(path, age('b'), { keyring })).rejects.toMatchObject({ code: 'noRecipients' });
  await updateKeys(path, [[age('c')], [age('d')]], { keyring });
  expect(recipients(path)).toEqual([['c'], ['d']]);
  expect(readFileSync(path, 'utf8').split('\n')[0]).toBe(line);
});

test('a decrypted file shows neither its key nor its values', async () => {
  const opened = await decrypt(parse(readFileSync(await file('a.yaml', text)), 'yaml'), keyring);
  const shown = [
    inspect(opened),
    inspect({ opened }, { depth: 9 }),
    JSON.stringify(opened),
    `${JSON.stringify([opened])}`,
  ];
  for (const one of shown) {
    expect(one).toContain('hidden');
    expect(one).not.toContain('canary');
    expect(one).not.toContain(String(opened.dataKey[0]) + ',');
  }
  expect(opened.documents).toHaveLength(1);
});

test('a decrypted file fills its data key with zeros at the end of a using block', async () => {
  const opened = await decrypt(parse(readFileSync(await file('a.yaml', text)), 'yaml'), keyring);
  expect(Object.keys(opened)).not.toContain('dispose');
  opened[Symbol.dispose]();
  expect(opened.dataKey.every((byte) => byte === 0)).toBe(true);
});

test('a text that is the content of a file is refused without quoting it', async () => {
  const text = 'password: hunter2\n';
  for (const read of [readSecrets(text), readSecret(text, 'password'), loadEnv(text)]) {
    const error = await read.catch((thrown: unknown) => thrown as SopsError);
    expect(error).toMatchObject({ code: 'badUsage' });
    expect(JSON.stringify(error) + inspect(error)).not.toContain('hunter2');
  }
  expect(() => readSecretsSync(text)).toThrow(expect.objectContaining({ code: 'badUsage' }) as Error);
});

test('names for loadEnv are a list or a function: a part of a text does not count', () =>
  expect(loadEnv('x.yaml', { only: 'XPORTAX' as never })).rejects.toMatchObject({ code: 'badUsage' }));

test('setSecret without a key is refused', () =>
  expect(setSecret('x.yaml', [], 'x')).rejects.toMatchObject({ code: 'badUsage' }));
