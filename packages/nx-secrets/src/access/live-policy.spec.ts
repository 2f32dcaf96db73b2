import { readPolicy } from './live-policy';

const statement = { Sid: 'One', Effect: 'Allow', Principal: '*', Action: 'kms:Decrypt', Resource: '*' };
const read = (document: unknown, kind: 'resource' | 'identity' = 'resource') =>
  readPolicy(typeof document === 'string' ? document : JSON.stringify(document), kind, 100_000);

test('texts and lists, negations, conditions', () => {
  expect(
    read({
      Statement: {
        Effect: 'Deny',
        NotPrincipal: {
          AWS: ['111122223333', 'arn:aws:iam::111122223333:role/a'],
          Service: 'x.amazonaws.com',
        },
        NotAction: ['kms:Get*', 'KMS:List*'],
        NotResource: 'b',
        Condition: { Bool: { 'aws:SecureTransport': false }, NumericEquals: { 'kms:X': [1, 2] } },
      },
    }),
  ).toEqual({
    unreadable: [],
    statements: [
      {
        name: 'statement 1',
        effect: 'Deny',
        principals: {
          negated: true,
          names: [
            { kind: 'AWS', id: '111122223333' },
            { kind: 'AWS', id: 'arn:aws:iam::111122223333:role/a' },
            { kind: 'Service', id: 'x.amazonaws.com' },
          ],
        },
        actions: { negated: true, patterns: ['kms:get*', 'kms:list*'] },
        resources: { negated: true, patterns: ['b'] },
        conditions: [
          { operator: 'Bool', key: 'aws:securetransport', values: ['false'] },
          { operator: 'NumericEquals', key: 'kms:x', values: ['1', '2'] },
        ],
      },
    ],
  });
});

test('a statement without a resource, as trust policies have them, is about all', () => {
  const policy = read({ Statement: [{ ...statement, Resource: undefined }] });
  expect(policy).toMatchObject({ statements: [{ resources: { negated: false, patterns: ['*'] } }] });
});

test.each([
  ['no JSON', '{"Statement": [', 'it is not JSON'],
  ['a web page', '<html>', 'it is not JSON'],
  ['nothing', '', 'it is not JSON'],
  ['null', 'null', 'it has no statements'],
  ['a list', '[]', 'it has no statements'],
  ['another object', '{"__proto__": {"Statement": []}}', 'it has no statements'],
  ['brackets without end', '['.repeat(99_000), 'it is not JSON'],
  ['more than AWS takes', ' '.repeat(100_001), 'it has 100001 characters, and AWS takes 100000 at most'],
])('%s is not a policy', (_, text, why) => expect(read(text)).toBe(why));

test.each([
  ['no object', 'x'],
  ['another effect', { ...statement, Effect: 'allow' }],
  ['no action', { ...statement, Action: undefined }],
  ['an action that is not text', { ...statement, Action: [{}] }],
  ['an empty list of actions', { ...statement, Action: [] }],
  ['no principal', { ...statement, Principal: undefined }],
  ['a principal that is not text', { ...statement, Principal: { AWS: [null] } }],
  ['conditions that are a list', { ...statement, Condition: [] }],
  ['conditions without keys', { ...statement, Condition: { StringEquals: 'x' } }],
  ['nested values', { ...statement, Condition: { StringEquals: { a: [['b']] } } }],
])('a statement with %s is named as unreadable, and the others are read', (_, broken) => {
  const policy = read({ Statement: [broken, statement] });
  expect(policy).toMatchObject({ statements: [{ name: 'One', effect: 'Allow' }] });
  expect(policy).toHaveProperty('unreadable.length', 1);
});

test('a policy of a role names no principal', () => {
  expect(read({ Statement: [statement] }, 'identity')).toEqual({ statements: [], unreadable: ['One'] });
});
