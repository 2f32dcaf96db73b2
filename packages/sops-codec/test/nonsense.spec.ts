import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import * as codec from '../src';

/** Arguments as JavaScript may pass them: no type of them is checked. */
type Call = (...args: unknown[]) => unknown;

const { SopsError } = codec;
const keyring: codec.Keyring = {
  wrap: (_, key) => Promise.resolve(Buffer.from(key).toString('base64')),
  unwrap: ({ enc }) => Promise.resolve(Buffer.from(enc, 'base64')),
};
const recipient = { kind: 'age', recipient: 'age1a' } as const;
const kms = { kind: 'kms', arn: 'arn:aws:kms:eu-west-1:1:key/a', context: { a: 'b' }, awsProfile: 'p' };
const groups = [[recipient]];
const documents = () => codec.readPlain('a: 1\nb: [x, {c: 2020-01-01T00:00:00Z}] # d\n', 'yaml');

let directory: string;
let before: string;
/** Each exported function with arguments that it takes. */
let calls: Readonly<Record<string, { readonly call: Call; readonly args: readonly unknown[] }>>;

beforeAll(async () => {
  before = process.cwd();
  directory = mkdtempSync(join(tmpdir(), 'sops-codec-nonsense-'));
  process.chdir(directory);
  const file = await codec.encrypt(documents(), { format: 'yaml', groups }, keyring);
  const path = join(directory, 'a.yaml');
  writeFileSync(path, codec.serialize(file));
  const opened = await codec.decrypt(file, keyring);
  const text = Buffer.from(codec.serialize(file)).toString();
  const config = codec.readConfig('creation_rules: [{age: age1a, path_regex: a}]', '.sops.yaml');
  const own = codec.createKeyring({
    age: { identities: [] },
    awsKms: { clientFor: () => ({ send: async () => ({}) }) },
  });
  const args: Readonly<Record<string, readonly unknown[]>> = {
    getValue: [documents(), ['b', 1, 'c']],
    setValue: [documents(), ['b', 1, 'c'], { kind: 'str', text: 'x' }],
    unsetValue: [documents(), ['b', 1, 'c']],
    isCiphertext: ['ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:str]'],
    formatOf: ['a.yaml'],
    identityText: [kms],
    createKeyring: [
      { age: { identities: ['x'] }, awsKms: {}, rememberFor: 1, transport: 'any', timeLimits: { age: 1 } },
    ],
    createKmsKeyring: [{ awsKms: {}, rememberFor: 1, transport: 'any', timeLimits: { kms: 1 } }],
    layoutOf: [text, 'yaml'],
    credentialsOverClient: ['profile', () => undefined],
    keepPrivate: [{ handle: () => undefined }],
    parse: [text, 'yaml'],
    readPlain: ['a: 1', 'yaml'],
    serialize: [file, { indent: 2 }],
    writePlain: [documents(), 'yaml', { indent: 2 }],
    decrypt: [file, keyring, { ignoreMac: false }],
    edit: [file, (plain: unknown) => plain, keyring, { force: true }],
    encrypt: [
      documents(),
      { format: 'yaml', groups, rule: { kind: 'encrypted_regex', pattern: 'a' }, shamirThreshold: 0 },
      keyring,
    ],
    reencrypt: [opened, documents(), { now: new Date(), force: true }],
    rewrap: [opened, groups, keyring, { now: new Date() }],
    rotate: [opened, keyring, { groups, now: new Date() }],
    loadEnv: [text, { keyring, format: 'yaml', override: false }],
    readSecret: [text, ['b', 0], { keyring, format: 'yaml' }],
    readSecrets: [text, { keyring, format: 'yaml', ignoreMac: true }],
    readSecretsSync: [text, { identities: ['AGE-SECRET-KEY-1'], format: 'yaml' }],
    addRecipient: [path, recipient, { keyring, format: 'yaml' }],
    removeRecipient: [path, { kind: 'age', recipient: 'age1b' }, { keyring }],
    setSecret: [path, ['b', 0], 'x', { keyring }],
    updateKeys: [path, groups, { keyring }],
    withDataKey: [{ dataKey: new Uint8Array(32) }, () => 1],
    unencryptedValues: [file],
    verify: [file],
    readConfig: ['creation_rules: []', '.sops.yaml'],
    ruleFor: [config, 'a.yaml'],
    withKeyServices: [keyring, ['tcp://127.0.0.1:1'], { connectTimeout: 1 }],
  };
  const functions = codec as unknown as Readonly<Record<string, Call>>;
  calls = {
    ...Object.fromEntries(
      Object.entries(args).map(([name, list]) => [name, { call: functions[name]!, args: list }]),
    ),
    'keyring.wrap': { call: own.wrap as Call, args: [kms, new Uint8Array(32)] },
    'keyring.unwrap': { call: own.unwrap as Call, args: [{ ...kms, enc: 'AAAA' }] },
    'keyring.resolve': { call: own.resolve as Call, args: [kms] },
  };
});
afterAll(() => {
  process.chdir(before);
  rmSync(directory, { recursive: true });
});

test('the table has every exported function', () => {
  const names = Object.entries(codec).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []));
  expect(names.filter((name) => name !== 'SopsError' && !(name in calls))).toEqual([]);
});

/** What a call comes to, where that is not a result and not a SopsError. */
async function otherError({ call }: { readonly call: Call }, args: readonly unknown[]): Promise<unknown> {
  try {
    await call(...args);
    return undefined;
  } catch (error) {
    return error instanceof SopsError ? undefined : error;
  }
}

const anything = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    NaN,
    -1,
    '',
    [],
    {},
    5n,
    Symbol('s'),
    () => undefined,
    new Date(NaN),
    [null],
    [[]],
    { kind: 'map' },
  ),
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withSparseArray: true,
    withTypedArray: true,
  }),
);

test('nonsense instead of all arguments is a SopsError, or has a result', async () => {
  const names = Object.keys(calls);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), fc.array(anything, { maxLength: 4 }), async (name, args) => {
      expect([name, await otherError(calls[name]!, args)]).toEqual([name, undefined]);
    }),
    { numRuns: 2_000 },
  );
}, 60_000);

/** The value with another one in the place of one that is reached by random steps into it. */
function replaced(value: unknown, steps: readonly number[], other: unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined || typeof value !== 'object' || value === null || value instanceof Uint8Array)
    return other;
  const keys = Object.keys(value);
  const key = keys[step % Math.max(keys.length, 1)];
  if (key === undefined) return other;
  if (Array.isArray(value)) return value.with(Number(key), replaced(value[Number(key)], rest, other));
  return { ...value, [key]: replaced((value as Record<string, unknown>)[key], rest, other) };
}

test('nonsense in the place of any member of good arguments is a SopsError, or has a result', async () => {
  const names = Object.keys(calls);
  const steps = fc.array(fc.nat(50), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), steps, anything, async (name, at, other) => {
      const args = replaced(calls[name]!.args, at, other);
      if (!Array.isArray(args)) return;
      expect([name, await otherError(calls[name]!, args as unknown[])]).toEqual([name, undefined]);
    }),
    { numRuns: 4_000 },
  );
}, 120_000);

test.each<[string, () => unknown, string]>([
  ['parse without a format', () => codec.parse('', undefined as never), 'unknownFormat'],
  ['parse of nothing', () => codec.parse(undefined as never, 'yaml'), 'badUsage'],
  [
    'decrypt without a keyring',
    () => codec.decrypt(codec.parse(Buffer.from(''), 'yaml'), undefined as never),
    'empty',
  ],
  ['readSecrets of a number', () => codec.readSecrets(5 as never), 'badUsage'],
  ['readSecret without a key', () => codec.readSecret('a.yaml', undefined as never, { keyring }), 'badUsage'],
  ['edit without a change', () => codec.edit({} as never, undefined as never, keyring), 'badUsage'],
  ['a time to remember that is none', () => codec.createKeyring({ rememberFor: Infinity }), 'badUsage'],
])('%s has its code', async (_, step, code) => {
  await expect(async () => step()).rejects.toMatchObject({
    name: 'SopsError',
    code,
    exitCode: expect.any(Number),
  });
});

test('the error of a callback stays its own', async () => {
  const mine = new TypeError('mine');
  const fail = () => {
    throw mine;
  };
  await expect(codec.withDataKey({ dataKey: new Uint8Array(1) }, fail)).rejects.toBe(mine);
  const file = await codec.encrypt(documents(), { format: 'yaml', groups }, keyring);
  await expect(codec.edit(file, fail, keyring)).rejects.toBe(mine);
});

test('an error of the language tells where it was, and quotes nothing', async () => {
  const error: unknown = await codec
    .readSecret('a.yaml', { canary: 1 } as never, { keyring })
    .catch((e: unknown) => e);
  expect(error).toMatchObject({ code: 'badUsage' });
  expect(JSON.stringify(error) + String((error as Error).cause)).not.toContain('canary');
});
