import type { Remote } from '../aws/secrets-manager/remote-secret';
import type { Desired } from './states';

/**
 * A note on replicas of a secret that nx.json does not name any more: services there go on reading the value, so somebody
 * has to decide.
 */
export function redundantReplicas(
  { names, scope, replicaRegions }: Desired,
  remote: Remote,
): readonly string[] {
  if (remote.kind !== 'present') return [];
  const redundant = [...remote.replicas.keys()].filter((region) => !replicaRegions.includes(region)).sort();
  if (redundant.length === 0) return [];
  const command = `aws secretsmanager remove-regions-from-replication --region ${scope.region} --secret-id ${names.secretName} --remove-replica-regions ${redundant.join(' ')}`;
  return [
    `${names.secretName} has ${redundant.length === 1 ? 'a replica' : 'replicas'} in ${redundant.join(', ')}, which nx.json does not name (replicaRegions). Where nobody reads it there any more:\n${command}`,
  ];
}
