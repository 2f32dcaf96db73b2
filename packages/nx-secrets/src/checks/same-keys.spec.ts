import { readOptions } from '../config/options';
import { sameKeys, type StageKeys } from './same-keys';

const options = readOptions({});
const address = { root: 'services/s', project: '@acme/s' };
const stage = (name: string, ...keys: readonly string[]): StageKeys => ({
  stage: name,
  path: `s/secrets/${name}.enc.yaml`,
  keys,
});

test.each<[string, readonly StageKeys[], Readonly<Record<string, string>>]>([
  ['no stages', [], {}],
  ['one stage', [stage('dev', 'A')], {}],
  ['the same keys in another order', [stage('dev', 'A', 'B'), stage('prod', 'B', 'A')], {}],
  ['a key that is defined twice', [stage('dev', 'A', 'A'), stage('prod', 'A')], {}],
  [
    'one missing',
    [stage('dev', 'A', 'B'), stage('prod', 'A')],
    { prod: 'stage prod lacks a key that other stages have: B (dev)' },
  ],
  [
    'each lacks something',
    [stage('dev', 'A', '__proto__'), stage('staging', 'A', 'B', '__proto__'), stage('prod', 'B')],
    {
      dev: 'stage dev lacks a key that other stages have: B (staging, prod)',
      prod: 'stage prod lacks 2 keys that other stages have: A (dev, staging), __proto__ (dev, staging)',
    },
  ],
])('%s', (_, stages, whats) => {
  const problems = sameKeys(stages, address, options);
  expect(Object.fromEntries([...problems].map(([name, { what }]) => [name, what]))).toEqual(whats);
});

test('keys by the hundred thousand', () => {
  const many = Array.from({ length: 200_000 }, (_, index) => `K${index}`);
  expect(
    sameKeys([stage('dev', ...many.slice(0, 100_000)), { ...stage('prod'), keys: many }], address, options)
      .size,
  ).toBe(1);
});

test('says where, and a command for each key, as a shell takes it', () => {
  const problem = sameKeys([stage('dev', 'A', "a\\.b'c d"), stage('prod')], address, options).get('prod');
  expect(problem?.where).toBe('s/secrets/prod.enc.yaml');
  expect(problem?.fix.split('\n').filter((line) => line.startsWith('npx'))).toEqual([
    'npx nx g nx-secrets:set A --stage=prod --project="@acme/s"',
    "npx nx g nx-secrets:set 'a\\.b'\\''c d' --stage=prod --project=\"@acme/s\"",
  ]);
  expect(problem?.fix).toContain('"optional":{"A":["prod"]');
});

test.each<[string, object, object]>([
  ['nothing yet', {}, { optional: { B: ['prod'] } }],
  ['the same key for another stage', { optional: { B: ['dev'] } }, { optional: { B: ['dev', 'prod'] } }],
  ['another key', { optional: { C: ['dev'] } }, { optional: { C: ['dev'], B: ['prod'] } }],
  ['a list for all stages', { optional: ['C'] }, { optional: ['C', 'B'] }],
  ['a name', { name: 'shop' }, { name: 'shop', optional: { B: ['prod'] } }],
])('the option that lets a stage lack a key, where nx.json has %s', (_, service, expected) => {
  const configured = readOptions({ stages: ['dev', 'prod'], services: { 'services/s': service } });
  const problem = sameKeys([stage('dev', 'B'), stage('prod')], address, configured).get('prod');
  expect(problem?.fix).toContain(`"services": ${JSON.stringify({ 'services/s': expected })}\n`);
});
