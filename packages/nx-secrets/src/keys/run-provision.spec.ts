import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  ListKeysCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms';
import { isFailed, type Report } from '../report/report';
import { renderReport } from '../report/text';
import { account, outcomes, problems, region, useAwsWorkspace } from '../workspace/aws-workspace.test-kit';
import { writeFiles } from '../workspace/workspace.test-kit';

const workspace = useAwsWorkspace();
const user = 'services/user-service';
const payment = 'services/payment-service';
const alias = 'alias/user-service-dev';

let kms: KMSClient;
beforeEach(() => {
  kms = new KMSClient({ endpoint: workspace.aws().endpoint });
});
afterEach(() => kms.destroy());

const rule = (service: string, stage: string, where = `${region}:${account}`) =>
  `  - path_regex: ^secrets/${stage}\\.enc\\.\n    key_groups:\n      - kms:\n          - arn: arn:aws:kms:${where}:alias/${service}-${stage}\n            context: {service: ${service}, stage: ${stage}}\n`;
const service = (root: string, ...stages: readonly string[]) => ({
  [`${root}/.sops.yaml`]: `creation_rules:\n${stages.map((stage) => rule(root.split('/')[1] ?? '', stage)).join('')}`,
});
const options = (given: object) =>
  writeFiles(workspace.directory(), {
    'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options: given }] }),
  });
const describe1 = async (KeyId = alias) => (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata!;
const idOf = async (KeyId = alias) => (await describe1(KeyId)).KeyId!;
const tagsOf = async (KeyId: string) => {
  const { Tags = [] } = await kms.send(new ListResourceTagsCommand({ KeyId }));
  return new Map(Tags.map(({ TagKey, TagValue }) => [TagKey, TagValue]));
};
const noteOf = ({ entries }: Report) => {
  const [entry] = entries;
  return entry && !isFailed(entry.outcome) ? (entry.outcome.note ?? '') : '';
};
const writes = () => Object.keys(workspace.aws().calls()).filter((call) => !/Describe|Get|List/.test(call));
/** A key older than a month: nobody can still be making another for its alias. */
const settle = async () => {
  const createdAt = (await describe1()).CreationDate!.getTime();
  jest.spyOn(Date, 'now').mockReturnValue(createdAt + 31 * 24 * 60 * 60 * 1000);
};

test('makes the key, its alias, rotation, tags and policy from .sops.yaml alone; again: unchanged', async () => {
  await writeFiles(workspace.directory(), service(user, 'dev'));
  expect(outcomes(await workspace.provision([user]))).toEqual(['user-service dev created']);
  const { KeyId, Description, MultiRegion, KeySpec } = await describe1();
  expect({ Description, MultiRegion, KeySpec }).toEqual({
    Description: 'Secrets of user-service, stage dev',
    MultiRegion: false,
    KeySpec: 'SYMMETRIC_DEFAULT',
  });
  expect([...(await tagsOf(KeyId!))]).toEqual([
    ['managed-by', 'nx-secrets'],
    ['service', 'user-service'],
    ['stage', 'dev'],
  ]);
  const rotation = await kms.send(new GetKeyRotationStatusCommand({ KeyId }));
  expect(rotation).toMatchObject({ KeyRotationEnabled: true, RotationPeriodInDays: 365 });
  const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId }));
  expect(Policy).toContain('ServiceReadsSecret');
  workspace.aws().resetCalls();
  expect(outcomes(await workspace.provision([user]))).toEqual(['user-service dev unchanged']);
  expect(writes()).toEqual([]);
});

test('what is unchanged takes four calls a key', async () => {
  await writeFiles(workspace.directory(), { ...service(user, 'dev', 'prod'), ...service(payment, 'dev') });
  await workspace.provision([user, payment]);
  await settle();
  workspace.aws().resetCalls();
  expect(outcomes(await workspace.provision([user, payment]))).toEqual([
    'payment-service dev unchanged',
    'user-service dev unchanged',
    'user-service prod unchanged',
  ]);
  expect(workspace.aws().calls()).toEqual({
    'kms:DescribeKey': 3,
    'kms:ListResourceTags': 3,
    'kms:GetKeyPolicy': 3,
    'kms:GetKeyRotationStatus': 3,
  });
});

test('a stage of nx.json that the service has no rule for gets no key; one that nobody knows is refused', async () => {
  await options({ stages: ['dev', 'prod'] });
  await writeFiles(workspace.directory(), service(user, 'dev'));
  expect(outcomes(await workspace.provision([user]))).toEqual(['user-service dev created']);
  expect(outcomes(await workspace.provision([user], { stages: ['prod'] }))).toEqual([]);
  await expect(workspace.provision([user], { stages: ['prdo'] })).rejects.toThrow('Did you mean "prod"?');
});

test('a dry run writes nothing and shows the policy statement by statement', async () => {
  await writeFiles(workspace.directory(), service(user, 'dev'));
  expect(outcomes(await workspace.provision([user], { dryRun: true }))).toEqual([
    'user-service dev would-create',
  ]);
  await workspace.provision([user]);
  const KeyId = await idOf();
  const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId }));
  const wide = Policy!.replace('"kms:Decrypt"', '"kms:*"');
  await kms.send(new PutKeyPolicyCommand({ KeyId, Policy: wide }));
  workspace.aws().resetCalls();
  const report = await workspace.provision([user], { dryRun: true });
  expect(outcomes(report)).toEqual(['user-service dev would-repair']);
  expect(renderReport(report)).toMatch(/policy - \{.*kms:\*.*\}\n +policy \+ \{.*kms:Decrypt/);
  expect(writes()).toEqual([]);
});

test('repairs rotation, policy and tags', async () => {
  await options({ stages: { dev: { keyRotationDays: 90 } } });
  await writeFiles(workspace.directory(), service(user, 'dev'));
  await workspace.provision([user]);
  const KeyId = await idOf();
  await kms.send(new DisableKeyRotationCommand({ KeyId }));
  await kms.send(
    new PutKeyPolicyCommand({
      KeyId,
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'kms:*', Resource: '*' }],
      }),
    }),
  );
  const report = await workspace.provision([user]);
  expect(outcomes(report)).toEqual(['user-service dev repaired']);
  expect(noteOf(report)).toMatch(/rotation off → 90 days; policy \(\d statements\)/);
  const rotation = await kms.send(new GetKeyRotationStatusCommand({ KeyId }));
  expect(rotation.RotationPeriodInDays).toBe(90);
  expect(outcomes(await workspace.provision([user]))).toEqual(['user-service dev unchanged']);
});

test('a disabled key and one pending deletion are explained; --enable makes them usable', async () => {
  await writeFiles(workspace.directory(), service(user, 'dev'));
  await workspace.provision([user]);
  const KeyId = await idOf();
  const enable = { waivers: { adopt: new Set<string>(), enable: true } };
  await kms.send(new DisableKeyCommand({ KeyId }));
  expect(problems(await workspace.provision([user]))[0]?.what).toContain('is disabled');
  expect(noteOf(await workspace.provision([user], enable))).toContain('was disabled');
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId }));
  expect(problems(await workspace.provision([user]))[0]?.what).toContain('scheduled for deletion on');
  expect(noteOf(await workspace.provision([user], enable))).toContain('was scheduled for deletion');
  expect((await describe1()).KeyState).toBe('Enabled');
});

test("an alias that points at another service's key is refused", async () => {
  await writeFiles(workspace.directory(), { ...service(user, 'dev'), ...service(payment, 'dev') });
  await workspace.provision([user, payment]);
  await kms.send(
    new UpdateAliasCommand({ AliasName: alias, TargetKeyId: await idOf('alias/payment-service-dev') }),
  );
  workspace.aws().resetCalls();
  expect(problems(await workspace.provision([user]))[0]?.what).toContain('the key of another service');
  expect(workspace.aws().calls()).toEqual({ 'kms:DescribeKey': 1, 'kms:ListResourceTags': 1 });
});

test('a key of somebody else is refused, and adopted on demand', async () => {
  await writeFiles(workspace.directory(), service(user, 'dev'));
  const TargetKeyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata!.KeyId!;
  await kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId }));
  expect(problems(await workspace.provision([user]))[0]?.fix).toContain(`--adopt=${alias}`);
  const waivers = { adopt: new Set([alias]), enable: false };
  expect(outcomes(await workspace.provision([user], { waivers }))).toEqual(['user-service dev repaired']);
  expect((await tagsOf(TargetKeyId)).get('service')).toBe('user-service');
  expect(outcomes(await workspace.provision([user]))).toEqual(['user-service dev unchanged']);
});

test('an alias that was removed comes back to the same key', async () => {
  await writeFiles(workspace.directory(), service(user, 'dev'));
  await workspace.provision([user]);
  const before = await idOf();
  await kms.send(new DeleteAliasCommand({ AliasName: alias }));
  expect(outcomes(await workspace.provision([user]))).toEqual(['user-service dev attached']);
  expect(await idOf()).toBe(before);
  expect(workspace.aws().calls()['kms:CreateKey']).toBe(1);
});

test('a stage whose key is in another region or account than nx.json says is refused before AWS is asked', async () => {
  await options({ stages: { dev: { region: 'us-east-1' } } });
  await writeFiles(workspace.directory(), service(user, 'dev'));
  expect(problems(await workspace.provision([user]))[0]?.what).toContain(
    'but nx.json puts stage dev in us-east-1',
  );
  expect(workspace.aws().calls()).toEqual({});
});

test("another account's credentials make and change nothing", async () => {
  await writeFiles(workspace.directory(), service(user, 'dev'));
  process.env['AWS_ACCESS_KEY_ID'] = '999988887777';
  expect(problems(await workspace.provision([user]))[0]?.what).toContain(
    'these credentials are of account 999988887777',
  );
  const TargetKeyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata!.KeyId!;
  await kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId }));
  workspace.aws().resetCalls();
  expect(problems(await workspace.provision([user]))[0]?.what).toContain(
    'these credentials are of account 999988887777',
  );
  expect(writes()).toEqual([]);
});

test("a stage's role makes the key in its account", async () => {
  const prod = { region, accountId: '444455556666', roleArn: 'arn:aws:iam::444455556666:role/provision' };
  await options({ stages: { prod } });
  await writeFiles(workspace.directory(), {
    [`${user}/.sops.yaml`]: `creation_rules:\n${rule('user-service', 'prod', `${region}:444455556666`)}`,
  });
  expect(outcomes(await workspace.provision([user]))).toEqual(['user-service prod created']);
  const there = new KMSClient({
    endpoint: workspace.aws().endpoint,
    credentials: { accessKeyId: '444455556666', secretAccessKey: 'x' },
  });
  const { KeyMetadata } = await there.send(new DescribeKeyCommand({ KeyId: 'alias/user-service-prod' }));
  expect(KeyMetadata?.Arn).toContain(':444455556666:');
  there.destroy();
});

test('a stage for CI only is left to CI', async () => {
  await options({ stages: { dev: { ciOnly: true } } });
  await writeFiles(workspace.directory(), service(user, 'dev'));
  expect(problems(await workspace.provision([user]))[0]?.what).toContain('from CI only');
  expect(outcomes(await workspace.provision([user], { ci: true }))).toEqual(['user-service dev created']);
});

test('one failing key never stops another', async () => {
  await writeFiles(workspace.directory(), { ...service(user, 'dev', 'prod'), ...service(payment, 'dev') });
  await kms.send(new CreateKeyCommand({}));
  workspace.aws().injectFault({
    operation: 'kms:CreateKey',
    kind: { error: 'AccessDeniedException', message: 'no' },
    count: 1,
  });
  const report = await workspace.provision([user, payment]);
  expect(report.entries.map(({ outcome }) => outcome.kind).sort()).toEqual(['created', 'created', 'failed']);
  expect(problems(report)[0]).toMatchObject({ denied: 'kms:CreateKey' });
});

test('a policy that KMS does not take is explained', async () => {
  await writeFiles(workspace.directory(), service(user, 'dev'));
  workspace.aws().injectFault({
    operation: 'kms:CreateKey',
    kind: {
      error: 'MalformedPolicyDocumentException',
      message: 'The new key policy will not allow you to update the key policy in the future.',
    },
  });
  expect(problems(await workspace.provision([user]))[0]?.fix).toContain('"administrators"');
});

describe('replica regions', () => {
  const there = 'eu-central-1';
  let kmsThere: KMSClient;
  beforeEach(async () => {
    kmsThere = new KMSClient({ endpoint: workspace.aws().endpoint, region: there });
    await options({ stages: { dev: { replicaRegions: [there] } } });
    await writeFiles(workspace.directory(), service(user, 'dev'));
  });
  afterEach(() => kmsThere.destroy());
  const replica = async () => (await kmsThere.send(new DescribeKeyCommand({ KeyId: alias }))).KeyMetadata!;

  test('get a replica each with the alias; again: unchanged', async () => {
    expect(outcomes(await workspace.provision([user]))).toEqual(['user-service dev created']);
    expect((await replica()).KeyId).toBe(await idOf());
    expect((await replica()).Description).toBe('Secrets of user-service, stage dev');
    await settle();
    workspace.aws().resetCalls();
    expect(outcomes(await workspace.provision([user]))).toEqual(['user-service dev unchanged']);
    expect(workspace.aws().calls()).toEqual({
      'kms:DescribeKey': 2,
      'kms:ListResourceTags': 2,
      'kms:GetKeyPolicy': 2,
      'kms:GetKeyRotationStatus': 1,
    });
  });

  test('a region more later', async () => {
    await workspace.provision([user]);
    await options({ stages: { dev: { replicaRegions: [there, 'us-east-1'] } } });
    const report = await workspace.provision([user]);
    expect(outcomes(report)).toEqual(['user-service dev repaired']);
    expect(noteOf(report)).toContain('us-east-1: replica, alias');
    expect(noteOf(report)).toContain(`${there}: policy`);
    expect(outcomes(await workspace.provision([user]))).toEqual(['user-service dev unchanged']);
  });

  test('an alias that was removed there comes back; one that points elsewhere is refused', async () => {
    await workspace.provision([user]);
    await kmsThere.send(new DeleteAliasCommand({ AliasName: alias }));
    expect(noteOf(await workspace.provision([user]))).toBe(`${there}: alias`);
    const TargetKeyId = (await kmsThere.send(new CreateKeyCommand({}))).KeyMetadata!.KeyId!;
    await kmsThere.send(new UpdateAliasCommand({ AliasName: alias, TargetKeyId }));
    expect(problems(await workspace.provision([user]))[0]?.what).toContain('not at a replica of');
  });

  test('a key of one region is explained', async () => {
    await options({});
    await workspace.provision([user]);
    await options({ stages: { dev: { replicaRegions: [there] } } });
    expect(problems(await workspace.provision([user]))[0]?.what).toContain('is of one region');
  });
});

test('the keys of the account are listed over several pages', async () => {
  await writeFiles(workspace.directory(), service(user, 'dev'));
  for (let count = 0; count < 3; count += 1) await kms.send(new CreateKeyCommand({}));
  const { Keys } = await kms.send(new ListKeysCommand({}));
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId: Keys?.[0]?.KeyId }));
  await kms.send(new CancelKeyDeletionCommand({ KeyId: Keys?.[0]?.KeyId }));
  await kms.send(new EnableKeyCommand({ KeyId: Keys?.[0]?.KeyId }));
  expect(outcomes(await workspace.provision([user]))).toEqual(['user-service dev created']);
});
