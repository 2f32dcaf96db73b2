import {
  CancelKeyDeletionCommand,
  EnableKeyCommand,
  GetKeyPolicyCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms';
import { namesOf } from '../../config/names';
import { readOptions } from '../../config/options';
import { asActor } from '../../policies/actor.test-kit';
import { rotatePolicy } from '../../policies/rotate-policy';
import { policySubject } from '../../policies/subject';
import { account, outcomes, problems, region } from '../../testing/aws-workspace.test-kit';
import { alias, said, user, useRotateWorkspace } from './rotate-workspace.test-kit';

const workspace = useRotateWorkspace();

test('a key that leaked is not opened again by provisioning, when the alias is moved back to it', async () => {
  const old = (await workspace.keyOf()).id;
  await workspace.rotate({ revoke: true });
  const { id: next } = await workspace.keyOf();
  await workspace.commitAndSync();
  const kms = workspace.kms();
  const pointAt = (TargetKeyId: string) =>
    kms.send(new UpdateAliasCommand({ AliasName: alias, TargetKeyId }));
  await kms.send(new CancelKeyDeletionCommand({ KeyId: old }));
  await kms.send(new EnableKeyCommand({ KeyId: old }));
  await pointAt(old);
  const policyNow = async () => (await kms.send(new GetKeyPolicyCommand({ KeyId: old }))).Policy;
  const closed = await policyNow();
  expect(closed).toContain('OnlySecretsManager');

  for (const more of [{ dryRun: true }, {}, { overrides: { adopt: new Set([alias]), enable: true } }]) {
    const [problem] = problems(await workspace.provision([user], more));
    expect(problem?.code).toBe('revokedKey');
    expect(problem?.fix).toContain(`--target-key-id ${next}\n`);
    expect(await policyNow()).toBe(closed);
  }
  // Rotating does not ask for a permission that nobody can give.
  const subject = policySubject(
    namesOf('user-service', 'dev', readOptions({}), user),
    {},
    { region, accountId: account },
  );
  for (const how of [{ key: true }, { revoke: true }]) {
    await expect(
      asActor(workspace.aws(), [rotatePolicy(subject)], () => workspace.rotate(how)),
    ).rejects.toThrow('could not be rotated');
    expect(said()).toContain('which leaked and was closed');
    expect(said()).not.toContain('--for=rotate');
    expect(await policyNow()).toBe(closed);
  }
  // Either way out ends well.
  await pointAt(next);
  expect(outcomes(await workspace.provision([user]))).toEqual(['user-service dev unchanged']);
  await pointAt(old);
  await kms.send(new UntagResourceCommand({ KeyId: old, TagKeys: ['revoked'] }));
  expect(outcomes(await workspace.provision([user]))).toEqual(['user-service dev repaired']);
  expect(await policyNow()).not.toContain('OnlySecretsManager');
});
