import type { Key } from '../../aws/kms/keys';
import type { DesiredKey } from '../states';

/** The region of a key, and those of its replicas: each has a policy and a deletion of its own. */
export const regionsOfKey = (
  { scope }: Pick<DesiredKey, 'scope'>,
  { regions }: Pick<Key, 'regions'>,
): readonly string[] => [scope.region, ...(regions.kind === 'primary' ? regions.replicas : [])];
