import { readConfig, ruleFor } from './creation-rules';
import { readStores } from './stores';

const ruleOf = (text: string) => ruleFor(readConfig(text, '.sops.yaml'), 'f.yaml');
const age = (recipient: string) => ({ kind: 'age', recipient });

/** As go-yaml merges: own keys first, then those of earlier mappings. */
test.each([
  [
    'a mapping',
    'x: &k {age: a, encrypted_regex: s}\ncreation_rules:\n  - <<: *k\n    path_regex: f',
    'a',
    's',
  ],
  [
    'own keys count first',
    'x: &k {age: a, encrypted_regex: s}\ncreation_rules:\n  - encrypted_regex: t\n    <<: *k',
    'a',
    't',
  ],
  [
    'a list',
    'x: [&k {age: a}, &l {age: b, encrypted_regex: s}]\ncreation_rules:\n  - <<: [*k, *l]',
    'a',
    's',
  ],
  [
    'merged mappings that merge',
    'x: &k {age: a}\ny: &l {<<: *k, encrypted_regex: s}\ncreation_rules: [{<<: *l}]',
    'a',
    's',
  ],
  ['a mapping in place', 'creation_rules:\n  - <<: {age: a, encrypted_regex: s}', 'a', 's'],
  [
    'a mapping that merges itself',
    'creation_rules:\n  - &k\n    age: a\n    encrypted_regex: s\n    <<: *k',
    'a',
    's',
  ],
])('%s is merged', (_, text, recipient, pattern) => {
  expect(ruleOf(text)).toMatchObject({
    groups: [[age(recipient)]],
    rule: { kind: 'encrypted_regex', pattern },
  });
});

test('mappings that merge others twice, sixty times over, are read at once', () => {
  const maps = Array.from({ length: 60 }, (_, i) => `  - &m${i + 1} {<<: [*m${i}, *m${i}]}`).join('\n');
  expect(ruleOf(`x:\n  - &m0 {age: a}\n${maps}\ncreation_rules: [{<<: *m60}]`)?.groups).toEqual([[age('a')]]);
});

test.each([
  ['a merge key without a mapping', 'creation_rules:\n  - <<: x\n', 'line 2, column 9'],
  ['a merge key with a list of texts', 'creation_rules:\n  - <<: [x]\n', 'line 2, column 9'],
  ['a threshold in quotes', 'creation_rules:\n  - shamir_threshold: "2"\n', 'line 2, column 23'],
  ['a text for a list of a group', 'creation_rules:\n  - key_groups: [{age: a}]\n', 'line 2, column 24'],
])('%s is an error with its place, as in sops', (_, text, where) => {
  expect(() => readConfig(text, '.sops.yaml')).toThrow(where);
});

test('rules for publishing, and other unknown fields, are ignored', () => {
  const text =
    'destination_rules:\n  - s3_bucket: b\n    recreation_rule: {pgp: x}\ncreation_rules: [{age: a, owner: me}]';
  expect(ruleOf(text)?.groups).toEqual([[age('a')]]);
});

test.each([
  ['no stores', 'creation_rules: []', {}],
  ['an indentation of YAML', 'stores: {yaml: {indent: 2}}', { yaml: { indent: 2 } }],
  [
    'of JSON and binary files',
    'stores: {json: {indent: 3}, json_binary: {indent: 1}}',
    { json: { indent: 3 }, binary: { indent: 1 } },
  ],
  [
    'stores without one',
    'stores: {yaml: {}, json: {}, ini: {}}',
    { yaml: { indent: 0 }, json: { indent: -1 } },
  ],
  ['merged stores', 'x: &s {yaml: {indent: 2}}\nstores: {<<: *s}', { yaml: { indent: 2 } }],
  ['nothing', '', {}],
])('%s', (_, text, layouts) => {
  expect(readStores(text, '.sops.yaml')).toEqual(layouts);
});

test('an indentation that is not a number is an error with its place', () => {
  expect(() => readStores('stores:\n  yaml:\n    indent: x\n', '.sops.yaml')).toThrow('line 3, column 13');
});
