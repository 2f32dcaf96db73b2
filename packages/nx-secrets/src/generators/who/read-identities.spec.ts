import type { Clients } from '../../aws/clients';
import { identitiesOf } from './read-identities';

const account = '111122223333';
const arn = (name: string) => `arn:aws:iam::${account}:${name}`;
const policy = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const assume = (...Action: readonly string[]) =>
  policy({ Effect: 'Allow', Principal: { AWS: account }, Action });
const everything = policy({ Effect: 'Allow', Action: '*', Resource: '*' });

/** What is read of an account that IAM describes like this. */
const read = (details: object) =>
  identitiesOf({ iam: async () => ({ send: async () => details }) } as unknown as Clients, account, 'aws');

test.each([
  ['sts:TagSession', undefined],
  ['STS:*', undefined],
  ['sts:Tag*', undefined],
  ['sts:AssumeRole', new Map([['team', 'a']])],
])('whoever assumes a role by %s may bring tags along, or not', async (action, tags) => {
  const role = {
    Arn: arn('role/a'),
    AssumeRolePolicyDocument: encodeURIComponent(assume('sts:AssumeRole', action)),
    Tags: [{ Key: 'Team', Value: 'a' }],
  };
  const { actors } = await read({ RoleDetailList: [role] });
  expect(actors[0]?.tags).toEqual(tags);
});

test('a policy that begins with a line break is read', async () => {
  const inline = { PolicyName: 'p', PolicyDocument: encodeURIComponent(`\n  ${everything}`) };
  const { actors, unreadable } = await read({
    RoleDetailList: [{ Arn: arn('role/a'), RolePolicyList: [inline] }],
  });
  expect(unreadable).toEqual([]);
  expect(actors[0]?.rights).toMatchObject({ policies: [{ name: 'inline policy p' }] });
});

test.each([
  ['a group that the answer does not have', { GroupList: ['admins'] }, 'group admins'],
  [
    'a permissions boundary that it does not have',
    { PermissionsBoundary: { PermissionsBoundaryArn: arn('policy/b') } },
    'permissions boundary',
  ],
])('%s is reported', async (_, more, name) => {
  const { actors, unreadable } = await read({ UserDetailList: [{ Arn: arn('user/bob'), ...more }] });
  expect(unreadable).toEqual([expect.stringContaining(name)]);
  expect(unreadable[0]).toContain(arn('user/bob'));
  const { rights } = actors[0]!;
  if (name === 'permissions boundary')
    expect(rights).toMatchObject({ boundary: { unreadable: ['permissions boundary'] } });
});
