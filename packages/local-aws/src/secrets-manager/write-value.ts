import { randomUUID } from 'node:crypto';
import { AwsError } from '../protocol/aws-error';
import { type Call, type Operations } from '../operation/operation';
import { list, optional, structure } from '../protocol/readers';
import { unsupported } from '../protocol/unsupported';
import type { Secret } from '../store/model';
import { writableSecretById } from './find';
import { keyKeys, secretOperation } from './permission';
import { saveSecret } from './store';
import { CURRENT, PREVIOUS } from './labels';
import * as member from './members';
import { versionToken } from './names';
import { keyName, mayReencrypt, decryptValue, encryptValue, valueKey } from './encrypted-value';
import { addVersion, hasValue, tokenInUse, versionById } from './versions';

export const writeOperations: Operations = {
  PutSecretValue: secretOperation(
    structure({
      SecretId: member.secretId,
      ClientRequestToken: member.clientRequestToken,
      SecretBinary: member.secretBinary,
      SecretString: member.secretString,
      VersionStages: optional(list(member.versionStage, { min: 1, max: 20 })),
      RotationToken: unsupported('it runs no rotation function, so no token of one is valid'),
    }),
    (input, call) => {
      const token = versionToken(input.ClientRequestToken, randomUUID);
      const value = member.requestValue(input);
      if (value === undefined) {
        throw new AwsError(
          'InvalidRequestException',
          'You must provide either SecretString or SecretBinary.',
        );
      }
      const secret = writableSecretById(call, input.SecretId);
      const known = versionById(secret, token);
      if (known !== undefined) {
        // The request once more: no label moves, whatever labels it names.
        if (!hasValue(call, secret, known, value)) throw tokenInUse(secret, token);
        return putAnswer(secret, token);
      }
      const stages = input.VersionStages ?? [CURRENT];
      const changed = addVersion(call, secret, { id: token, value, stages });
      saveSecret(call, changed);
      return putAnswer(changed, token);
    },
  ),

  UpdateSecret: secretOperation(
    structure({
      SecretId: member.secretId,
      ClientRequestToken: member.clientRequestToken,
      Description: member.description,
      KmsKeyId: member.kmsKeyId,
      SecretBinary: member.secretBinary,
      SecretString: member.secretString,
      Type: member.secretType,
    }),
    (input, call) => {
      const token = versionToken(input.ClientRequestToken, randomUUID);
      const value = member.requestValue(input);
      const secret = writableSecretById(call, input.SecretId);
      if (value !== undefined && versionById(secret, token) !== undefined) throw tokenInUse(secret, token);

      const described = { ...secret, description: input.Description ?? secret.description };
      const moved = input.KmsKeyId === undefined ? described : withKey(call, described, input.KmsKeyId);
      const changed =
        value === undefined ? moved : addVersion(call, moved, { id: token, value, stages: [CURRENT] });
      saveSecret(call, { ...changed, changedAt: call.now });
      return { ARN: secret.arn, Name: secret.name, VersionId: value === undefined ? undefined : token };
    },
    (input, call) => [['secretsmanager:Description', input.Description], ...keyKeys(call, input.KmsKeyId)],
  ),
};

/**
 * The secret under another key: the values that AWS re-encrypts are those labelled current, previous or pending, and none
 * where the caller may not kms:Encrypt with the new key. Source: API Reference, UpdateSecret, KmsKeyId.
 */
function withKey(call: Call, secret: Secret, kmsKeyId: string): Secret {
  const chosen = kmsKeyId === '' ? undefined : kmsKeyId;
  const key = valueKey(call, chosen);
  const versions = secret.versions.map((version) => {
    const labelled = [CURRENT, PREVIOUS, 'AWSPENDING'].some((stage) => version.stages.includes(stage));
    const owner = { secretArn: secret.arn, versionId: version.id };
    if (!labelled) return version;
    // The old key and the new one must be the caller's to use in any case.
    const value = encryptValue(call, key, owner, decryptValue(call, owner, version.value));
    return mayReencrypt(call, key, owner) ? { ...version, kmsKeyId: keyName(key), value } : version;
  });
  return { ...secret, kmsKeyId: chosen, versions };
}

function putAnswer(secret: Secret, id: string): object {
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: id,
    VersionStages: versionById(secret, id)?.stages,
  };
}
