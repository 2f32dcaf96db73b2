import {
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms';
import { renderReport } from '../output/text';
import { account, outcomes, problems } from '../testing/aws-workspace.test-kit';
import { alias, noteOf, payment, service, user, useKeyWorkspace } from './key-workspace.test-kit';

const workspace = useKeyWorkspace();

test('a dry run writes nothing and shows the policy statement by statement', async () => {
  await workspace.write(service(user, 'dev'));
  expect(outcomes(await workspace.provision([user], { dryRun: true }))).toEqual([
    'user-service dev would-create',
  ]);
  await workspace.provision([user]);
  const KeyId = await workspace.idOf();
  const { Policy } = await workspace.kms().send(new GetKeyPolicyCommand({ KeyId }));
  const wide = Policy!.replace('"kms:Decrypt"', '"kms:*"');
  await workspace.kms().send(new PutKeyPolicyCommand({ KeyId, Policy: wide }));
  workspace.aws().resetCalls();
  const report = await workspace.provision([user], { dryRun: true });
  expect(outcomes(report)).toEqual(['user-service dev would-repair']);
  expect(renderReport(report)).toMatch(/policy - \{.*kms:\*.*\}\n +policy \+ \{.*kms:Decrypt/);
  expect(workspace.writes()).toEqual([]);
});

test('repairs rotation, policy and tags', async () => {
  await workspace.options({ stages: { dev: { keyRotationDays: 90 } } });
  await workspace.write(service(user, 'dev'));
  await workspace.provision([user]);
  const KeyId = await workspace.idOf();
  await workspace.kms().send(new DisableKeyRotationCommand({ KeyId }));
  await workspace.kms().send(
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
  const rotation = await workspace.kms().send(new GetKeyRotationStatusCommand({ KeyId }));
  expect(rotation.RotationPeriodInDays).toBe(90);
  expect(outcomes(await workspace.provision([user]))).toEqual(['user-service dev unchanged']);
});

test('a disabled key and one pending deletion are explained; --enable makes them usable', async () => {
  await workspace.write(service(user, 'dev'));
  await workspace.provision([user]);
  const KeyId = await workspace.idOf();
  const enable = { overrides: { adopt: new Set<string>(), enable: true } };
  await workspace.kms().send(new DisableKeyCommand({ KeyId }));
  expect(problems(await workspace.provision([user]))[0]?.what).toContain('is disabled');
  expect(noteOf(await workspace.provision([user], enable))).toContain('was disabled');
  await workspace.kms().send(new ScheduleKeyDeletionCommand({ KeyId }));
  expect(problems(await workspace.provision([user]))[0]?.what).toContain('scheduled for deletion on');
  expect(noteOf(await workspace.provision([user], enable))).toContain('was scheduled for deletion');
  expect((await workspace.key()).KeyState).toBe('Enabled');
});

test("an alias that points at another service's key is refused", async () => {
  await workspace.write({ ...service(user, 'dev'), ...service(payment, 'dev') });
  await workspace.provision([user, payment]);
  await workspace.kms().send(
    new UpdateAliasCommand({
      AliasName: alias,
      TargetKeyId: await workspace.idOf('alias/payment-service-dev'),
    }),
  );
  workspace.aws().resetCalls();
  expect(problems(await workspace.provision([user]))[0]?.what).toContain('the key of another service');
  expect(workspace.aws().calls()).toEqual({ 'kms:DescribeKey': 1, 'kms:ListResourceTags': 1 });
});

test('a key of somebody else is refused, and adopted on demand', async () => {
  await workspace.write(service(user, 'dev'));
  const TargetKeyId = (await workspace.kms().send(new CreateKeyCommand({}))).KeyMetadata!.KeyId!;
  await workspace.kms().send(new CreateAliasCommand({ AliasName: alias, TargetKeyId }));
  expect(problems(await workspace.provision([user]))[0]?.fix).toContain(`--adopt=${alias}`);
  const overrides = { adopt: new Set([alias]), enable: false };
  expect(outcomes(await workspace.provision([user], { overrides }))).toEqual(['user-service dev repaired']);
  expect((await workspace.tagsOf(TargetKeyId)).get('service')).toBe('user-service');
  expect(outcomes(await workspace.provision([user]))).toEqual(['user-service dev unchanged']);
});

test('an alias that was removed comes back to the same key', async () => {
  await workspace.write(service(user, 'dev'));
  await workspace.provision([user]);
  const before = await workspace.idOf();
  await workspace.kms().send(new DeleteAliasCommand({ AliasName: alias }));
  expect(outcomes(await workspace.provision([user]))).toEqual(['user-service dev attached']);
  expect(await workspace.idOf()).toBe(before);
  expect(workspace.aws().calls()['kms:CreateKey']).toBe(1);
});
