import { keyPolicy } from '../../policies/key-policy';
import { role, subjectOf } from '../../policies/subject.test-kit';
import { lostStatements } from './lost-statements';

const account = '111122223333';
const desired = keyPolicy(subjectOf({ principals: { sync: role('sync'), decrypt: role('lead') } }));
const document = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const allow = (Principal: unknown, Action: string | string[] = 'kms:*', more: object = {}) => ({
  Effect: 'Allow',
  Principal,
  Action,
  Resource: '*',
  ...more,
});
const iam = allow({ AWS: `arn:aws:iam::${account}:root` });
const lost = (...statements: readonly object[]) =>
  lostStatements(document(...statements), desired, account).statements.map((text): unknown =>
    JSON.parse(text),
  );
const remaining = (...statements: readonly object[]) =>
  (JSON.parse(lostStatements(document(...statements), desired, account).remaining) as { Statement: object[] })
    .Statement;

test.each([
  ['a role', allow({ AWS: role('reports') }, 'kms:Decrypt')],
  ['one of several', allow({ AWS: [account, role('reports')] }, 'kms:Decrypt')],
  ['another account', allow({ AWS: 'arn:aws:iam::444455556666:root' }, 'kms:Decrypt')],
  ['a service of AWS', allow({ Service: 'logs.eu-west-1.amazonaws.com' })],
  ['everybody', allow('*', 'kms:Decrypt')],
  ['everybody under a condition', allow({ AWS: '*' }, 'kms:Decrypt', { Condition: { Bool: { a: 'b' } } })],
  ['all but somebody', { Effect: 'Allow', NotPrincipal: { AWS: role('x') }, Action: '*', Resource: '*' }],
])('lost: %s', (_, statement) => {
  expect(lost(iam, statement)).toEqual([statement]);
  expect(remaining(iam, statement)).toEqual([iam]);
});

test.each([
  ['what leaves it to IAM', iam],
  ['the account by its number', allow({ AWS: account }, ['kms:Decrypt'])],
  ['a denial', { ...allow('*'), Effect: 'Deny' }],
  ['those whom the stage names', allow({ AWS: [role('sync'), role('lead')] }, 'kms:Decrypt')],
])('not lost: %s', (_, statement) => {
  expect(lost(iam, statement)).toEqual([]);
});

test('nor what the policy of the stage says, too', () => {
  expect(lostStatements(JSON.stringify(desired), desired, account).statements).toEqual([]);
});

test('what is left can be changed again', () => {
  const only = allow({ AWS: role('owner') });
  expect(remaining(only)).toEqual([
    expect.objectContaining({ Principal: { AWS: account }, Action: 'kms:*' }),
  ]);
  const some = allow({ AWS: account }, ['kms:Decrypt']);
  expect(remaining(some, only)).toHaveLength(2);
});

test.each(['', '{', '[]', 'null', '{"Statement": 1}'])(
  'a policy that cannot be read loses nothing: %j',
  (text) => {
    expect(lostStatements(text, desired, account).statements).toEqual([]);
  },
);
