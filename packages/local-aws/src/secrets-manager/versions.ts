import { AwsError } from '../protocol/aws-error';
import type { Call } from '../operation/operation';
import type { Secret, SecretVersion } from '../store/model';
import { CURRENT, moveLabels, withoutDeprecated } from './labels';
import { keyName, decryptValue, type PlainValue, encryptValue, valueKey } from './encrypted-value';

/** A secret's value as a version to be. */
export interface NewVersion {
  readonly id: string;
  readonly value: PlainValue;
  readonly stages: readonly string[];
}

/**
 * Adds a version and moves its labels to it; a secret's first version is always AWSCURRENT.
 * @throws AwsError EncryptionFailure, LimitExceededException
 */
export function addVersion(call: Call, secret: Secret, { id, value, stages }: NewVersion): Secret {
  const key = valueKey(call, secret.kmsKeyId);
  const version: SecretVersion = {
    id,
    createdAt: call.now,
    lastAccessedAt: undefined,
    stages: [],
    kmsKeyId: keyName(key),
    value: encryptValue(call, key, { secretArn: secret.arn, versionId: id }, value),
  };
  const first = secret.versions.length === 0 && !stages.includes(CURRENT);
  const labels = [...new Set(first ? [...stages, CURRENT] : stages)];
  const versions = withoutDeprecated(moveLabels([...secret.versions, version], labels, id));
  return { ...secret, versions, changedAt: call.now };
}

/** The version with an id, or `undefined`. */
export function versionById(secret: Secret, id: string): SecretVersion | undefined {
  return secret.versions.find((version) => version.id === id);
}

/** Whether a version holds just this value: what makes a repeated request harmless. */
export function hasValue(call: Call, secret: Secret, version: SecretVersion, value: PlainValue): boolean {
  const stored = decryptValue(call, { secretArn: secret.arn, versionId: version.id }, version.value);
  return stored.kind === value.kind && stored.bytes.equals(value.bytes);
}

/** The answer to a token that is already the id of a version with another value. */
export function tokenInUse(secret: Secret, token: string): AwsError {
  return new AwsError(
    'ResourceExistsException',
    `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${secret.arn}.`,
  );
}
