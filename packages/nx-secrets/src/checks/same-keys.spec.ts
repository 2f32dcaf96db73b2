import { sameKeys, type StageKeys } from './same-keys';

const stage = (name: string, ...keys: readonly string[]): StageKeys => ({
  stage: name,
  path: `s/secrets/${name}.enc.yaml`,
  keys,
});

test.each<[string, readonly StageKeys[], Readonly<Record<string, string>>]>([
  ['no stages', [], {}],
  ['one stage', [stage('dev', 'A')], {}],
  ['the same keys in another order', [stage('dev', 'A', 'B'), stage('prod', 'B', 'A')], {}],
  ['a key that stands twice', [stage('dev', 'A', 'A'), stage('prod', 'A')], {}],
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
  const problems = sameKeys(stages);
  expect(Object.fromEntries([...problems].map(([name, { what }]) => [name, what]))).toEqual(whats);
});

test('says where, and the command that adds the key', () => {
  expect(sameKeys([stage('dev', 'A'), stage('prod')]).get('prod')).toMatchObject({
    where: 's/secrets/prod.enc.yaml',
    fix: expect.stringContaining('nx g secrets:set A --stage=prod'),
  });
});
