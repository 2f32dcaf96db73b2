import * as secrets from '@aws-sdk/client-secrets-manager';
import { account, type ClientsOf, policy, type Step, step } from './write-step.test-kit';

const SecretId = 'a';
const token = (letter: string): string => letter.repeat(32);

/** Every operation of Secrets Manager that changes something, in an order in which each can succeed. */
export function secretsManagerSteps(clients: ClientsOf): readonly Step[] {
  const S = (region?: string) => clients(region).secrets;
  const describeSecret = (region?: string) => S(region).send(new secrets.DescribeSecretCommand({ SecretId }));
  const value = async (VersionStage = 'AWSCURRENT') =>
    (await S().send(new secrets.GetSecretValueCommand({ SecretId, VersionStage }))).SecretString;
  const [one, two] = [token('1'), token('2')];
  return [
    step(
      'CreateSecret',
      () =>
        S().send(
          new secrets.CreateSecretCommand({ Name: SecretId, SecretString: '1', ClientRequestToken: one }),
        ),
      async ({ ARN }) => {
        expect((await describeSecret()).ARN).toBe(ARN);
        expect(await value()).toBe('1');
      },
    ),
    step(
      'PutSecretValue',
      () =>
        S().send(new secrets.PutSecretValueCommand({ SecretId, SecretString: '2', ClientRequestToken: two })),
      async () => expect([await value(), await value('AWSPREVIOUS')]).toEqual(['2', '1']),
    ),
    step(
      'UpdateSecretVersionStage',
      () =>
        S().send(
          new secrets.UpdateSecretVersionStageCommand({
            SecretId,
            VersionStage: 'AWSCURRENT',
            RemoveFromVersionId: two,
            MoveToVersionId: one,
          }),
        ),
      async () => expect([await value(), await value('AWSPREVIOUS')]).toEqual(['1', '2']),
    ),
    step(
      'UpdateSecret',
      () => S().send(new secrets.UpdateSecretCommand({ SecretId, SecretString: '3', Description: 'd' })),
      async () => {
        expect(await value()).toBe('3');
        expect((await describeSecret()).Description).toBe('d');
      },
    ),
    step(
      'TagResource',
      () => S().send(new secrets.TagResourceCommand({ SecretId, Tags: [{ Key: 'a', Value: 'b' }] })),
      async () => expect((await describeSecret()).Tags).toEqual([{ Key: 'a', Value: 'b' }]),
    ),
    step(
      'UntagResource',
      () => S().send(new secrets.UntagResourceCommand({ SecretId, TagKeys: ['a'] })),
      async () => expect((await describeSecret()).Tags).toEqual([]),
    ),
    step(
      'PutResourcePolicy',
      () => S().send(new secrets.PutResourcePolicyCommand({ SecretId, ResourcePolicy: policy })),
      async () => {
        const { ResourcePolicy } = await S().send(new secrets.GetResourcePolicyCommand({ SecretId }));
        expect(ResourcePolicy).toBe(policy);
      },
    ),
    step(
      'DeleteResourcePolicy',
      () => S().send(new secrets.DeleteResourcePolicyCommand({ SecretId })),
      async () => {
        const { ResourcePolicy } = await S().send(new secrets.GetResourcePolicyCommand({ SecretId }));
        expect(ResourcePolicy).toBeUndefined();
      },
    ),
    step(
      'RotateSecret',
      () =>
        S().send(
          new secrets.RotateSecretCommand({
            SecretId,
            RotationLambdaARN: `arn:aws:lambda:eu-west-1:${account}:function:f`,
          }),
        ),
      async () => expect((await describeSecret()).RotationEnabled).toBe(true),
    ),
    step(
      'CancelRotateSecret',
      () => S().send(new secrets.CancelRotateSecretCommand({ SecretId })),
      async () => expect((await describeSecret()).RotationEnabled).toBe(false),
    ),
    step(
      'ReplicateSecretToRegions',
      () =>
        S().send(
          new secrets.ReplicateSecretToRegionsCommand({
            SecretId,
            AddReplicaRegions: [{ Region: 'us-east-1' }, { Region: 'us-west-2' }],
          }),
        ),
      async () => expect((await describeSecret('us-east-1')).PrimaryRegion).toBe('eu-west-1'),
    ),
    step(
      'StopReplicationToReplica',
      () => S('us-east-1').send(new secrets.StopReplicationToReplicaCommand({ SecretId })),
      async () => expect((await describeSecret('us-east-1')).PrimaryRegion).toBeUndefined(),
    ),
    step(
      'RemoveRegionsFromReplication',
      () =>
        S().send(
          new secrets.RemoveRegionsFromReplicationCommand({ SecretId, RemoveReplicaRegions: ['us-west-2'] }),
        ),
      async () => expect((await describeSecret()).ReplicationStatus).toBeUndefined(),
    ),
    step(
      'DeleteSecret',
      () => S().send(new secrets.DeleteSecretCommand({ SecretId })),
      async () => expect((await describeSecret()).DeletedDate).toBeInstanceOf(Date),
    ),
    step(
      'RestoreSecret',
      () => S().send(new secrets.RestoreSecretCommand({ SecretId })),
      async () => expect((await describeSecret()).DeletedDate).toBeUndefined(),
    ),
    step(
      'DeleteSecret',
      () => S().send(new secrets.DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true })),
      async () => expect((await S().send(new secrets.ListSecretsCommand({}))).SecretList).toEqual([]),
    ),
  ];
}
