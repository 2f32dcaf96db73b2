import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  EnableKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  ListKeysCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { outcomes, problems, region } from '../testing/aws-workspace.test-kit';
import { alias, payment, rule, service, user, useKeyWorkspace } from './key-workspace.test-kit';

const workspace = useKeyWorkspace();

test('makes the key, its alias, rotation, tags and policy from .sops.yaml alone; again: unchanged', async () => {
  await workspace.write(service(user, 'dev'));
  expect(outcomes(await workspace.provision([user]))).toEqual(['user-service dev created']);
  const { KeyId, Description, MultiRegion, KeySpec } = await workspace.key();
  expect({ Description, MultiRegion, KeySpec }).toEqual({
    Description: 'Secrets of user-service, stage dev',
    MultiRegion: false,
    KeySpec: 'SYMMETRIC_DEFAULT',
  });
  expect([...(await workspace.tagsOf(KeyId!))]).toEqual([
    ['managed-by', 'nx-secrets'],
    ['service', 'user-service'],
    ['stage', 'dev'],
  ]);
  const rotation = await workspace.kms().send(new GetKeyRotationStatusCommand({ KeyId }));
  expect(rotation).toMatchObject({ KeyRotationEnabled: true, RotationPeriodInDays: 365 });
  const { Policy } = await workspace.kms().send(new GetKeyPolicyCommand({ KeyId }));
  expect(Policy).toContain('ServiceReadsSecret');
  workspace.aws().resetCalls();
  expect(outcomes(await workspace.provision([user]))).toEqual(['user-service dev unchanged']);
  expect(workspace.writes()).toEqual([]);
});

test('what is unchanged takes four calls a key', async () => {
  await workspace.write({ ...service(user, 'dev', 'prod'), ...service(payment, 'dev') });
  await workspace.provision([user, payment]);
  await workspace.settle();
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

test('a stage of nx.json that the service has no rule for gets no key, and that is noted', async () => {
  await workspace.options({ stages: ['dev', 'prod'] });
  await workspace.write(service(user, 'dev'));
  const report = await workspace.provision([user]);
  expect(outcomes(report)).toEqual(['user-service dev created']);
  expect(report.notes).toEqual([
    expect.stringContaining('no key in .sops.yaml for stage prod: user-service'),
  ]);
  await expect(workspace.provision([user], { stages: ['dev', 'prod'] })).rejects.toThrow(
    'no service has a key in .sops.yaml for stage "prod"',
  );
  await workspace.write(service('services/payment-service', 'prod'));
  const again = await workspace.provision([user], { stages: ['dev', 'prod'] });
  expect(outcomes(again)).toEqual(['user-service dev unchanged']);
  expect(again.notes).toEqual(report.notes);
  await expect(workspace.provision([user], { stages: ['prdo'] })).rejects.toThrow('Did you mean "prod"?');
});

test('a stage whose key is in another region or account than nx.json says is refused before AWS is asked', async () => {
  await workspace.options({ stages: { dev: { region: 'us-east-1' } } });
  await workspace.write(service(user, 'dev'));
  expect(problems(await workspace.provision([user]))[0]?.what).toContain(
    'but nx.json puts stage dev in us-east-1',
  );
  expect(workspace.aws().calls()).toEqual({});
});

test("another account's credentials make and change nothing", async () => {
  await workspace.write(service(user, 'dev'));
  process.env['AWS_ACCESS_KEY_ID'] = '999988887777';
  expect(problems(await workspace.provision([user]))[0]?.what).toContain(
    'these credentials belong to account 999988887777',
  );
  const TargetKeyId = (await workspace.kms().send(new CreateKeyCommand({}))).KeyMetadata!.KeyId!;
  await workspace.kms().send(new CreateAliasCommand({ AliasName: alias, TargetKeyId }));
  workspace.aws().resetCalls();
  expect(problems(await workspace.provision([user]))[0]?.what).toContain(
    'these credentials belong to account 999988887777',
  );
  expect(workspace.writes()).toEqual([]);
});

test("a stage's role makes the key in its account", async () => {
  const prod = { region, accountId: '444455556666', roleArn: 'arn:aws:iam::444455556666:role/provision' };
  await workspace.options({ stages: { prod } });
  await workspace.write({
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

test('an alias to adopt that nothing has is refused; that of another service is not', async () => {
  await workspace.write({ ...service(user, 'dev'), ...service(payment, 'dev') });
  const adopt = (...names: readonly string[]) =>
    workspace.provision([user], { overrides: { adopt: new Set(names), enable: false } });
  await expect(adopt('alias/foo')).rejects.toThrow('no service has a key alias/foo');
  await expect(adopt('user-service-dev')).rejects.toThrow('Did you mean "alias/user-service-dev"?');
  expect(outcomes(await adopt('alias/payment-service-dev'))).toEqual(['user-service dev created']);
});

test('a stage for CI only is left to CI', async () => {
  await workspace.options({ stages: { dev: { ciOnly: true } } });
  await workspace.write(service(user, 'dev'));
  expect(problems(await workspace.provision([user]))[0]?.what).toContain('from CI only');
  // Looking is everybody's.
  expect(outcomes(await workspace.provision([user], { dryRun: true }))).toEqual([
    'user-service dev would-create',
  ]);
  expect(outcomes(await workspace.provision([user], { ci: true }))).toEqual(['user-service dev created']);
});

test('one failing key never stops another', async () => {
  await workspace.write({ ...service(user, 'dev', 'prod'), ...service(payment, 'dev') });
  await workspace.kms().send(new CreateKeyCommand({}));
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
  await workspace.write(service(user, 'dev'));
  workspace.aws().injectFault({
    operation: 'kms:CreateKey',
    kind: {
      error: 'MalformedPolicyDocumentException',
      message: 'The new key policy will not allow you to update the key policy in the future.',
    },
    count: 2,
  });
  expect(problems(await workspace.provision([user]))[0]?.fix).toContain('"administrators"');
});

test('the keys of the account are listed over several pages', async () => {
  await workspace.write(service(user, 'dev'));
  for (let count = 0; count < 3; count += 1) await workspace.kms().send(new CreateKeyCommand({}));
  const { Keys } = await workspace.kms().send(new ListKeysCommand({}));
  await workspace.kms().send(new ScheduleKeyDeletionCommand({ KeyId: Keys?.[0]?.KeyId }));
  await workspace.kms().send(new CancelKeyDeletionCommand({ KeyId: Keys?.[0]?.KeyId }));
  await workspace.kms().send(new EnableKeyCommand({ KeyId: Keys?.[0]?.KeyId }));
  expect(outcomes(await workspace.provision([user]))).toEqual(['user-service dev created']);
});
