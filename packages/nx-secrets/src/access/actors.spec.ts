import { account, role } from '../policies/subject.test-kit';
import type { Actor } from './actor';
import { actorsOf } from './actors';
import { readPolicy, type LivePolicy } from './live-policy';

const other = '999999999999';
const theirs = `arn:aws:iam::${other}:role/x`;
const statement = (more: object) => ({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*', ...more });
const onlyFor = (operator: string, arn: string) => ({
  Condition: { [operator]: { 'aws:PrincipalArn': arn } },
});

function policyOf(...statements: readonly object[]): LivePolicy {
  const policy = readPolicy(JSON.stringify({ Statement: statements }), 'resource', Infinity);
  if (typeof policy === 'string') throw new Error(policy);
  return policy;
}
const actors = (policy: LivePolicy, identities?: readonly Actor[]) =>
  actorsOf({ id: account, partition: 'aws' }, [policy], [], identities, []).map(({ kind, arn }) =>
    kind === 'AWS' ? arn : `${kind} ${arn}`,
  );
/** Is always among them: whoever IAM policies let. */
const anybody = `arn:aws:iam::${account}:*`;

test.each<[string, object, readonly string[]]>([
  ['an account as a whole', { Principal: { AWS: other } }, [`arn:aws:iam::${other}:*`]],
  [
    'an account, narrowed to a role by condition',
    { Principal: { AWS: other }, ...onlyFor('ArnLike', theirs) },
    [theirs],
  ],
  [
    'an account by its root, narrowed to a role',
    { Principal: { AWS: `arn:aws:iam::${other}:root` }, ...onlyFor('StringEquals', theirs) },
    [theirs],
  ],
  ['everybody, narrowed to a role', { Principal: '*', ...onlyFor('ArnEquals', theirs) }, [theirs]],
  [
    'a role that is narrowed to another',
    { Principal: { AWS: role('a') }, ...onlyFor('ArnLike', theirs) },
    [theirs, role('a')],
  ],
  [
    'a service, with a condition on roles',
    { Principal: { Service: 'rds.amazonaws.com', AWS: '*' }, ...onlyFor('ArnLike', theirs) },
    [theirs, 'Service rds.amazonaws.com'],
  ],
  [
    'everybody but a role',
    { Principal: { AWS: other }, ...onlyFor('ArnNotEquals', theirs) },
    [theirs, `arn:aws:iam::${other}:*`],
  ],
  ['a name with a variable in it', { Principal: '*', ...onlyFor('ArnLike', '${aws:PrincipalArn}') }, ['*']],
  ['an action that nobody asks about', { Principal: { AWS: other }, Action: 'kms:ListKeys' }, []],
])('%s', (_, more, expected) => {
  expect(actors(policyOf(statement(more)))).toEqual([...expected, anybody]);
});

test('whom a deny spares is looked at', () => {
  const policy = policyOf(statement({ Effect: 'Deny', NotPrincipal: { AWS: role('a') } }));
  expect(actors(policy)).toEqual([role('a'), anybody]);
});
