import { AwsError } from '../protocol/aws-error';
import { type Call, type Operations } from '../operation/operation';
import { flag, list, optional, structure } from '../protocol/readers';
import type { Replica, Secret } from '../store/model';
import { liveSecretById, writableSecretById } from './find';
import { addReplicaRegions, region, secretId } from './members';
import { replicaKeys, secretOperation } from './permission';
import { replicationStatus } from './replica-status';
import { isReplica, replicaRecord } from './replicas';
import { saveSecret } from './store';

interface ReplicaRequest {
  readonly Region: string;
  readonly KmsKeyId: string | undefined;
}

export const replicationOperations: Operations = {
  ReplicateSecretToRegions: secretOperation(
    structure({
      SecretId: secretId,
      AddReplicaRegions: addReplicaRegions,
      ForceOverwriteReplicaSecret: optional(flag),
    }),
    (input, call) => {
      const secret = writableSecretById(call, input.SecretId);
      const force = input.ForceOverwriteReplicaSecret ?? false;
      return statusAnswer(saveSecret(call, withReplicas(call, secret, input.AddReplicaRegions, force)));
    },
    (input) =>
      replicaKeys(
        input.AddReplicaRegions.map(({ Region }) => Region),
        input.ForceOverwriteReplicaSecret ?? false,
      ),
  ),

  RemoveRegionsFromReplication: secretOperation(
    structure({ SecretId: secretId, RemoveReplicaRegions: list(region, { min: 1 }) }),
    (input, call) => {
      const secret = writableSecretById(call, input.SecretId);
      for (const name of input.RemoveReplicaRegions) removeReplica(call, secret, name);
      const replicas = secret.replicas.filter((item) => !input.RemoveReplicaRegions.includes(item.region));
      const primaryRegion = replicas.length === 0 ? undefined : secret.primaryRegion;
      return statusAnswer(saveSecret(call, { ...secret, replicas, primaryRegion }));
    },
  ),

  StopReplicationToReplica: secretOperation(structure({ SecretId: secretId }), (input, call) => {
    const secret = liveSecretById(call, input.SecretId);
    if (!isReplica(call, secret)) {
      throw new AwsError('InvalidRequestException', 'The secret is not a replica.');
    }
    const home = call.accounts.region(call.store.account, secret.primaryRegion ?? call.store.region);
    const primary = home.secrets.get(secret.name);
    if (primary !== undefined) {
      const replicas = primary.replicas.filter((item) => item.region !== call.store.region);
      home.secrets.put(primary.name, { ...primary, replicas });
    }
    saveSecret(call, { ...secret, primaryRegion: undefined });
    return { ARN: secret.arn };
  }),
};

/**
 * A secret that is to have more replicas; saving it makes them.
 * @throws AwsError InvalidParameterException for its own region or one twice
 */
export function withReplicas(
  call: Call,
  secret: Secret,
  added: readonly ReplicaRequest[],
  force: boolean,
): Secret {
  const regions = [...secret.replicas, ...added.map(({ Region }) => ({ region: Region }))].map(
    (item) => item.region,
  );
  if (regions.includes(call.store.region) || new Set(regions).size < regions.length) {
    throw new AwsError(
      'InvalidParameterException',
      'Invalid replica region: it is the primary region, or the secret is already replicated to it.',
    );
  }
  if (force) {
    for (const { Region } of added) {
      call.accounts.region(call.store.account, Region).secrets.remove(secret.name);
    }
  }
  const created = added.map(({ Region, KmsKeyId }): Replica => ({
    region: Region,
    kmsKeyId: KmsKeyId === '' ? undefined : KmsKeyId,
    status: 'InSync',
    statusMessage: undefined,
  }));
  return { ...secret, primaryRegion: call.store.region, replicas: [...secret.replicas, ...created] };
}

function removeReplica(call: Call, secret: Secret, name: string): void {
  if (!secret.replicas.some((item) => item.region === name)) {
    throw new AwsError('InvalidParameterException', `The secret is not replicated to ${name}.`);
  }
  const store = call.accounts.region(call.store.account, name);
  if (replicaRecord(store, secret, call.store.region) !== undefined) store.secrets.remove(secret.name);
}

function statusAnswer(secret: Secret): object {
  return { ARN: secret.arn, ReplicationStatus: replicationStatus(secret) };
}
