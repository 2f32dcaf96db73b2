import { runSimulation } from '@cloud-copilot/iam-simulate';
import { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { LocalAws } from 'local-aws-secrets';
import { startAws } from '../testing/wire.test-kit';
import { toProblem } from '../problem';
import { namedRoles } from './named-role';
import { account, role, subjectOf } from './subject.test-kit';

const trustOf = (trust: unknown) => {
  const principals = { sync: role('sync'), decrypt: role('lead'), runtime: role('{service}-{stage}') };
  return namedRoles([subjectOf({ roleArn: role('provision'), principals, trust }, { stage: 'prod' })]);
};
const github = { github: 'acme/shop', environment: '{stage}' };

test('a pipeline of GitHub: one repository and environment, for AWS alone', () => {
  const [{ arn, name, trust } = { arn: '', name: '', trust: undefined }] = trustOf({ sync: github });
  expect({ arn, name }).toEqual({ arn: role('sync'), name: 'sync' });
  const provider = 'token.actions.githubusercontent.com';
  expect(trust?.Statement).toEqual([
    {
      Sid: 'Pipeline',
      Effect: 'Allow',
      Principal: { Federated: [`arn:aws:iam::${account}:oidc-provider/${provider}`] },
      Action: ['sts:AssumeRoleWithWebIdentity'],
      Condition: {
        StringEquals: {
          [`${provider}:aud`]: ['sts.amazonaws.com'],
          [`${provider}:sub`]: ['repo:acme/shop:environment:prod'],
        },
      },
    },
  ]);
});

test.each([
  [{ github: 'a/b', branch: 'main' }, 'repo:a/b:ref:refs/heads/main'],
  [{ github: 'a/b', tag: 'v*' }, 'repo:a/b:ref:refs/tags/v*'],
  [{ github: 'a@12/b@345', environment: 'x:y' }, 'repo:a@12/b@345:environment:x%3Ay'],
  [{ gitlab: 'a/b/c', branch: 'main' }, 'project_path:a/b/c:ref_type:branch:ref:main'],
  [{ gitlab: 'a/b/c', tag: 'v*' }, 'project_path:a/b/c:ref_type:tag:ref:v*'],
])('the subject of %j', (entry, subject) => {
  expect(JSON.stringify(trustOf({ sync: entry })[0]?.trust)).toContain(`:sub":["${subject}"]`);
});

test('a GitLab and a GitHub of the company, with their audiences', () => {
  const text = JSON.stringify(
    trustOf({
      sync: [
        { gitlab: 'a/b', branch: 'main', host: 'git.acme.example' },
        { github: 'a/b', branch: 'main', host: 'github.acme.example', audience: 'aws' },
      ],
    }),
  );
  expect(text).toContain('oidc-provider/git.acme.example"');
  expect(text).toContain('"git.acme.example:aud":["https://git.acme.example"]');
  expect(text).toContain('"github.acme.example/_services/token:aud":["aws"]');
});

test('services, people by name and by pattern', () => {
  const roles = trustOf({
    runtime: ['lambda', 'ecs'],
    decrypt: [role('admin'), role('aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Lead_*')],
  });
  expect(
    roles.map(({ name, trust }) => [name, trust.Statement.map(({ Sid, Principal }) => [Sid, Principal])]),
  ).toEqual([
    [
      'lead',
      [
        ['Identities', { AWS: [role('admin')] }],
        ['IdentitiesByName', { AWS: [`arn:aws:iam::${account}:root`] }],
      ],
    ],
    ['user-service-prod', [['Services', { Service: ['lambda.amazonaws.com', 'ecs-tasks.amazonaws.com'] }]]],
  ]);
});

test('who may encrypt does not come into a role that a pattern of readers names', () => {
  const roles = (decrypt: string) =>
    namedRoles([
      subjectOf({
        principals: { encrypt: role('team.lead'), decrypt: [role('head'), decrypt] },
        trust: { encrypt: role('anybody'), decrypt: role('boss') },
      }),
    ]).map(({ name }) => name);
  expect(roles(role('team.*'))).toEqual(['head']);
  expect(roles(role('team?lead'))).toEqual(['head']);
  expect(roles(role('team.lea?e*'))).toEqual(['team.lead', 'head']);
  expect(roles(role('te*mXlead'))).toEqual(['team.lead', 'head']);
});

test.each([
  ['encrypt', 'sync', { sync: role('both') }],
  ['encrypt', 'rotate', { rotate: role('both') }],
  ['encrypt', 'runtime', { runtime: role('b*') }],
  ['encrypt', 'administrators', { administrators: role('both') }],
  ['decrypt', 'sync', { sync: role('both') }],
  ['decrypt', 'rotate', { rotate: role('both') }],
])('who may %s does not come into a role that is for %s, too', (kind, stronger, principals) => {
  const own = { [kind]: [role('own'), role('both')] };
  const [name] = Object.keys(principals);
  const trust = { [kind]: role('anybody'), ...(name === undefined ? {} : { [name]: role('boss') }) };
  const others = stronger === 'runtime' ? { runtime: [role('b*'), role('app')] } : principals;
  const found = namedRoles([subjectOf({ principals: { ...own, ...others }, trust }, { stage: 'prod' })]);
  const trusts = (arn: string) => JSON.stringify(found.find((one) => one.arn === arn)?.trust ?? '');
  expect(trusts(role('own'))).toContain(role('anybody'));
  expect(trusts(role('both'))).not.toContain(role('anybody'));
});

test('who may encrypt in one stage does not come into a role that reads in another one', () => {
  const roles = namedRoles([
    subjectOf({
      principals: { encrypt: [role('team'), role('writer')] },
      trust: { encrypt: role('anybody') },
    }),
    subjectOf({ principals: { decrypt: role('team') }, trust: { decrypt: role('boss') } }, { stage: 'dev' }),
  ]);
  const trustedOf = (wanted: string) => JSON.stringify(roles.find(({ name }) => name === wanted)?.trust);
  expect(trustedOf('writer')).toContain('anybody');
  expect(trustedOf('team')).toContain('boss');
  expect(trustedOf('team')).not.toContain('anybody');
});

test('a role of several tasks and stages is one role', () => {
  const stage = (name: string) =>
    subjectOf(
      { roleArn: role('pipeline'), trust: { sync: { ...github }, provision: role('platform') } },
      { stage: name },
    );
  const roles = namedRoles([stage('dev'), stage('prod')]);
  expect(roles.map(({ name, description }) => [name, description])).toEqual([
    ['pipeline', 'Secrets: sync, provision'],
  ]);
  expect(JSON.stringify(roles)).toContain(
    '["repo:acme/shop:environment:dev","repo:acme/shop:environment:prod"]',
  );
});

test.each<[string, unknown, string]>([
  ['a repository alone', { github: 'acme/shop' }, 'trustTooWide'],
  ['every branch', { github: 'acme/shop', branch: '*' }, 'trustTooWide'],
  ['every repository of an owner', { github: 'acme/*', branch: 'main' }, 'trustTooWide'],
  ['an owner alone', { github: 'acme', branch: 'main' }, 'trustTooWide'],
  ['two kinds of references', { github: 'acme/shop', branch: 'main', tag: 'v1' }, 'trustTooWide'],
  ['two providers', { github: 'a/b', gitlab: 'a/b', branch: 'main' }, 'trustTooWide'],
  ['a host that is a template', { gitlab: 'a/b', branch: 'm', host: 'x.io/${file("a")}' }, 'badOption'],
  ['a host with a quote', { github: 'a/b', branch: 'm', host: 'x.io"' }, 'badOption'],
  ['an audience that is a template', { gitlab: 'a/b', branch: 'm', audience: '${x}' }, 'badOption'],
  ['an empty audience', { gitlab: 'a/b', branch: 'm', audience: '' }, 'badOption'],
  ['an environment of GitLab', { gitlab: 'a/b', environment: 'prod' }, 'trustTooWide'],
  ['everybody of an account', role('*'), 'principalTooWide'],
  ['an account', account, 'badPrincipal'],
  ['an unknown field', { github: 'a/b', ref: 'main' }, 'unknownOption'],
  ['a number', 7, 'badOption'],
])('refuses %s', (_, entry, code) => {
  try {
    trustOf({ sync: entry });
    throw new Error('was accepted');
  } catch (error) {
    expect(toProblem(error).code).toBe(code);
  }
});

test.each<[string, Parameters<typeof subjectOf>[0], string]>([
  ['no trust at all', { roleArn: role('x') }, 'noTrust'],
  [
    'trust in a role that nobody names',
    { roleArn: role('x'), trust: { runtime: 'lambda' } },
    'trustWithoutRole',
  ],
  [
    'trust that is too long',
    {
      roleArn: role('x'),
      trust: { sync: Array.from({ length: 60 }, (_, n) => role(`somebody-number-${n}`)) },
    },
    'policyTooLarge',
  ],
])('%s is refused with a fix', (_, options, code) => {
  try {
    namedRoles([subjectOf(options)]);
    throw new Error('was accepted');
  } catch (error) {
    expect(toProblem(error)).toMatchObject({
      code,
      fix: expect.stringMatching(/"(trust|principals|roles)"|wildcards/) as string,
    });
  }
});

describe('who comes in', () => {
  const provider = 'token.actions.githubusercontent.com';
  const [{ trust } = { trust: undefined }] = trustOf({ sync: [github, role('operator')] });
  let aws: LocalAws;
  beforeAll(async () => {
    aws = await startAws({ account });
    const user = { accessKeys: { AKIAOPERATOR: 'secret' }, policies: [] };
    aws.setIam({
      accounts: { [account]: { users: { stranger: user }, roles: { sync: { trust, policies: [] } } } },
    });
  });
  afterAll(() => aws.stop());
  const client = () =>
    new STSClient({
      endpoint: aws.endpoint,
      region: 'eu-west-1',
      maxAttempts: 1,
      credentials: { accessKeyId: 'AKIAOPERATOR', secretAccessKey: 'secret' },
    });
  const token = (claims: object) => {
    const part = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
    return `${part({ alg: 'RS256' })}.${part({ iss: `https://${provider}`, aud: 'sts.amazonaws.com', ...claims })}.c2ln`;
  };

  test.each([
    ['the environment', { sub: 'repo:acme/shop:environment:prod' }, true],
    ['another environment', { sub: 'repo:acme/shop:environment:dev' }, false],
    ['a pull request', { sub: 'repo:acme/shop:pull_request' }, false],
    ['another repository', { sub: 'repo:acme/shop2:environment:prod' }, false],
    [
      'a token for somebody else',
      { sub: 'repo:acme/shop:environment:prod', aud: 'https://github.com/acme' },
      false,
    ],
    ['another provider', { sub: 'repo:acme/shop:environment:prod', iss: 'https://gitlab.com' }, false],
  ])('%s', async (_, claims, expected) => {
    const sts = client();
    const answer = await sts
      .send(
        new AssumeRoleWithWebIdentityCommand({
          RoleArn: role('sync'),
          RoleSessionName: 'run',
          WebIdentityToken: token(claims),
        }),
      )
      .then(
        () => true,
        (error: unknown) => (error as Error).message,
      )
      .finally(() => sts.destroy());
    if (expected) expect(answer).toBe(true);
    else expect(answer).toContain('Not authorized');
  });

  test('somebody of the account who is not named', async () => {
    const sts = client();
    const call = sts.send(new AssumeRoleCommand({ RoleArn: role('sync'), RoleSessionName: 'run' }));
    await expect(call.finally(() => sts.destroy())).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test.each([
    ['operator', 'sts:AssumeRole', 'Allowed'],
    ['operator', 'sts:SetSourceIdentity', 'Allowed'],
    ['stranger', 'sts:AssumeRole', 'ImplicitlyDenied'],
  ])('in an independent simulator, %s: %s', async (name, action, verdict) => {
    const result = await runSimulation(
      {
        request: {
          principal: role(name),
          action,
          resource: { resource: role('sync'), accountId: account },
          contextVariables: {},
        },
        identityPolicies: [],
        serviceControlPolicies: [],
        resourceControlPolicies: [],
        resourcePolicy: trust,
      },
      {},
    );
    expect(result.resultType === 'error' ? result : result.overallResult).toBe(verdict);
  });
});
