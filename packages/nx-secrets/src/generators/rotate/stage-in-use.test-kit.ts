import { CreateAliasCommand, CreateKeyCommand, ReplicateKeyCommand } from '@aws-sdk/client-kms';
import { CreateSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { encrypt, readPlain, serialize, type Keyring } from 'sops-codec';
import { aliasArn } from '../../aws/arn';
import { desiredKey } from '../../keys/desired-key.test-kit';
import type { createAwsInProcess } from '../../testing/aws-in-process.test-kit';
import { writeFiles } from '../../testing/workspace.test-kit';

const { names, scope, tags } = desiredKey();
const arn = aliasArn(scope.region, scope.accountId, names.keyAlias);
/** The secret file of the stage, relative to the workspace. */
export const secretFilePath = 'services/user-service/secrets/dev.enc.yaml';
const sopsConfig = `creation_rules:
  - path_regex: ^secrets/dev
    key_groups:
      - kms:
          - arn: ${arn}
            context: { service: user-service, stage: dev }
`;

/** A stage in use: a key behind the alias, the file under it in each checkout, and a secret with two versions. */
export const makeStageInUse = async (
  aws: ReturnType<typeof createAwsInProcess>,
  keyring: Keyring,
  roots: readonly string[],
  replicaRegions: readonly string[],
): Promise<void> => {
  const [observer, secrets] = [aws.kms(), aws.secretsManager()];
  aws.accounts.clear();
  const { KeyMetadata } = await observer.send(
    new CreateKeyCommand({
      Description: desiredKey().description,
      Tags: Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
      Policy: JSON.stringify(desiredKey().policy),
      MultiRegion: replicaRegions.length > 0,
    }),
  );
  for (const ReplicaRegion of replicaRegions) {
    await observer.send(new ReplicateKeyCommand({ KeyId: KeyMetadata?.KeyId, ReplicaRegion }));
    const named = { AliasName: names.keyAlias, TargetKeyId: KeyMetadata?.KeyId };
    await aws.kms(undefined, ReplicaRegion).send(new CreateAliasCommand(named));
  }
  await observer.send(new CreateAliasCommand({ AliasName: names.keyAlias, TargetKeyId: KeyMetadata?.KeyId }));
  const context = { service: 'user-service', stage: 'dev' };
  const groups = [[{ kind: 'kms' as const, arn, awsProfile: '', context }]];
  const file = serialize(
    await encrypt(readPlain('KEY: value\n', 'yaml'), { format: 'yaml', groups }, keyring),
  );
  for (const root of roots)
    await writeFiles(root, { [secretFilePath]: file, 'services/user-service/.sops.yaml': sopsConfig });
  await secrets.send(
    new CreateSecretCommand({
      Name: names.secretName,
      KmsKeyId: arn,
      SecretString: '{"KEY":"old"}',
      ...(replicaRegions.length > 0 && {
        AddReplicaRegions: replicaRegions.map((Region) => ({ Region, KmsKeyId: names.keyAlias })),
      }),
    }),
  );
  await secrets.send(
    new PutSecretValueCommand({ SecretId: names.secretName, SecretString: '{"KEY":"value"}' }),
  );
};
