import { ListKeysCommand } from '@aws-sdk/client-kms';
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  AssumeRoleWithWebIdentityCommand,
} from '@aws-sdk/client-sts';
import { account, credentialsOf, everything, people, policy } from '../iam/iam.test-kit';
import { failure, runningAws } from '../running-aws.test-kit';

const arn = (name: string) => `arn:aws:iam::${account}:role/${name}`;
const provider = 'token.example';
const all = ['sts:AssumeRole', 'sts:AssumeRoleWithWebIdentity', 'sts:TagSession', 'sts:SetSourceIdentity'];
const trusting = (Action: readonly string[], Condition?: object) =>
  policy({
    Effect: 'Allow',
    Principal: { AWS: account, Federated: `arn:aws:iam::${account}:oidc-provider/${provider}` },
    Action,
    ...(Condition && { Condition }),
  });
const role = (trust: object, permissions: object = everything) => ({ trust, policies: [permissions] });
const listKeysIf = (Condition: object) =>
  policy(
    { Effect: 'Allow', Action: 'kms:ListKeys', Resource: '*', Condition },
    { Effect: 'Allow', Action: 'sts:*', Resource: '*' },
  );
const users = (
  people({
    admin: everything,
    plain: policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }),
  }) as { users: object }
).users;
const iam = {
  accounts: {
    [account]: {
      users,
      roles: {
        open: role(trusting(all)),
        'assume-only': role(trusting(all.slice(0, 2))),
        'dev-only': role(trusting(all, { StringEquals: { 'aws:RequestTag/stage': 'dev' } })),
        'stage-only': role(trusting(all, { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['stage'] } })),
        'no-transitive': role(trusting(all, { Null: { 'sts:TransitiveTagKeys': 'true' } })),
        'by-ann': role(trusting(all, { StringEquals: { 'sts:SourceIdentity': 'ann' } })),
        'from-ann': role(trusting(all, { StringEquals: { 'aws:SourceIdentity': 'ann' } })),
        'of-dev': {
          ...role(trusting(all), listKeysIf({ StringEquals: { 'aws:PrincipalTag/stage': 'dev' } })),
          tags: { Stage: 'prod' },
        },
        'of-ann': role(trusting(all), listKeysIf({ StringEquals: { 'aws:SourceIdentity': 'ann' } })),
        'of-provider': role(
          trusting(all),
          listKeysIf({
            ArnEquals: { 'aws:FederatedProvider': `arn:aws:iam::${account}:oidc-provider/${provider}` },
          }),
        ),
        'before-2020': role(
          trusting(all),
          listKeysIf({ DateLessThan: { 'aws:TokenIssueTime': '2020-01-01T00:00:00Z' } }),
        ),
      },
    },
  },
};
const local = runningAws({ iam });
type Clients = ReturnType<typeof local.clients>;
type Input = Partial<AssumeRoleCommandInput>;

const by = (user: string) => local.clients(credentialsOf(user));
const assume = (clients: Clients, name: string, input: Input = {}) =>
  clients.sts.send(new AssumeRoleCommand({ RoleArn: arn(name), RoleSessionName: 'run', ...input }));
async function session(clients: Clients, name: string, input: Input = {}): Promise<Clients> {
  const { Credentials } = await assume(clients, name, input);
  return local.clients({
    accessKeyId: Credentials!.AccessKeyId!,
    secretAccessKey: Credentials!.SecretAccessKey!,
    sessionToken: Credentials!.SessionToken!,
  });
}
const dev = [{ Key: 'stage', Value: 'dev' }];
const listKeys = async ({ kms }: Clients) => (await failure(kms.send(new ListKeysCommand({})))).name;

describe('members of AssumeRole that decide what is allowed', () => {
  it.each<[string, string, Input, string]>([
    // Session tags
    ['admin', 'open', { Tags: dev }, 'no error'],
    ['plain', 'open', { Tags: dev }, 'AccessDenied sts:TagSession'],
    ['admin', 'assume-only', { Tags: dev }, 'AccessDenied sts:TagSession'],
    ['admin', 'assume-only', { Tags: [], TransitiveTagKeys: [] }, 'no error'],
    ['admin', 'dev-only', { Tags: dev }, 'no error'],
    ['admin', 'dev-only', {}, 'AccessDenied sts:AssumeRole'],
    ['admin', 'dev-only', { Tags: [{ Key: 'stage', Value: 'prod' }] }, 'AccessDenied sts:AssumeRole'],
    ['admin', 'stage-only', { Tags: dev }, 'no error'],
    ['admin', 'stage-only', { Tags: [...dev, { Key: 'b', Value: '' }] }, 'AccessDenied sts:AssumeRole'],
    ['admin', 'no-transitive', { Tags: dev }, 'no error'],
    ['admin', 'no-transitive', { Tags: dev, TransitiveTagKeys: ['stage'] }, 'AccessDenied sts:AssumeRole'],
    ['admin', 'open', { Tags: [...dev, { Key: 'STAGE', Value: 'x' }] }, 'InvalidParameterValue'],
    ['admin', 'open', { Tags: [{ Key: 'aws:stage', Value: 'x' }] }, 'InvalidParameterValue'],
    ['admin', 'open', { Tags: dev, TransitiveTagKeys: ['other'] }, 'InvalidParameterValue'],
    ['admin', 'open', { Tags: [{ Key: 'a*', Value: 'x' }] }, 'ValidationError'],
    // Source identity
    ['admin', 'open', { SourceIdentity: 'ann' }, 'no error'],
    ['plain', 'open', { SourceIdentity: 'ann' }, 'AccessDenied sts:SetSourceIdentity'],
    ['admin', 'assume-only', { SourceIdentity: 'ann' }, 'AccessDenied sts:SetSourceIdentity'],
    ['admin', 'by-ann', { SourceIdentity: 'ann' }, 'no error'],
    ['admin', 'by-ann', { SourceIdentity: 'bob' }, 'AccessDenied sts:AssumeRole'],
    ['admin', 'by-ann', {}, 'AccessDenied sts:AssumeRole'],
    ['admin', 'open', { SourceIdentity: 'aws:ann' }, 'ValidationError'],
    // What is not evaluated
    ['admin', 'open', { PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }] }, 'ValidationError'],
    ['admin', 'open', { SerialNumber: 'arn:aws:iam::1:mfa/ann' }, 'ValidationError'],
    ['admin', 'open', { TokenCode: '123456' }, 'ValidationError'],
    [
      'admin',
      'open',
      { ProvidedContexts: [{ ProviderArn: 'arn:aws:iam::aws:contextProvider/IdentityCenter' }] },
      'ValidationError',
    ],
    ['admin', 'open', { PolicyArns: [], ProvidedContexts: [], MinimumSessionTokenSize: 400 }, 'no error'],
  ])('by %s, of %s with %j: %s', async (user, name, input, expected) => {
    const { name: code, message } = await failure(assume(by(user), name, input));
    const action = / perform: (\S+)/.exec(message)?.[1];
    expect(action === undefined ? code : `${code} ${action}`).toBe(expected);
  });

  it('says which member is not supported and what to do', async () => {
    const { message } = await failure(assume(by('admin'), 'open', { PolicyArns: [{ arn: 'x'.repeat(20) }] }));
    expect(message).toBe(
      'local-aws does not support PolicyArns: it has no managed policies. Pass the policy itself as Policy.',
    );
  });

  it('are not in the way where no policies are evaluated', async () => {
    local.aws.setIam(undefined);
    const input = { PolicyArns: [{ arn: 'x'.repeat(20) }], SerialNumber: 'x'.repeat(9), TokenCode: '123456' };
    expect((await failure(assume(local.clients(), 'any', input))).name).toBe('no error');
    local.aws.setIam(iam);
  });
});

describe('a session', () => {
  it('has its tags in the place of its role, whatever their case', async () => {
    expect(await listKeys(await session(by('admin'), 'of-dev'))).toBe('AccessDeniedException');
    expect(await listKeys(await session(by('admin'), 'of-dev', { Tags: dev }))).toBe('no error');
  });

  it('has its source identity', async () => {
    expect(await listKeys(await session(by('admin'), 'of-ann'))).toBe('AccessDeniedException');
    expect(await listKeys(await session(by('admin'), 'of-ann', { SourceIdentity: 'ann' }))).toBe('no error');
    const { SourceIdentity } = await assume(by('admin'), 'of-ann', { SourceIdentity: 'ann' });
    expect(SourceIdentity).toBe('ann');
  });

  it('has the time it was issued at', async () => {
    expect(await listKeys(await session(by('admin'), 'before-2020'))).toBe('AccessDeniedException');
  });

  describe('that assumes another role', () => {
    const first = (input: Input) => session(by('admin'), 'open', input);

    it('passes its source identity on, for good', async () => {
      const ann = await first({ SourceIdentity: 'ann' });
      expect(await listKeys(await session(ann, 'of-ann'))).toBe('no error');
      expect(await listKeys(await session(ann, 'of-ann', { SourceIdentity: 'ann' }))).toBe('no error');
      expect((await failure(assume(ann, 'open', { SourceIdentity: 'bob' }))).name).toBe('AccessDenied');
      expect((await failure(assume(ann, 'assume-only'))).message).toContain('sts:SetSourceIdentity');
      expect((await failure(assume(ann, 'from-ann'))).name).toBe('no error');
      expect((await failure(assume(await first({}), 'from-ann'))).name).toBe('AccessDenied');
    });

    it('passes its transitive tags on, and no others', async () => {
      const passing = await first({ Tags: dev, TransitiveTagKeys: ['Stage'] });
      expect(await listKeys(await session(passing, 'of-dev'))).toBe('no error');
      expect((await failure(assume(passing, 'open', { Tags: dev }))).name).toBe('InvalidParameterValue');
      expect((await failure(assume(passing, 'assume-only'))).message).toContain('sts:TagSession');
      const keeping = await first({ Tags: dev });
      expect(await listKeys(await session(keeping, 'of-dev'))).toBe('AccessDeniedException');
    });

    it('gets an hour at most', async () => {
      const chained = await first({ DurationSeconds: 7200 });
      expect((await failure(assume(chained, 'open', { DurationSeconds: 3601 }))).name).toBe(
        'ValidationError',
      );
      expect((await failure(assume(chained, 'open', { DurationSeconds: 3600 }))).name).toBe('no error');
    });
  });
});

describe('AssumeRoleWithWebIdentity', () => {
  const token = (claims: object): string =>
    ['{}', JSON.stringify({ iss: `https://${provider}`, aud: 'sts', sub: 'me', ...claims }), 'x']
      .map((part) => Buffer.from(part).toString('base64url'))
      .join('.');
  const withToken = (name: string, claims: object, input: object = {}) =>
    local.clients().sts.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: arn(name),
        RoleSessionName: 'run',
        WebIdentityToken: token(claims),
        ...input,
      }),
    );
  const tags = { 'https://aws.amazon.com/tags': { principal_tags: { stage: ['dev'] } } };
  const ann = { 'https://aws.amazon.com/source_identity': 'ann' };

  it.each<[string, object, object, string]>([
    ['open', {}, {}, 'no error'],
    ['assume-only', {}, {}, 'no error'],
    ['assume-only', tags, {}, 'AccessDenied'],
    ['assume-only', ann, {}, 'AccessDenied'],
    ['dev-only', {}, {}, 'AccessDenied'],
    ['dev-only', tags, {}, 'no error'],
    ['by-ann', ann, {}, 'no error'],
    [
      'open',
      { 'https://aws.amazon.com/tags': { principal_tags: { a: ['1', '2'] } } },
      {},
      'InvalidIdentityToken',
    ],
    ['open', { 'https://aws.amazon.com/tags': 'x' }, {}, 'InvalidIdentityToken'],
    ['open', { 'https://aws.amazon.com/source_identity': 7 }, {}, 'InvalidIdentityToken'],
    ['open', {}, { ProviderId: 'www.amazon.com' }, 'ValidationError'],
    ['open', {}, { PolicyArns: [{ arn: 'x'.repeat(20) }] }, 'ValidationError'],
  ])('of %s with %j and %j: %s', async (name, claims, input, expected) => {
    const { name: code } = await failure(withToken(name, claims, input));
    expect(code.replace(/Exception$/, '')).toBe(expected);
  });

  it('gives sessions with the tags, source identity and provider of the token', async () => {
    for (const [name, claims] of [
      ['of-dev', tags],
      ['of-ann', ann],
      ['of-provider', {}],
    ] as const) {
      const { Credentials } = await withToken(name, claims);
      const clients = local.clients({
        accessKeyId: Credentials!.AccessKeyId!,
        secretAccessKey: Credentials!.SecretAccessKey!,
        sessionToken: Credentials!.SessionToken!,
      });
      expect([name, await listKeys(clients)]).toEqual([name, 'no error']);
    }
  });
});
