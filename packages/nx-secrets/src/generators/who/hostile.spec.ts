import { account, region } from '../../testing/aws-workspace.test-kit';
import { startProxy, type ProxyAnswer } from '../../testing/aws-proxy.test-kit';
import { told, useWho } from './who.test-kit';

const workspace = useWho();
const alias = 'alias/user-service-prod';
const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;

/** Runs a step while KMS and Secrets Manager answer some operations in another way. */
async function answering<T>(
  answers: Readonly<Record<string, (forwarded: ProxyAnswer) => object | string>>,
  step: () => Promise<T>,
) {
  const proxy = await startProxy(workspace.aws().endpoint, async (operation, forward) => {
    const forwarded = await forward();
    const name = operation.split('.')[1] ?? '';
    const answer = Object.hasOwn(answers, name) ? answers[name]!(forwarded) : undefined;
    if (answer === undefined) return forwarded;
    return { status: 200, body: typeof answer === 'string' ? answer : JSON.stringify(answer) };
  });
  process.env['AWS_ENDPOINT_URL_KMS'] = proxy.endpoint;
  process.env['AWS_ENDPOINT_URL_SECRETS_MANAGER'] = proxy.endpoint;
  try {
    return await step();
  } finally {
    await proxy.stop();
  }
}

beforeEach(() => workspace.make());

const statement = (more: object = {}) => ({
  Sid: 'One',
  Effect: 'Allow',
  Principal: { AWS: role('one') },
  Action: 'kms:Decrypt',
  Resource: '*',
  ...more,
});
const policy = (...Statement: readonly unknown[]) => JSON.stringify({ Version: '2012-10-17', Statement });

test.each<[string, string, RegExp]>([
  ['no JSON', '<html>', /it is not JSON/],
  ['nothing', '', /it is not JSON/],
  ['another document', '{"a": 1}', /it has no statements/],
  ['brackets', '['.repeat(30_000), /it is not JSON/],
  [
    '10,000 statements',
    policy(...Array.from({ length: 10_000 }, () => statement())),
    /and AWS takes 32768 at most/,
  ],
])(
  'a key policy of %s is reported as unknown; the secret and the file are reported',
  async (_, Policy, why) => {
    const { stage } = await answering({ GetKeyPolicy: () => ({ Policy }) }, () => workspace.ask());
    expect(stage.unknown).toMatchObject([
      { what: `the policy of key ${alias} in ${region}`, why: expect.stringMatching(why) },
    ]);
    expect(told(stage.access)).toContain('role/administrator administers the secret: DeleteSecret');
    expect(stage.differences.filter(({ kind }) => kind === 'in nx.json, not allowed')).toEqual([]);
  },
);

test('what cannot be a statement is named, statements are reported', async () => {
  const Policy = policy(
    statement({ Sid: '\u001b[31mNonsense\u202e', Effect: 'Maybe' }),
    statement(),
    null,
    7,
  );
  const { text, stage } = await answering({ GetKeyPolicy: () => ({ Policy }) }, () => workspace.ask());
  expect(stage.unknown.map(({ what }) => what)).toEqual([
    `\u001b[31mNonsense\u202e in the policy of key ${alias} in ${region}`,
    `statement 3 in the policy of key ${alias} in ${region}`,
    `statement 4 in the policy of key ${alias} in ${region}`,
  ]);
  expect(text).toContain('\\u{1b}[31mNonsense\\u{202e} in the policy');
});

test('as many statements as a key policy holds', async () => {
  const tight = { Effect: 'Allow', Principal: '*', Action: '*', Resource: 'x' };
  const Policy = policy(...Array.from({ length: 480 }, () => tight), statement());
  expect(Policy.length).toBeLessThan(32_768);
  const { stage } = await answering({ GetKeyPolicy: () => ({ Policy }) }, () => workspace.ask());
  expect(stage.unknown).toEqual([]);
});

test('grants are reported with who has them, page by page; a service of AWS, too', async () => {
  let page = 0;
  const grants = [
    { GrantId: 'g1', GranteePrincipal: role('user-service-team'), Operations: ['Decrypt', 'DescribeKey'] },
    { GrantId: 'g2', GranteePrincipal: 'rds.amazonaws.com', Operations: ['Encrypt'] },
  ];
  const ListGrants = () => {
    const Grants = [grants[page % 2]];
    page += 1;
    return { Grants, ...(page % 2 === 1 ? { Truncated: true, NextMarker: 'more' } : { Truncated: false }) };
  };
  const { text, stage } = await answering({ ListGrants }, () => workspace.ask());
  expect(stage.access.filter(({ sources }) => sources.some(({ kind }) => kind === 'grant'))).toMatchObject([
    { who: 'role/user-service-team', capability: 'opens the file', sources: [{ kind: 'grant', name: 'g1' }] },
    { who: 'AWS service rds.amazonaws.com', capability: 'encrypts for the file' },
  ]);
  expect(text).toMatch(
    /allowed today, but not in nx\.json\n(?: {4}.*\n)* {4}role\/user-service-team +opens the file/,
  );
});

test('an answer about another secret is none', async () => {
  const DescribeSecret = () => ({
    Name: '/services/other/prod',
    ARN: `arn:aws:secretsmanager:${region}:${account}:secret:/services/other/prod-AbCdEf`,
  });
  const { stage } = await answering({ DescribeSecret }, () => workspace.ask());
  expect(stage.unknown.map(({ what }) => what)).toEqual([
    `the secret /services/user-service/prod in ${region}`,
  ]);
});
