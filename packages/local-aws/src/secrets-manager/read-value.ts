import type { ContextEntries } from '../iam/request-context';
import { AwsError } from '../protocol/aws-error';
import { type Call, DAY, type Operations, seconds } from '../operation/operation';
import { optional, structure } from '../protocol/readers';
import type { Secret, SecretVersion } from '../store/model';
import { liveSecretById } from './find';
import { CURRENT, holder } from './labels';
import { secretId, versionId, versionStage } from './members';
import { secretOperation } from './permission';
import { decryptValue } from './encrypted-value';
import { versionById } from './versions';

export const readOperations: Operations = {
  GetSecretValue: secretOperation(
    structure({ SecretId: secretId, VersionId: versionId, VersionStage: optional(versionStage) }),
    (input, call) => {
      const secret = liveSecretById(call, input.SecretId);
      return readVersion(call, secret, chosenVersion(secret, input.VersionId, input.VersionStage));
    },
    (input) => versionKeys(input.VersionId, input.VersionStage),
  ),
};

/** The condition keys of a request for a value; one that names no version is for AWSCURRENT. */
export function versionKeys(id: string | undefined, stage: string | undefined): ContextEntries {
  const label = stage ?? (id === undefined ? CURRENT : undefined);
  return [
    ['secretsmanager:VersionId', id],
    ['secretsmanager:VersionStage', label],
  ];
}

/** The version with AWSCURRENT. Throws AwsError ResourceNotFoundException. */
export function currentVersion(secret: Secret): SecretVersion {
  return chosenVersion(secret, undefined, undefined);
}

/**
 * A version's value, in the members GetSecretValue and BatchGetSecretValue answer with. The day of the access is
 * remembered, as AWS does: to the day, not the second. Reading does not wait for the disk, so a process that is killed may
 * forget it.
 * @throws AwsError DecryptionFailure
 */
export function readVersion(call: Call, secret: Secret, version: SecretVersion): object {
  const value = decryptValue(call, { secretArn: secret.arn, versionId: version.id }, version.value);
  const today = Math.floor(call.now / DAY) * DAY;
  if (secret.lastAccessedAt !== today || version.lastAccessedAt !== today) {
    const versions = secret.versions.map((item) =>
      item.id === version.id ? { ...item, lastAccessedAt: today } : item,
    );
    call.store.secrets.putVolatile(secret.name, { ...secret, lastAccessedAt: today, versions });
  }
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    ...(value.kind === 'string'
      ? { SecretString: value.bytes.toString('utf8') }
      : { SecretBinary: value.bytes.toString('base64') }),
    VersionStages: version.stages.length === 0 ? undefined : version.stages,
    CreatedDate: seconds(version.createdAt),
  };
}

function chosenVersion(secret: Secret, id: string | undefined, stage: string | undefined): SecretVersion {
  if (id === undefined) {
    const label = stage ?? CURRENT;
    const version = holder(secret.versions, label);
    if (version === undefined) throw valueNotFound(`staging label: ${label}`);
    return version;
  }
  const version = versionById(secret, id);
  if (version === undefined) throw valueNotFound(`VersionId: ${id}`);
  if (stage !== undefined && !version.stages.includes(stage)) {
    throw new AwsError(
      'InvalidRequestException',
      'You provided a VersionStage that is not associated to the provided VersionId.',
    );
  }
  return version;
}

function valueNotFound(which: string): AwsError {
  return new AwsError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for ${which}`,
  );
}
