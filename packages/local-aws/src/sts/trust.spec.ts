import { ListKeysCommand } from '@aws-sdk/client-kms';
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
} from '@aws-sdk/client-sts';
import { account, credentialsOf, everything, other, people, policy } from '../iam/iam.test-kit';
import { failure, runningAws } from '../running-aws.test-kit';

const arn = (name: string) => `arn:aws:iam::${account}:role/${name}`;
const provider = 'token.actions.githubusercontent.com';
const trust = (Principal: object, Condition?: object) =>
  policy({
    Effect: 'Allow',
    Principal,
    Action: ['sts:AssumeRole', 'sts:AssumeRoleWithWebIdentity'],
    ...(Condition && { Condition }),
  });
const role = (trusted: object) => ({ trust: trusted, policies: [everything] });
const inAccount = people({
  admin: everything,
  nobody: policy({ Effect: 'Allow', Action: 's3:*', Resource: '*' }),
}) as { users: object };
const local = runningAws({
  iam: {
    accounts: {
      [account]: {
        ...inAccount,
        roles: {
          'for-account': role(trust({ AWS: `arn:aws:iam::${account}:root` })),
          'for-nobody': role(trust({ AWS: `arn:aws:iam::${account}:user/nobody` })),
          'for-other': role(trust({ AWS: other })),
          'with-id': role(trust({ AWS: account }, { StringEquals: { 'sts:ExternalId': 'secret-id' } })),
          'for-session': role(trust({ AWS: account }, { StringLike: { 'sts:RoleSessionName': 'ci-*' } })),
          'ci/pipeline': role(
            trust(
              { Federated: `arn:aws:iam::${account}:oidc-provider/${provider}` },
              {
                StringEquals: { [`${provider}:aud`]: 'sts.amazonaws.com' },
                StringLike: { [`${provider}:sub`]: 'repo:org/shop:*' },
              },
            ),
          ),
        },
      },
      [other]: people({ stranger: everything }),
    },
  },
});
const assume = (user: string, input: Partial<AssumeRoleCommandInput>) =>
  local
    .clients(credentialsOf(user))
    .sts.send(new AssumeRoleCommand({ RoleArn: undefined, RoleSessionName: 'ci-1', ...input }));

describe('AssumeRole', () => {
  it.each([
    ['admin', { RoleArn: arn('for-account') }, 'no error'],
    ['nobody', { RoleArn: arn('for-account') }, 'AccessDenied'],
    ['nobody', { RoleArn: arn('for-nobody') }, 'no error'],
    ['admin', { RoleArn: arn('for-nobody') }, 'AccessDenied'],
    ['stranger', { RoleArn: arn('for-other') }, 'no error'],
    ['stranger', { RoleArn: arn('for-account') }, 'AccessDenied'],
    ['admin', { RoleArn: arn('no-such-role') }, 'AccessDenied'],
    ['admin', { RoleArn: arn('with-id') }, 'AccessDenied'],
    ['admin', { RoleArn: arn('with-id'), ExternalId: 'secret-id' }, 'no error'],
    ['admin', { RoleArn: arn('for-session') }, 'no error'],
    ['admin', { RoleArn: arn('for-session'), RoleSessionName: 'me' }, 'AccessDenied'],
    ['admin', { RoleArn: arn('for-account'), Policy: '{}' }, 'MalformedPolicyDocumentException'],
  ])('by %s, of %j: %s', async (user, input, expected) => {
    expect((await failure(assume(user, input))).name).toBe(expected);
  });

  it('says what is missing', async () => {
    const { message } = await failure(assume('nobody', { RoleArn: arn('for-account') }));
    expect(message).toBe(
      `User: arn:aws:iam::${account}:user/nobody is not authorized to perform: sts:AssumeRole on resource: ` +
        `${arn('for-account')} because no identity-based policy allows the sts:AssumeRole action`,
    );
  });

  it('gives credentials that work with their token only, and no further than a session policy', async () => {
    const Policy = JSON.stringify(policy({ Effect: 'Allow', Action: 'sts:*', Resource: '*' }));
    const { Credentials } = await assume('admin', { RoleArn: arn('for-account'), Policy });
    const keys = { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey! };
    const { kms, sts } = local.clients({ ...keys, sessionToken: Credentials!.SessionToken! });
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Arn: `arn:aws:sts::${account}:assumed-role/for-account/ci-1`,
    });
    expect((await failure(kms.send(new ListKeysCommand({})))).message).toMatch(
      /because no session policy allows the kms:ListKeys action$/,
    );
    for (const sessionToken of ['', 'another']) {
      const wrong = local.clients({ ...keys, sessionToken }).kms.send(new ListKeysCommand({}));
      expect((await failure(wrong)).name).toBe('UnrecognizedClientException');
    }
  });
});

describe('AssumeRoleWithWebIdentity', () => {
  const token = (claims: object): string =>
    ['{}', JSON.stringify({ iss: `https://${provider}`, aud: 'sts.amazonaws.com', ...claims }), 'x']
      .map((part) => Buffer.from(part).toString('base64url'))
      .join('.');
  const withToken = (claims: object, name = 'ci/pipeline') =>
    local.clients().sts.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: arn(name),
        RoleSessionName: 'run',
        WebIdentityToken: token(claims),
      }),
    );

  it.each<[string, object, string, string]>([
    ['the repository that the role trusts', { sub: 'repo:org/shop:ref:main' }, 'ci/pipeline', 'no error'],
    ['another repository', { sub: 'repo:org/other:ref:main' }, 'ci/pipeline', 'AccessDenied'],
    ['another audience', { sub: 'repo:org/shop:x', aud: 'else' }, 'ci/pipeline', 'AccessDenied'],
    ['another provider', { sub: 'repo:org/shop:x', iss: 'https://else' }, 'ci/pipeline', 'AccessDenied'],
    ['a role that trusts the account', { sub: 'repo:org/shop:x' }, 'for-account', 'AccessDenied'],
  ])('for %s', async (_who, claims, name, expected) => {
    const { name: code, message } = await failure(withToken(claims, name));
    expect(code).toBe(expected);
    if (code !== 'no error') expect(message).toBe('Not authorized to perform sts:AssumeRoleWithWebIdentity');
  });
});
