import { type Operations, seconds } from '../operation/operation';
import { structure } from '../protocol/readers';
import type { Secret } from '../store/model';
import { secretById } from './find';
import { secretId } from './members';
import { secretOperation } from './permission';
import { replicationStatus } from './replica-status';
import { nextRotation, rotationRulesAnswer } from './rotation-schedule';

export const describeOperations: Operations = {
  DescribeSecret: secretOperation(structure({ SecretId: secretId }), (input, call) => {
    const secret = secretById(call, input.SecretId);
    return {
      ...secretEntry(secret),
      VersionIdsToStages: stagesByVersion(secret),
      ReplicationStatus: secret.replicas.length === 0 ? undefined : replicationStatus(secret),
    };
  }),
};

/** What DescribeSecret and ListSecrets both tell of a secret. */
export function secretEntry(secret: Secret): object {
  const { rotation } = secret;
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    RotationEnabled: rotation?.enabled,
    RotationLambdaARN: rotation?.lambdaArn,
    RotationRules: rotationRulesAnswer(rotation?.rules),
    LastRotatedDate: seconds(rotation?.lastRotatedAt),
    LastChangedDate: seconds(secret.changedAt),
    LastAccessedDate: seconds(secret.lastAccessedAt),
    DeletedDate: seconds(secret.deletedAt),
    NextRotationDate: seconds(nextRotation(secret)),
    Tags: secret.tags.map(({ key, value }) => ({ Key: key, Value: value })),
    CreatedDate: seconds(secret.createdAt),
    PrimaryRegion: secret.primaryRegion,
  };
}

/** The labels of each labelled version; AWS leaves out the others. `undefined` where no version has a label. */
export function stagesByVersion(secret: Secret): object | undefined {
  const labelled = secret.versions.filter((version) => version.stages.length > 0);
  if (labelled.length === 0) return undefined;
  return Object.fromEntries(labelled.map((version) => [version.id, version.stages]));
}
