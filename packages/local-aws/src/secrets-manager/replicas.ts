import { AwsError } from '../protocol/aws-error';
import type { Call } from '../operation/operation';
import { regionalArn } from '../arn';
import type { Replica, Secret, SecretVersion } from '../store/model';
import type { RegionStore } from '../store/account-store';
import { keyName, decryptValue, encryptValue, valueKey } from './encrypted-value';

/** Copies a primary secret into the regions of its replicas; gives it with what came of each. */
export function withReplicasUpdated(call: Call, primary: Secret): Secret {
  return { ...primary, replicas: primary.replicas.map((replica) => updated(call, primary, replica)) };
}

/** The record of a replica, where there is one; not a secret of its own that only has the same name. */
export function replicaRecord(
  store: RegionStore,
  primary: Secret,
  primaryRegion: string,
): Secret | undefined {
  const found = store.secrets.get(primary.name);
  const isReplica = found?.primaryRegion === primaryRegion && found.replicas.length === 0;
  return isReplica && found.arn === replicaArn(store, primary) ? found : undefined;
}

/** Whether a secret is the copy of one in another region. */
export function isReplica(call: Call, secret: Secret): boolean {
  return secret.primaryRegion !== undefined && secret.primaryRegion !== call.store.region;
}

/** Throws AwsError InvalidParameterException for a replica: what changes a secret happens where its primary is. */
export function assertNotReplica(call: Call, secret: Secret): void {
  if (!isReplica(call, secret)) return;
  throw new AwsError(
    'InvalidParameterException',
    "Operation not permitted on a replica secret. Call must be created in primary secret's region.",
  );
}

function updated(call: Call, primary: Secret, replica: Replica): Replica {
  const there: Call = { ...call, store: call.accounts.region(call.store.account, replica.region) };
  const known = replicaRecord(there.store, primary, call.store.region);
  if (known === undefined && there.store.secrets.get(primary.name) !== undefined) {
    return { ...replica, status: 'Failed', statusMessage: 'Replication failed: Secret name conflict' };
  }
  try {
    there.store.secrets.put(primary.name, copy(call, there, primary, replica, known));
    return { ...replica, status: 'InSync', statusMessage: undefined };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { ...replica, status: 'Failed', statusMessage: `Replication failed: ${error.message}` };
  }
}

function copy(
  call: Call,
  there: Call,
  primary: Secret,
  { kmsKeyId }: Replica,
  known: Secret | undefined,
): Secret {
  const arn = replicaArn(there.store, primary);
  const key = valueKey(there, kmsKeyId);
  const copied = (version: SecretVersion): SecretVersion => {
    const before = known?.versions.find(({ id }) => id === version.id);
    if (before !== undefined) return { ...before, stages: version.stages };
    const plain = decryptValue(call, { secretArn: primary.arn, versionId: version.id }, version.value);
    const value = encryptValue(there, key, { secretArn: arn, versionId: version.id }, plain);
    return { ...version, lastAccessedAt: undefined, kmsKeyId: keyName(key), value };
  };
  return {
    ...primary,
    arn,
    kmsKeyId,
    versions: primary.versions.map(copied),
    lastAccessedAt: known?.lastAccessedAt,
    primaryRegion: call.store.region,
    replicas: [],
  };
}

/** A replica has its primary's ARN, suffix included, in its own region. */
function replicaArn(store: RegionStore, primary: Secret): string {
  return regionalArn('secretsmanager', store, primary.arn.split(':').slice(5).join(':'));
}
