import { account, policy, other } from './iam.test-kit';
import { roleOf } from './directory';
import { checkIamInput } from './validate-iam-input';

const trust = policy({ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' });
const own = policy({ Effect: 'Allow', Action: '*', Resource: '*' });
const user = { accessKeys: { AKIA1: 'hidden' } };
const inAccount = (content: unknown) => ({ accounts: { [account]: content } });
const place = `accounts.${account}`;

describe('checkIamInput', () => {
  it('finds users by their access keys and roles by their ARNs', () => {
    const read = checkIamInput({
      accounts: {
        [account]: {
          users: { 'ops/ann': { ...user, policies: [own], tags: { team: 'a' }, boundary: own } },
          roles: { 'ci/sync': { trust } },
        },
        [other]: {},
      },
    });
    if (read.kind === 'problems') throw new Error(read.problems.join());
    expect(read.directory.accessKeys.get('AKIA1')).toMatchObject({
      secret: 'hidden',
      user: { account, name: 'ops/ann', tags: [['team', 'a']], policies: [{ variables: true }] },
    });
    expect(roleOf(read.directory, `arn:aws-cn:iam::${account}:role/ci/sync`)).toMatchObject({
      name: 'ci/sync',
    });
    expect(roleOf(read.directory, `arn:aws:iam::${account}:role/sync`)).toBeUndefined();
    expect(roleOf(read.directory, 'sync')).toBeUndefined();
  });

  it.each(['abc', 'a'.repeat(128)])('takes the access key ID %s', (id) => {
    const input = inAccount({ users: { a: { accessKeys: { [id]: 'hidden' } } } });
    expect(checkIamInput(input).kind).toBe('directory');
  });

  it.each([
    [null, ['the IAM input must be an object', 'accounts must be an object']],
    [{}, ['accounts must be an object']],
    [{ accounts: {}, roles: {} }, ['roles is not one of accounts']],
    [{ accounts: { 1234: {} } }, ['accounts.1234 must be an account ID of twelve digits']],
    [inAccount([]), [`${place} must be an object`]],
    [inAccount({ user: {} }), [`${place}.user is not one of users, roles`]],
    [
      inAccount({ users: { 'a b': user } }),
      [`${place}.users.a b is not a valid name, or path and name, of a user or role`],
    ],
    [
      inAccount({ users: { a: { ...user, policy: [] } } }),
      [`${place}.users.a.policy is not one of accessKeys, policies, boundary, tags`],
    ],
    [
      inAccount({ users: { a: { policies: own } } }),
      [`${place}.users.a.policies must be a list of policies`],
    ],
    [
      inAccount({ users: { a: { accessKeys: { 'x y': 'hidden' } } } }),
      [`${place}.users.a.accessKeys.x y is not a valid access key ID: 3 to 128 letters, digits and _`],
    ],
    ...['ab', 'a'.repeat(129)].map((id): [object, string[]] => [
      inAccount({ users: { a: { accessKeys: { [id]: 'hidden' } } } }),
      [`${place}.users.a.accessKeys.${id} is not a valid access key ID: 3 to 128 letters, digits and _`],
    ]),
    [
      inAccount({ users: { a: { accessKeys: { AKIA1: 1 } } } }),
      [`${place}.users.a.accessKeys.AKIA1 must be the secret access key, as a string`],
    ],
    [
      inAccount({ users: { a: user, b: user } }),
      [`${place}.users.b.accessKeys.AKIA1 is an access key ID that another user has`],
    ],
    [inAccount({ users: { a: { tags: { t: 1 } } } }), [`${place}.users.a.tags.t must be a string`]],
    [inAccount({ roles: { r: {} } }), [`${place}.roles.r.trust must be an object`]],
    [
      inAccount({ roles: { r: { trust: own, boundary: trust } } }),
      [
        `${place}.roles.r.trust.Statement[0].Principal is missing`,
        `${place}.roles.r.boundary.Statement[0].Principal is not allowed in an identity policy`,
      ],
    ],
  ])('says all that is wrong with %j', (input, problems) => {
    expect(checkIamInput(input)).toEqual({ kind: 'problems', problems });
  });
});
