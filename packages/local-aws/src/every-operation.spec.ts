import * as kms from '@aws-sdk/client-kms';
import * as secrets from '@aws-sdk/client-secrets-manager';
import * as ssm from '@aws-sdk/client-ssm';
import { kmsOperations } from './kms';
import { runningAws } from './running-aws.test-kit';
import { secretsManagerOperations } from './secrets-manager';
import { ssmOperations } from './ssm';
import { stsOperations } from './sts';

const local = runningAws();
const SecretId = 'a';
const token = (letter: string): string => letter.repeat(32);
const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: '*', Resource: '*' },
  ],
});

/** One call of each operation, in an order in which all of them succeed. */
async function callEveryKmsOperation(client: kms.KMSClient): Promise<void> {
  const { KeyMetadata } = await client.send(new kms.CreateKeyCommand({}));
  const KeyId = KeyMetadata?.KeyId;
  const AliasName = 'alias/a';
  const { CiphertextBlob } = await client.send(
    new kms.EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }),
  );
  await client.send(new kms.DecryptCommand({ CiphertextBlob }));
  await client.send(new kms.ReEncryptCommand({ CiphertextBlob, DestinationKeyId: KeyId }));
  await client.send(new kms.GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }));
  await client.send(new kms.GenerateDataKeyWithoutPlaintextCommand({ KeyId, KeySpec: 'AES_256' }));
  await client.send(new kms.CreateAliasCommand({ AliasName, TargetKeyId: KeyId }));
  await client.send(new kms.UpdateAliasCommand({ AliasName, TargetKeyId: KeyId }));
  await client.send(new kms.ListAliasesCommand({}));
  await client.send(new kms.DeleteAliasCommand({ AliasName }));
  await client.send(new kms.DescribeKeyCommand({ KeyId }));
  await client.send(new kms.ListKeysCommand({}));
  await client.send(new kms.UpdateKeyDescriptionCommand({ KeyId, Description: '' }));
  await client.send(new kms.EnableKeyRotationCommand({ KeyId }));
  await client.send(new kms.GetKeyRotationStatusCommand({ KeyId }));
  await client.send(new kms.DisableKeyRotationCommand({ KeyId }));
  await client.send(new kms.RotateKeyOnDemandCommand({ KeyId }));
  await client.send(new kms.ListKeyRotationsCommand({ KeyId }));
  await client.send(new kms.PutKeyPolicyCommand({ KeyId, Policy: policy }));
  await client.send(new kms.GetKeyPolicyCommand({ KeyId }));
  await client.send(new kms.ListKeyPoliciesCommand({ KeyId }));
  await client.send(new kms.ListGrantsCommand({ KeyId }));
  await client.send(new kms.TagResourceCommand({ KeyId, Tags: [{ TagKey: 'a', TagValue: 'b' }] }));
  await client.send(new kms.ListResourceTagsCommand({ KeyId }));
  await client.send(new kms.UntagResourceCommand({ KeyId, TagKeys: ['a'] }));
  const replicated = await client.send(new kms.CreateKeyCommand({ MultiRegion: true }));
  const multiRegionKey = replicated.KeyMetadata?.KeyId;
  await client.send(new kms.ReplicateKeyCommand({ KeyId: multiRegionKey, ReplicaRegion: 'us-east-1' }));
  await client.send(
    new kms.UpdatePrimaryRegionCommand({ KeyId: multiRegionKey, PrimaryRegion: 'us-east-1' }),
  );
  await client.send(new kms.DisableKeyCommand({ KeyId }));
  await client.send(new kms.EnableKeyCommand({ KeyId }));
  await client.send(new kms.ScheduleKeyDeletionCommand({ KeyId }));
  await client.send(new kms.CancelKeyDeletionCommand({ KeyId }));
}

async function callEverySecretsManagerOperation(
  client: secrets.SecretsManagerClient,
  inReplicaRegion: secrets.SecretsManagerClient,
): Promise<void> {
  const [one, two] = [token('1'), token('2')];
  const replicas = [{ Region: 'us-east-1' }, { Region: 'us-west-2' }];
  const lambda = 'arn:aws:lambda:eu-west-1:123456789012:function:f';
  const create = { Name: SecretId, SecretString: '1', ClientRequestToken: one };
  await client.send(new secrets.CreateSecretCommand(create));
  await client.send(
    new secrets.PutSecretValueCommand({
      SecretId,
      SecretString: '2',
      ClientRequestToken: two,
      VersionStages: ['S'],
    }),
  );
  const move = { SecretId, VersionStage: 'AWSCURRENT', RemoveFromVersionId: one, MoveToVersionId: two };
  await client.send(new secrets.UpdateSecretVersionStageCommand(move));
  await client.send(new secrets.UpdateSecretCommand({ SecretId, SecretString: '3' }));
  await client.send(new secrets.DescribeSecretCommand({ SecretId }));
  await client.send(new secrets.GetSecretValueCommand({ SecretId }));
  await client.send(new secrets.BatchGetSecretValueCommand({ SecretIdList: [SecretId] }));
  await client.send(new secrets.ListSecretsCommand({}));
  await client.send(new secrets.ListSecretVersionIdsCommand({ SecretId }));
  await client.send(new secrets.TagResourceCommand({ SecretId, Tags: [{ Key: 'a', Value: 'b' }] }));
  await client.send(new secrets.UntagResourceCommand({ SecretId, TagKeys: ['a'] }));
  await client.send(new secrets.ValidateResourcePolicyCommand({ ResourcePolicy: policy }));
  await client.send(new secrets.PutResourcePolicyCommand({ SecretId, ResourcePolicy: policy }));
  await client.send(new secrets.GetResourcePolicyCommand({ SecretId }));
  await client.send(new secrets.DeleteResourcePolicyCommand({ SecretId }));
  await client.send(new secrets.RotateSecretCommand({ SecretId, RotationLambdaARN: lambda }));
  await client.send(new secrets.CancelRotateSecretCommand({ SecretId }));
  await client.send(new secrets.GetRandomPasswordCommand({}));
  await client.send(new secrets.ReplicateSecretToRegionsCommand({ SecretId, AddReplicaRegions: replicas }));
  await inReplicaRegion.send(new secrets.StopReplicationToReplicaCommand({ SecretId }));
  const remove = { SecretId, RemoveReplicaRegions: ['us-west-2'] };
  await client.send(new secrets.RemoveRegionsFromReplicationCommand(remove));
  await client.send(new secrets.DeleteSecretCommand({ SecretId }));
  await client.send(new secrets.RestoreSecretCommand({ SecretId }));
}

async function callEveryParameterOperation(client: ssm.SSMClient): Promise<void> {
  const Name = '/a/b';
  await client.send(new ssm.PutParameterCommand({ Name, Value: 'x', Type: 'SecureString' }));
  await client.send(new ssm.GetParameterCommand({ Name, WithDecryption: true }));
  await client.send(new ssm.GetParametersCommand({ Names: [Name] }));
  await client.send(new ssm.GetParametersByPathCommand({ Path: '/a' }));
  await client.send(new ssm.DescribeParametersCommand({}));
  await client.send(new ssm.DeleteParameterCommand({ Name }));
  await client.send(new ssm.DeleteParametersCommand({ Names: [Name] }));
}

const operationsCalled = (service: string): string[] =>
  Object.keys(local.aws.calls())
    .filter((name) => name.startsWith(`${service}:`))
    .map((name) => name.slice(service.length + 1))
    .sort();

describe('every operation answers the SDK', () => {
  it('of KMS', async () => {
    await callEveryKmsOperation(local.clients().kms);
    expect(operationsCalled('kms')).toEqual(Object.keys(kmsOperations).sort());
  });

  it('of Secrets Manager', async () => {
    const there = local.clients({ region: 'us-east-1' });
    await callEverySecretsManagerOperation(local.clients().secrets, there.secrets);
    expect(operationsCalled('secretsmanager')).toEqual(Object.keys(secretsManagerOperations).sort());
  });

  it('of SSM Parameter Store', async () => {
    await callEveryParameterOperation(local.clients().ssm);
    expect(operationsCalled('ssm')).toEqual(Object.keys(ssmOperations).sort());
  });

  it('has the operations of STS that its own tests call', () => {
    expect(Object.keys(stsOperations).sort()).toEqual([
      'AssumeRole',
      'AssumeRoleWithWebIdentity',
      'GetCallerIdentity',
    ]);
  });
});
