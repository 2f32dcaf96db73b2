import { readPlain } from 'sops-codec';
import type { ProblemError } from '../problem';
import {
  fitsList,
  keysToSetProblem,
  keysToSetText,
  keysWithValue,
  parseKeysToSet,
  stillToSet,
} from './keys-to-set';

const path = 'apps/a/secrets/qa.to-set.txt';
const text = 'A: ""\nb:\n  c: null\n  empty: {}\nhosts:\n  - name: x\n  - name: y\n';
const file = { documents: readPlain(Buffer.from(text), 'yaml'), format: 'yaml' } as const;

test('what is written is read', () => {
  const keys = ['A', 'b.c', 'hosts[0].name', 'x\\.y', '$ref'];
  expect(parseKeysToSet(keysToSetText(keys, 'qa'), path)).toEqual(keys);
  expect(parseKeysToSet('\r\n# ours\r\nA\r\n\r\nA\r\n', path)).toEqual(['A']);
});

test.each(['KEY=s3cret-canary', 'KEY: s3cret-canary', 'two words', 'export KEY', 'a\tb', '\u001b[31mA'])(
  'a line that may be a value is not shown: %j',
  (line) => {
    const attempt = () => parseKeysToSet(`# names\nA\n${line}\n`, path);
    expect(attempt).toThrow('line 3 is not the name of a key');
    try {
      attempt();
    } catch (error) {
      expect(JSON.stringify((error as ProblemError).problem)).not.toContain('canary');
    }
    expect(fitsList(line)).toBe(false);
  },
);

test('an empty or null value is one; a mapping without keys is none', () => {
  expect(keysWithValue(file, 'x')).toEqual(['A', 'b.c', 'hosts[0].name', 'hosts[1].name']);
  const keys = ['A', '["b"]["c"]', 'b.empty', 'hosts.0.name', 'hosts[2].name', 'NEW'];
  expect(stillToSet(keys, file, 'x')).toEqual(['b.empty', 'hosts[2].name', 'NEW']);
});

test('the problem has a command for each key', () => {
  const problem = keysToSetProblem(['A', '-x'], 'apps/a/secrets/qa.enc.yaml');
  expect(problem?.fix.split('\n').slice(1)).toEqual([
    'npx nx g nx-secrets:set A --stage=qa --project=apps/a',
    'npx nx g nx-secrets:set --key=-x --stage=qa --project=apps/a',
  ]);
  expect(keysToSetProblem([], 'x')).toBeUndefined();
});
