import { randomUUID } from 'node:crypto';
import { AwsError } from '../protocol/aws-error';
import { type Call, operation, type Operations } from '../operation/operation';
import { flag, optional, structure, text } from '../protocol/readers';
import type { Secret } from '../store/model';
import { secretByName } from './find';
import { CURRENT } from './labels';
import * as member from './members';
import { newSecretArn, secretName, versionToken } from './names';
import { authorizeCreation } from './permission';
import { type PlainValue, valueKey } from './encrypted-value';
import { replicationStatus } from './replica-status';
import { withReplicas } from './replication';
import { saveSecret } from './store';
import { changedTags } from './tags';
import { addVersion, hasValue, tokenInUse, versionById } from './versions';

export const createOperations: Operations = {
  CreateSecret: operation(
    structure({
      Name: text({ min: 1, max: 512 }),
      ClientRequestToken: member.clientRequestToken,
      Description: member.description,
      KmsKeyId: member.kmsKeyId,
      SecretBinary: member.secretBinary,
      SecretString: member.secretString,
      Tags: optional(member.tags),
      AddReplicaRegions: optional(member.addReplicaRegions),
      ForceOverwriteReplicaSecret: optional(flag),
      Type: member.secretType,
    }),
    (input, call) => {
      const name = secretName(input.Name);
      const token = versionToken(input.ClientRequestToken, randomUUID);
      const value = member.requestValue(input);
      const empty = emptySecret(call, name, {
        description: input.Description,
        kmsKeyId: input.KmsKeyId === '' ? undefined : input.KmsKeyId,
        tags: changedTags([], input.Tags ?? []),
      });
      authorizeCreation(call, empty, {
        replicaRegions: (input.AddReplicaRegions ?? []).map(({ Region }) => Region),
        force: input.ForceOverwriteReplicaSecret ?? false,
      });
      const known = secretByName(call, name);
      if (known !== undefined) return repeatedCreation(call, known, token, value);
      valueKey(call, empty.kmsKeyId);
      const secret =
        value === undefined ? empty : addVersion(call, empty, { id: token, value, stages: [CURRENT] });
      const replicated =
        input.AddReplicaRegions === undefined
          ? secret
          : withReplicas(call, secret, input.AddReplicaRegions, input.ForceOverwriteReplicaSecret ?? false);
      const stored = saveSecret(call, replicated);
      return {
        ARN: stored.arn,
        Name: name,
        VersionId: value === undefined ? undefined : token,
        ReplicationStatus: stored.replicas.length === 0 ? undefined : replicationStatus(stored),
      };
    },
  ),
};

/** A name that is taken: harmless if this is the request that took it, once more. */
function repeatedCreation(call: Call, known: Secret, token: string, value: PlainValue | undefined): object {
  if (known.deletionAt !== undefined) {
    throw new AwsError(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  }
  const version = versionById(known, token);
  if (version === undefined || value === undefined) {
    throw new AwsError(
      'ResourceExistsException',
      `The operation failed because the secret ${known.name} already exists.`,
    );
  }
  if (!hasValue(call, known, version, value)) throw tokenInUse(known, token);
  return { ARN: known.arn, Name: known.name, VersionId: token };
}

function emptySecret(
  call: Call,
  name: string,
  chosen: Pick<Secret, 'description' | 'kmsKeyId' | 'tags'>,
): Secret {
  return {
    ...chosen,
    name,
    arn: newSecretArn(call.store, name),
    createdAt: call.now,
    changedAt: call.now,
    lastAccessedAt: undefined,
    deletionAt: undefined,
    deletedAt: undefined,
    versions: [],
    resourcePolicy: undefined,
    rotation: undefined,
    primaryRegion: undefined,
    replicas: [],
  };
}
