import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  KMSClient,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { PutResourcePolicyCommand, UpdateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { grantedBy } from '../../policies/actor.test-kit';
import { shopOptions } from '../../policies/roles.test-kit';
import { toProblem } from '../../problem';
import { account, region } from '../../testing/aws-workspace.test-kit';
import { payment, user } from '../../keys/key-workspace.test-kit';
import { accountDetails, refused } from './iam-server.test-kit';
import { auditWithout, shopWith, told, useWho, wholeAudit } from './who.test-kit';

const workspace = useWho();
const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
const alias = 'alias/user-service-prod';
const secret = '/services/user-service/prod';
const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }],
};
const allow = (Action: string | readonly string[], more: object = {}) => ({
  Version: '2012-10-17',
  Statement: [{ Sid: 'Any', Effect: 'Allow', Action, Resource: '*', ...more }],
});

describe('with the policy for audits', () => {
  test('who may do what as nx.json has it, each by its policies; by reading calls alone, twice the same', async () => {
    await workspace.make();
    workspace.audit();
    const { text, stage, counts, success } = await workspace.ask();
    expect(told(stage.access.filter(({ access }) => access === 'read'))).toEqual([
      'role/user-service-prod reads the secret',
      'role/user-service-prod-sync opens the file',
      'role/user-service-lead opens the file',
      'role/prod-pipeline opens the file',
      `kms arn:aws:kms:${region}:${account}:${alias} opens the file`,
    ]);
    expect(stage.access.find(({ who }) => who === 'role/user-service-lead')?.sources).toEqual([
      { kind: 'key policy', name: 'DecryptFile' },
      { kind: 'IAM policy', name: 'inline policy policy-2' },
    ]);
    expect(stage.unknown).toEqual([]);
    expect([success, counts['unknown']]).toEqual([true, 0]);
    expect(text).toContain('may be assumed by 123456789012');
    expect(text).not.toContain('hunter2');
    const calls = Object.keys(workspace.aws().calls());
    expect(calls.filter((call) => !/^(?:kms|secretsmanager|sts):(?:Describe|Get|List)/.test(call))).toEqual(
      [],
    );
    expect(calls).not.toContain('secretsmanager:GetSecretValue');
    expect(await workspace.ask()).toMatchObject({ text, stage });
    expect(workspace.read('nx.json')).toContain('stages');
  });

  test('a role is what nx.json calls it by a pattern', async () => {
    const { dev, prod } = shopOptions.stages;
    const principals = { ...prod.principals, decrypt: role('user-*-lead') };
    await workspace.make({ stages: { dev, prod: { ...prod, principals } } });
    const { text, stage } = await workspace.ask();
    expect(text).toMatch(
      /role\/user-service-lead +opens the file +by key policy DecryptFile and IAM inline policy policy-2; nx.json: decrypt/,
    );
    expect(stage.differences.filter(({ who }) => who.includes('lead'))).toEqual([]);
  });

  test.each(grantedBy([wholeAudit]))(
    'without %s: the report names it as needed, and has the rest',
    async (action) => {
      await workspace.make();
      workspace.audit(auditWithout(action));
      if (action.startsWith('iam:')) workspace.iamAnswers(() => refused);
      const { text, stage } = await workspace.ask();
      expect([...new Set(stage.unknown.map(({ needs }) => needs))]).toEqual([action]);
      expect(text).toContain(`needs ${action}`);
      expect(text).toContain(`--for=audit --stage=prod --project=${user}`);
      expect(stage.access.length).toBeGreaterThan(1);
    },
  );

  test('administrators who alone administer the key do not hide its policy', async () => {
    const { dev, prod } = shopOptions.stages;
    const administrators = role('administrator');
    await workspace.make({
      stages: { dev, prod: { ...prod, principals: { ...prod.principals, administrators } } },
    });
    workspace.audit();
    const { stage } = await workspace.ask();
    expect(stage.unknown).toEqual([]);
    expect(told(stage.access).filter((one) => one.includes('administers the key'))).toContain(
      'role/administrator administers the key: PutKeyPolicy',
    );
  });
});

describe('what is not as nx.json has it', () => {
  beforeEach(() => workspace.make());

  test('a role that IAM policies and a statement by hand let in; a runtime role whose policy is gone', async () => {
    workspace.audit(wholeAudit, {
      intruder: { trust, policies: [allow(['secretsmanager:GetSecretValue', 'kms:Decrypt'])] },
      'user-service-prod': { trust, policies: [] },
    });
    await changeKeyPolicy(({ Statement }) => [
      ...Statement,
      {
        Sid: 'ByHand',
        Effect: 'Allow',
        Principal: { AWS: role('intruder') },
        Action: 'kms:*',
        Resource: '*',
      },
    ]);
    const { text, stage } = await workspace.ask();
    expect(text).toContain(
      `the key policy as nx.json has it: npx nx run ${user}:provision-keys --stage=prod\n`,
    );
    const ofIntruder = stage.differences.filter(({ who }) => who === 'role/intruder');
    expect(told(ofIntruder)).toEqual(
      expect.arrayContaining([
        'role/intruder opens the file',
        'role/intruder reads the secret',
        'role/intruder administers the key: CreateGrant',
      ]),
    );
    expect(ofIntruder.every(({ certain }) => certain)).toBe(true);
    expect(stage.differences).toContainEqual(
      expect.objectContaining({
        kind: 'in nx.json, not allowed',
        who: 'role/user-service-prod',
        capability: 'reads the secret',
        why: 'no policy allows secretsmanager:GetSecretValue',
      }),
    );
    expect(text).toMatch(
      /allowed today, but not in nx\.json\n(?: {4}.*\n)* {4}role\/intruder +opens the file; reads the secret/,
    );
    expect(text).toMatch(
      /in nx\.json, but not allowed today\n {4}role\/user-service-prod {2}reads the secret: no policy/,
    );
  });

  test('the command that it names sets the key policy: then the statement by hand is gone', async () => {
    const byHand = {
      Effect: 'Allow',
      Principal: { AWS: role('user-service-team') },
      Action: 'kms:*',
      Resource: '*',
    };
    await changeKeyPolicy(({ Statement }) => [...Statement, { Sid: 'ByHand', ...byHand }]);
    const before = await workspace.ask();
    expect(before.text).toContain('the key policy as nx.json has it');
    const administrator = { AWS_ACCESS_KEY_ID: account, AWS_SECRET_ACCESS_KEY: 'test' };
    Object.assign(process.env, administrator);
    await workspace.provision([user], { stages: ['prod'] });
    const after = await workspace.ask();
    expect(after.text).not.toContain('the key policy as nx.json has it');
    expect(told(after.stage.differences)).not.toContain('role/user-service-team opens the file');
  });

  test('another account in the policy of key and secret', async () => {
    workspace.audit();
    const other = 'arn:aws:iam::999999999999:role/partner';
    workspace.aws().setIam(undefined);
    await changeKeyPolicy(({ Statement }) => [
      ...Statement,
      {
        Sid: 'Partner',
        Effect: 'Allow',
        Principal: { AWS: '999999999999' },
        Action: 'kms:Decrypt',
        Resource: '*',
      },
    ]);
    await workspace.client().send(
      new PutResourcePolicyCommand({
        SecretId: secret,
        ResourcePolicy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'Partner',
              Effect: 'Allow',
              Principal: { AWS: other },
              Action: 'secretsmanager:GetSecretValue',
              Resource: '*',
            },
          ],
        }),
      }),
    );
    const { stage } = await workspace.ask();
    expect(stage.differences.filter(({ who }) => who.includes('999999999999'))).toMatchObject([
      { who: 'anybody of account 999999999999', capability: 'opens the file', certain: false },
      { who: other, capability: 'reads the secret', certain: false },
    ]);
    expect(stage.access.find(({ who }) => who === other)?.needs).toEqual([
      'IAM policies of account 999999999999',
    ]);
  });

  test('a condition that cannot be determined is reported as one', async () => {
    workspace.audit(wholeAudit, {
      remote: {
        trust,
        policies: [allow('kms:Decrypt', { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } })],
      },
    });
    await changeKeyPolicy(() => [
      { Sid: 'All', Effect: 'Allow', Principal: { AWS: account }, Action: 'kms:*', Resource: '*' },
      {
        Sid: 'Office',
        Effect: 'Deny',
        Principal: '*',
        Action: 'kms:Decrypt',
        Resource: '*',
        Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } },
      },
    ]);
    const { text, stage } = await workspace.ask();
    expect(stage.access.find(({ who }) => who === 'role/remote')).toMatchObject({
      capability: 'opens the file',
      conditions: [
        'aws:sourceip IpAddress 10.0.0.0/8',
        'unless aws:sourcevpce StringNotEquals vpce-1 (key policy Office)',
      ],
    });
    expect(text).toContain('      if aws:sourceip IpAddress 10.0.0.0/8\n      unless aws:sourcevpce');
  });

  test('a secret under another key, and a key that is on its way out', async () => {
    await workspace
      .client()
      .send(new UpdateSecretCommand({ SecretId: secret, KmsKeyId: 'alias/aws/secretsmanager' }));
    const KeyId = await workspace.idOf(alias);
    await workspace.kms().send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 30 }));
    const { stage } = await workspace.ask();
    expect(stage.notes).toEqual(
      expect.arrayContaining([
        `the key ${alias} in ${region} is PendingDeletion: nobody can open anything with it as long as it is`,
        `the secret in ${region} is under another key than the file: alias/aws/secretsmanager`,
      ]),
    );
    // Whoever IAM lets read secrets may use that key by way of Secrets Manager.
    expect(told(stage.access)).toContain('role/user-service-prod reads the secret');
  });

  const changeKeyPolicy = async (change: (policy: { Statement: object[] }) => object[]) => {
    workspace.aws().setIam(undefined);
    const text = (await workspace.keyPolicy(alias)) ?? '';
    const policy = JSON.parse(text) as { Statement: object[] };
    await workspace.kms().send(
      new PutKeyPolicyCommand({
        KeyId: await workspace.idOf(alias),
        Policy: JSON.stringify({ Version: '2012-10-17', Statement: change(policy) }),
      }),
    );
  };
});

describe('a stage with replicas', () => {
  test('each region has policies of its own: who has access in one of them is reported with it', async () => {
    const { dev, prod } = shopOptions.stages;
    const replica = 'eu-central-1';
    const stages = { dev, prod: { ...prod, replicaRegions: [replica] } };
    await workspace.make({ stages });
    expect((await workspace.ask()).stage).toMatchObject({ unknown: [], notes: [] });
    const kms = new KMSClient({ endpoint: workspace.aws().endpoint, region: replica });
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: alias }));
    const { Policy = '' } = await kms.send(new GetKeyPolicyCommand({ KeyId: KeyMetadata?.Arn }));
    const policy = JSON.parse(Policy) as { Statement: object[] };
    const Statement = [
      ...policy.Statement.filter((one) => !JSON.stringify(one).includes('ServiceReadsSecret')),
      {
        Sid: 'There',
        Effect: 'Allow',
        Principal: { AWS: role('payment-service-team') },
        Action: 'kms:Decrypt',
        Resource: '*',
      },
    ];
    await kms.send(
      new PutKeyPolicyCommand({
        KeyId: KeyMetadata?.Arn,
        Policy: JSON.stringify({ Version: '2012-10-17', Statement }),
      }),
    );
    kms.destroy();
    const { text, stage } = await workspace.ask();
    expect(text).toMatch(
      /role\/payment-service-team +opens the file +by key policy There; in eu-central-1 only/,
    );
    expect(text).toMatch(/role\/user-service-prod +reads the secret .*; nx.json: runtime; in eu-west-1 only/);
    expect(stage.differences).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({
          who: 'role/payment-service-team',
          capability: 'opens the file',
          certain: true,
        }),
        expect.objectContaining({
          kind: 'in nx.json, not allowed',
          who: 'role/user-service-prod',
          why: 'eu-central-1: no policy allows secretsmanager:GetSecretValue',
        }),
      ]),
    );
  });
});

describe('what is in the way is named, and does not stop the rest', () => {
  test('no key and no secret yet', async () => {
    await workspace.options(shopOptions);
    await workspace.write({ [`${user}/.sops.yaml`]: 'creation_rules: []\n' });
    const { stage } = await workspace.ask();
    expect(stage.notes).toEqual([
      `there is no key ${alias} in ${region}`,
      `the secret ${secret} is not there yet in ${region}`,
    ]);
    expect(stage.differences).toContainEqual(
      expect.objectContaining({
        who: 'role/user-service-lead',
        why: 'no statement of the key policy allows kms:Decrypt',
      }),
    );
  });

  test('credentials of another account: nothing is asked there, the file is reported', async () => {
    await workspace.make();
    process.env['AWS_ACCESS_KEY_ID'] = '999999999999';
    const { text, stage } = await workspace.ask();
    expect(stage.unknown).toMatchObject([
      {
        what: `key, secret and IAM policies in account ${account}`,
        why: `it takes credentials of account ${account}; those in use belong to account 999999999999`,
      },
    ]);
    expect(text).toContain(`Sign in to account ${account}`);
    expect(told(stage.access)).toEqual([`kms arn:aws:kms:${region}:${account}:${alias} opens the file`]);
    expect(Object.keys(workspace.aws().calls())).toEqual(['sts:GetCallerIdentity']);
  });

  test('nobody answers: that is reported once, and so is the file', async () => {
    await workspace.make();
    for (const name of ['', '_IAM']) process.env[`AWS_ENDPOINT_URL${name}`] = 'http://127.0.0.1:9';
    const { stage } = await workspace.ask();
    expect(stage.unknown).toMatchObject([
      { what: `key, secret and IAM policies in account ${account}`, code: 'awsUnreachable' },
    ]);
    expect(stage.access.length).toBe(1);
  });

  test.each([
    [
      'a page of somebody else',
      { status: 200, body: '<html><body>Sign in</body></html>' },
      /does not come from AWS|cannot be read/,
    ],
    [
      'local-aws, which has no IAM',
      undefined,
      /local-aws has KMS, Secrets Manager, SSM Parameter Store and STS/,
    ],
    [
      'a failure',
      {
        status: 400,
        body: '<ErrorResponse><Error><Code>Nonsense</Code><Message>x\u001b[31m</Message></Error></ErrorResponse>',
      },
      /Nonsense/,
    ],
  ])('IAM answered by %s', async (_, answer, why) => {
    await workspace.make();
    if (answer) workspace.iamAnswers(() => answer);
    else process.env['AWS_ENDPOINT_URL_IAM'] = workspace.aws().endpoint;
    const { text, stage } = await workspace.ask();
    expect(stage.unknown).toMatchObject([
      { what: `IAM policies of account ${account}`, why: expect.stringMatching(why) },
    ]);
    expect(text).not.toContain('\u001b');
    // As far as the key policy leaves it to IAM.
    expect(stage.access.find(({ capability }) => capability === 'reads the secret')).toMatchObject({
      who: 'role/user-service-prod-sync',
      needs: [`IAM policies of account ${account}`],
    });
  });

  test('policies of roles that cannot be read are named', async () => {
    await workspace.make();
    const broken = { trust, policies: ['{', { Statement: [{ Effect: 'Maybe' }] }] };
    workspace.iamAnswers(() => accountDetails(shopWith(wholeAudit, { broken }), account));
    const { stage } = await workspace.ask();
    expect(stage.unknown.map(({ what }) => what)).toEqual([
      `inline policy policy-1 (it is not JSON) of ${role('broken')}`,
      `statement 1 in inline policy policy-2 of ${role('broken')}`,
    ]);
  });
});

describe('what is asked wrongly', () => {
  beforeEach(() => workspace.make());
  const problemOf = async (options: Parameters<typeof workspace.ask>[0]) =>
    toProblem(
      await workspace.ask(options).then(
        () => undefined,
        (error: unknown) => error,
      ),
    );

  test.each([
    ['a stage that is not there', { stage: 'pord' }, 'no service has a stage "pord"', 'Did you mean "prod"?'],
    [
      'a key that is not there',
      { key: 'DATABASE_ULR' },
      'there is no key DATABASE_ULR',
      'Did you mean "DATABASE_URL"?',
    ],
    ['a folder that is not a service', { directory: 'libs/x' }, 'libs/x is not a service', ':init'],
  ])('%s', async (_, options, what, fix) => {
    const problem = await problemOf(options);
    expect(problem.what).toContain(what);
    expect(problem.fix).toContain(fix);
  });

  test('a key of several services', async () => {
    await workspace.init({ directory: payment, stages: 'prod' });
    const problem = await problemOf({ directory: '', key: 'DATABASE_URL' });
    expect(problem.what).toBe('--key=DATABASE_URL is about one service, and here are several');
  });

  test('at the workspace root: all services, and IAM is asked once', async () => {
    await workspace.init({ directory: payment, stages: 'prod' });
    const before = workspace.iamAsked();
    const { stages } = await workspace.ask({ directory: '' });
    expect(stages.map(({ service }) => service)).toEqual(['payment-service', 'user-service']);
    expect(workspace.iamAsked() - before).toBe(1);
  });
});
