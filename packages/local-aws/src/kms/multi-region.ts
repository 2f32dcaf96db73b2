import { AwsError } from '../protocol/aws-error';
import type { Call } from '../operation/operation';
import { parseArn } from '../arn';
import type { KmsKey } from '../store/model';
import { keysOfId } from './expiry';

/** What related multi-Region keys have in common. Source: KMS developer guide, "Shared properties of multi-Region keys". */
type Shared = Partial<Pick<KmsKey, 'materials' | 'rotation'>>;

/** The replicas of a primary key; none for any other. */
export function replicasOf(call: Call, key: KmsKey): readonly KmsKey[] {
  if (!key.multiRegion || key.primaryRegion !== undefined) return [];
  return keysOfId(call, key.id).filter(({ arn }) => arn !== key.arn);
}

/** Changes a shared property of a key and of its replicas. */
export function putWithReplicas(call: Call, key: KmsKey, change: Shared): void {
  for (const one of [key, ...replicasOf(call, key)]) putWhereItIs(call, { ...one, ...change });
}

/** Puts a key into the store of its own region. */
export function putWhereItIs(call: Call, key: KmsKey): void {
  call.accounts.region(call.store.account, regionOf(key)).keys.put(key.id, key);
}

/** The same key unless it is a replica. Throws AwsError UnsupportedOperationException. */
export function assertNotReplica(key: KmsKey): KmsKey {
  if (key.primaryRegion === undefined) return key;
  throw new AwsError(
    'UnsupportedOperationException',
    `${key.arn} is a multi-Region replica key; this operation is for its primary key in ${key.primaryRegion}.`,
  );
}

/** The MultiRegionConfiguration of a key's metadata. */
export function multiRegionConfiguration(call: Call, key: KmsKey): object {
  const related = keysOfId(call, key.id);
  const primary = related.find(({ primaryRegion }) => primaryRegion === undefined) ?? key;
  const entry = (one: KmsKey) => ({ Arn: one.arn, Region: regionOf(one) });
  return {
    MultiRegionKeyType: key.primaryRegion === undefined ? 'PRIMARY' : 'REPLICA',
    PrimaryKey: entry(primary),
    ReplicaKeys: related.filter(({ arn }) => arn !== primary.arn).map(entry),
  };
}

/** The region that a key is in. */
export const regionOf = ({ arn }: KmsKey): string => parseArn(arn)?.region ?? '';
