import type { TextKind } from '../detect';
import { readSourceText } from './read-source-text';
import { valuesOf } from './reading.test-kit';

const read = (text: string, kind: TextKind, secret?: string) =>
  readSourceText(text, { kind, source: 'source', secret });
const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64');

const manifest = (name: string, body: string) =>
  `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\n${body}`;

test.each<[string, TextKind, string, unknown]>([
  [
    'JSON, nested, exact',
    'json',
    '{"a": {"b": [1, 9007199254740993]}, "c": null}',
    { a: { b: [1, 9007199254740992] }, c: null },
  ],
  ['YAML', 'yaml', 'a: b # c\nd: [1, true]\n', { a: 'b', d: [1, true] }],
  ['an anchor', 'yaml', 'a: &x {b: c}\nd: *x\n', { a: { b: 'c' }, d: { b: 'c' } }],
  ['INI', 'ini', 'a = b\n[s]\nc = d\n', { DEFAULT: { a: 'b' }, s: { c: 'd' } }],
  ['properties', 'properties', '# c\ndb.url = x\\\n  y\ne : \\u0041\n', { 'db.url': 'xy', e: 'A' }],
  [
    'Doppler, JSON',
    'json',
    '{"A": "b", "DOPPLER_PROJECT": "p", "DOPPLER_CONFIG": "c", "DOPPLER_ENVIRONMENT": "e"}',
    { A: 'b' },
  ],
  ['Doppler, env', 'doppler', 'A="b"\nDOPPLER_PROJECT="p"\n', { A: 'b' }],
  [
    'Infisical, JSON',
    'json',
    '[{"key": "A", "value": "b", "type": "shared"}, {"key": "C", "value": "d"}]',
    { A: 'b', C: 'd' },
  ],
  ['Infisical, env', 'infisical', "A='b'\n", { A: 'b' }],
  ['dotenvx get', 'json', '{"DOTENV_PUBLIC_KEY_PROD": "k", "A": "b"}', { A: 'b' }],
  ['Infisical, YAML', 'infisical', '# c\nA: 1.10\nB: "x"\nC: yes\n', { A: '1.10', B: 'x', C: 'yes' }],
  [
    'a Secret',
    'yaml',
    manifest('x', `data:\n  A: ${base64('ä\n')}\nstringData:\n  B: b\n`),
    { A: 'ä\n', B: 'b' },
  ],
  [
    'stringData over data',
    'kubernetes',
    manifest('x', `data:\n  A: ${base64('old')}\nstringData:\n  A: new\n`),
    { A: 'new' },
  ],
  [
    'Secrets in several documents',
    'kubernetes',
    `${manifest('x', 'stringData: {A: a}\n')}---\n${manifest('y', 'stringData: {B: b}\n')}`,
    { A: 'a', B: 'b' },
  ],
  [
    'a List, in JSON',
    'json',
    `{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x"}, "data": {"A": "${base64('a')}"}}]}`,
    { A: 'a' },
  ],
])('%s', (_, kind, text, expected) => {
  expect(valuesOf(read(text, kind))).toEqual(expected);
});

test('what is left out is named', () => {
  const text = `${manifest('x', 'stringData: {A: a}\n')}---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n`;
  expect(read(text, 'kubernetes').leftOut).toEqual([{ key: 'Deployment web', what: 'is not a Secret' }]);
  expect(read('{"A": "b", "DOPPLER_PROJECT": "p"}', 'json').leftOut).toEqual([
    { key: 'DOPPLER_PROJECT', what: 'is about Doppler, not a value of the service' },
  ]);
});

test('one Secret among others by its name, next to kinds that have no values', () => {
  const sealed = 'apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: s}\n';
  const text = `---\n${sealed}---\n${manifest('x', "stringData: {A: '{{ .Values.a }}'}\n")}`;
  const { normalised, leftOut } = read(text, 'kubernetes', 'x');
  expect(normalised).toEqual([{ key: 'A', what: '{{ }} is not filled in, as Helm would' }]);
  expect(leftOut).toEqual([{ key: 'SealedSecret s', what: 'is not a Secret' }]);
  expect(() => read(text, 'kubernetes')).toThrow(/SealedSecret s cannot be imported/);
  expect(() => read(text, 'kubernetes', 's')).toThrow(/SealedSecret s cannot be imported/);
});

test.each([
  ['a=\\u00e9\n# é\n', []],
  ['a=é\n', [{ key: 'a', what: 'read as UTF-8; Java reads a stream of properties as ISO-8859-1' }]],
])('characters of properties that Java may read otherwise: %j', (text, expected) => {
  expect(read(text, 'properties').normalised).toEqual(expected);
  expect(valuesOf(read(text, 'properties'))).toEqual({ a: 'é' });
});

test('one of several Secrets, by its name', () => {
  const two = `${manifest('x', 'stringData: {A: a}\n')}---\n${manifest('y', 'stringData: {A: b}\n')}`;
  expect(() => read(two, 'kubernetes')).toThrow(/A is defined twice[^]*--secret=<name>, with one of x, y/);
  expect(valuesOf(read(two, 'kubernetes', 'y'))).toEqual({ A: 'b' });
  expect(() => read(two, 'kubernetes', 'z')).toThrow(/no Secret z[^]*x, y/);
});

const bomb = `a: &a ["x","x","x","x","x","x","x","x","x"]\n${'bcdefghi'
  .split('')
  .map((name, index) => `${name}: &${name} [${`*${'abcdefgh'[index]},`.repeat(9)}]\n`)
  .join('')}`;

test.each<[string, TextKind, string, RegExp]>([
  ['a key twice in JSON', 'json', '{"a": 1, "b": {"c": "canary", "c": 2}}', /b\.c is defined twice/],
  ['a key twice in YAML', 'yaml', 'a: canary\na: 2\n', /a.*(?:twice|already|duplicate)/],
  ['__proto__ twice', 'json', '{"__proto__": "canary", "__proto__": 2}', /__proto__ is defined twice/],
  ['several documents', 'yaml', 'a: canary\n---\nb: 1\n', /2 YAML documents/],
  ['a YAML bomb', 'yaml', bomb, /alias/i],
  ['no JSON', 'json', '{"a": canary}', /source/],
  ['a list of something else', 'json', '[{"a": "canary"}]', /list of something else/],
  [
    'a key twice in a list',
    'json',
    '[{"key": "A", "value": "canary"}, {"key": "A", "value": "x"}]',
    /A is defined twice/,
  ],
  ['nothing', 'yaml', '# canary\n', /no document/],
  ['no values at all', 'json', '{}', /no values/],
  [
    'a value of dotenvx',
    'dotenv',
    `A="encrypted:BCanary${'x'.repeat(40)}"`,
    /A is encrypted by dotenvx[^]*dotenvx get/,
  ],
  [
    'a value of sops without its metadata',
    'yaml',
    'A: ENC[AES256_GCM,data:canary,iv:x,tag:y,type:str]',
    /A is encrypted by sops/,
  ],
  [
    'a reference to 1Password',
    'dotenv',
    'A=op://canary/item/field',
    /A is a reference to a value in 1Password[^]*op inject/,
  ],
  [
    "backslashes of Doppler's env format",
    'doppler',
    'A="canary\\"x"\nDOPPLER_PROJECT="p"',
    /value of A has a backslash[^]*--format json/,
  ],
  [
    'a SealedSecret',
    'yaml',
    'apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: x}\nspec: {encryptedData: {A: canary}}\n',
    /SealedSecret x cannot be imported: only the controller[^]*kubectl get secret x/,
  ],
  [
    'an ExternalSecret',
    'yaml',
    'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: x}\n',
    /ExternalSecret x cannot be imported/,
  ],
  [
    'data that is not base64',
    'kubernetes',
    manifest('x', 'data: {A: canary!}\n'),
    /value of A is not UTF-8 text in base64/,
  ],
  [
    'data that is not text',
    'kubernetes',
    manifest('x', `data: {A: ${base64(Uint8Array.of(255, 254, 0))}}\n`),
    /value of A is not UTF-8/,
  ],
  ['a number in stringData', 'kubernetes', manifest('x', 'stringData: {A: 1}\n'), /value of A is not/],
  [
    'a manifest without a Secret',
    'kubernetes',
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {A: canary}\n',
    /have no Secret/,
  ],
  ['a second object', 'json', '{"A": "b"}\n{"B": "canary"}', /something follows the end of the JSON/],
  ['something behind a list', 'json', '[{"key": "A", "value": "b"}]} canary', /something follows/],
  ['an integer beyond int64', 'json', '{"A": 12345678901234567890}', /more digits[^]*line 1, column 7/],
  ['half of a surrogate pair', 'json', '{"A": "canary\\ud800"}', /half of a surrogate pair/],
  ['a merge key of YAML', 'yaml', 'a: &x {b: canary}\nc:\n  <<: *x\n', /c\.<< is a merge key/],
  [
    'ciphertext in INI',
    'ini',
    'A = ENC[AES256_GCM,data:canary,iv:x,tag:y,type:str]\n[sops]\nversion = 3\n',
    /encrypted by sops/,
  ],
  [
    'ciphertext in a manifest',
    'kubernetes',
    manifest('x', 'stringData:\n  A: ENC[AES256_GCM,data:canary,iv:x,tag:y,type:str]\n'),
    /A is encrypted by sops/,
  ],
  ['a bad escape in properties', 'properties', 'A = x\nB = canary\\u12\n', /an escape[^]*line 2/],
  ['half of a character in properties', 'properties', 'A = canary\\ud800\n', /half of a character/],
  [
    'a private key without quotes',
    'dotenv',
    'A=1\nKEY=-----BEGIN PRIVATE KEY-----\nMIIcanary==\n-----END PRIVATE KEY-----\n',
    /value of KEY begins a key or certificate[^]*line 2/,
  ],
  ['thousands of empty lines', 'dotenv', `${'\n'.repeat(100_000)}A=canary`, /empty lines follow one another/],
])('refused, without the value: %s', (_, kind, text, message) => {
  expect(() => read(text, kind)).toThrow(message);
  expect(() => read(text, kind)).not.toThrow(/canary/i);
});

test('a backslash before \\u in properties is an escape of its own, and one line holds a private key with \\n in it', () => {
  expect(valuesOf(read('A = C:\\\\users\n# \\u\n', 'properties'))).toEqual({ A: 'C:\\users' });
  const key = '-----BEGIN KEY-----\\nabc\\n-----END KEY-----';
  expect(valuesOf(read(`A=${key}\n`, 'dotenv'))).toEqual({ A: key });
});

test('many keys are read in little time', () => {
  const text = Array.from({ length: 30_000 }, (_, index) => `k${index}=1`).join('\n');
  expect(Object.keys(valuesOf(read(text, 'properties')) as object)).toHaveLength(30_000);
});
