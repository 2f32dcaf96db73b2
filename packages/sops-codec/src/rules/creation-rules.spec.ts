import { SopsError } from '../model/sops-error';
import { readConfig, ruleFor } from './creation-rules';

const config = (text: string) => readConfig(text, 'svc/.sops.yaml');
const arn = 'arn:aws:kms:eu-west-1:111122223333:alias/user-dev';

test('the first rule whose pattern is found in the path', () => {
  const rules = config(`creation_rules:
  - path_regex: ^secrets/dev\\.enc\\.
    kms: ${arn}
  - path_regex: prod
    age: age1a, age1b
  - pgp: "AB CD"
`);
  expect(ruleFor(rules, 'secrets/dev.enc.yaml')?.groups).toEqual([[{ kind: 'kms', arn, awsProfile: '' }]]);
  expect(ruleFor(rules, 'x/secrets/dev.enc.yaml')?.groups).toEqual([[{ kind: 'pgp', fp: 'ABCD' }]]);
  expect(ruleFor(rules, 'a/prod.json')?.groups).toEqual([
    [
      { kind: 'age', recipient: 'age1a' },
      { kind: 'age', recipient: 'age1b' },
    ],
  ]);
  expect(ruleFor(rules, 'secrets/dev.enc.yaml')?.line).toBe(2);
});

test('no rules are not the same as no rule for a path', () => {
  expect(config('').rules).toBeUndefined();
  expect(config('stores: {}').rules).toBeUndefined();
  expect(config('creation_rules:').rules).toBeUndefined();
  expect(config('creation_rules: []').rules).toEqual([]);
});

test('key groups with context, role, profile and merged groups; duplicates once', () => {
  const rule = ruleFor(
    config(`creation_rules:
  - shamir_threshold: 2
    mac_only_encrypted: true
    encrypted_regex: ^SECRET
    unknown_field: [x]
    key_groups:
      - kms:
          - arn: ${arn}
            role: arn:aws:iam::111122223333:role/r
            aws_profile: p
            context: { service: user, stage: 007, on: yes }
        age: [age1a, age1a]
      - merge:
          - age: [age1b]
            merge: [{ pgp: [FF] }]
        azure_keyvault: [{ vaultUrl: https://v, key: k, version: "1" }]
`),
    'any',
  );
  expect(rule).toMatchObject({
    shamirThreshold: 2,
    macOnlyEncrypted: true,
    rule: { kind: 'encrypted_regex', pattern: '^SECRET' },
    groups: [
      [
        { kind: 'age', recipient: 'age1a' },
        {
          kind: 'kms',
          arn,
          role: 'arn:aws:iam::111122223333:role/r',
          awsProfile: 'p',
          context: { service: 'user', stage: '007', on: 'yes' },
        },
      ],
      [
        { kind: 'pgp', fp: 'FF' },
        { kind: 'age', recipient: 'age1b' },
        { kind: 'azure_kv', vaultUrl: 'https://v', name: 'k', version: '1' },
      ],
    ],
  });
});

test('the text form of a KMS key with a role', () => {
  const rule = ruleFor(config(`creation_rules: [{ kms: "${arn}+arn:aws:iam::1:role/r" }]`), 'x');
  expect(rule?.groups).toEqual([[{ kind: 'kms', arn, role: 'arn:aws:iam::1:role/r', awsProfile: '' }]]);
});

test('an alias refers to the last node before it that has its anchor', () => {
  const rule = ruleFor(config('a: &a age1a\nb: &a age1b\ncreation_rules: [{ age: [*a] }]\nc: &a age1c'), 'x');
  expect(rule?.groups).toEqual([[{ kind: 'age', recipient: 'age1b' }]]);
});

test('groups that merge others twice, which do the same, sixty times over', () => {
  const groups = Array.from({ length: 60 }, (_, i) => `  - &g${i + 1} { merge: [*g${i}, *g${i}] }`);
  const text = `x:\n  - &g0 { age: [age1a] }\n${groups.join('\n')}\ncreation_rules:\n  - key_groups: [*g60]`;
  expect(ruleFor(config(text), 'x')?.groups).toEqual([[{ kind: 'age', recipient: 'age1a' }]]);
});

test('aliases and keys by the ten thousand are read at once', () => {
  const many = Array.from({ length: 20_000 }, (_, i) => `  k${i}: 1`);
  const text = `a: &a age1a\nb:\n${many.join('\n')}\ncreation_rules: [{ age: [${'*a, '.repeat(20_000)}] }]`;
  expect(ruleFor(config(text), 'x')?.groups).toEqual([[{ kind: 'age', recipient: 'age1a' }]]);
});

test.each([
  ['no YAML', 'creation_rules: [', 'svc/.sops.yaml, line 1'],
  ['a list at the top', '- a', 'svc/.sops.yaml'],
  ['rules that are no list', 'creation_rules: {a: b}', 'line 1, column 17'],
  ['a rule that is not a mapping', 'creation_rules:\n  - text', 'line 2, column 5'],
  ['a pattern that is not RE2', 'creation_rules:\n  - path_regex: (', 'line 2'],
  ['a selection that is not RE2', 'creation_rules:\n  - encrypted_regex: (', 'encrypted_regex'],
  [
    'two selections',
    'creation_rules:\n  - encrypted_regex: a\n    unencrypted_suffix: b',
    'line 2, column 5',
  ],
  ['recipients that are no text', 'creation_rules:\n  - age: {a: b}', 'line 2, column 10'],
  ['a group that is not a mapping', 'creation_rules:\n  - key_groups: [x]', 'line 2, column 18'],
  [
    'a context that is not a mapping',
    'creation_rules:\n  - key_groups: [{kms: [{arn: a, context: x}]}]',
    'line 2',
  ],
  ['a key that is defined twice', 'a: {b: 1,\n b: 2}\ncreation_rules: []', 'line 2, column 2'],
  ['an alias of no anchor', 'creation_rules:\n  - age: *a\nx: &a age1a', 'line 2, column 10'],
  [
    'groups that merge themselves',
    'creation_rules:\n  - key_groups:\n      - &g\n        merge: [*g]',
    'line',
  ],
])('%s is an error with its place', (_, text, where) => {
  try {
    config(text);
  } catch (error) {
    expect(error).toBeInstanceOf(SopsError);
    expect((error as SopsError).where).toContain(where);
    return;
  }
  throw new Error('was accepted');
});

// Each as sops 3.13.3 takes it: tools/interop/suites/codec-configs.spec.mjs compares them at random.
describe('as go-yaml and sops read it', () => {
  const only = (rule: string) => readConfig(`creation_rules:\n  - ${rule}\n`, '.sops.yaml').rules?.[0];
  const ages = (rule: string) =>
    only(rule)?.groups.map((group) => group.map((one) => (one.kind === 'age' ? one.recipient : one.kind)));

  test.each([
    ['{age: "a, b,"}', [['a', 'b']]],
    ['{age: [a, a]}', [['a']]],
    ['{key_groups: [{age: [a, a]}]}', [['a']]],
    ['{key_groups: [{age: ["a, b"]}]}', [['a', 'b']]],
    ['{key_groups: [], age: a}', [['a']]],
    ['{key_groups: [null, {age: [a, null]}]}', [['a']]],
    ['{key_groups: [{age: [a]}], age: {k: v}}', [['a']]],
  ])('the recipients of %s', (rule, expected) => {
    expect(ages(rule)).toEqual(expected);
  });

  test.each([
    ['true', true],
    ['yes', true],
    ['On', true],
    ['"yes"', true],
    ["'off'", false],
    ['TRUE', true],
    ['no', false],
    ['null', false],
  ])('mac_only_encrypted: %s', (word, expected) => {
    expect(only(`{age: a, mac_only_encrypted: ${word}}`)?.macOnlyEncrypted).toBe(expected);
  });

  test.each([
    'mac_only_encrypted: "true"',
    'mac_only_encrypted: yEs',
    'mac_only_encrypted: tRue',
    'mac_only_encrypted: 1',
    'age: 5',
    'age: {k: v}',
    'key_groups: 5',
  ])('%s is refused', (text) => {
    expect(() => only(`{${text}}`)).toThrow(expect.objectContaining({ code: 'badConfig' }) as Error);
  });

  test('destination rules that are not a list are refused; a rule that is null is left out', () => {
    expect(() => readConfig('creation_rules: []\ndestination_rules: 5\n', 'x')).toThrow(
      'destination_rules is not',
    );
    expect(readConfig('creation_rules: [null]\n', 'x').rules).toEqual([]);
  });
});
