import type { Clients } from '../aws/clients';
import { describeKey, type Key } from '../aws/kms/keys';
import {
  cancelDeletion,
  createAlias,
  enableKey,
  enableRotation,
  putKeyPolicy,
  setKeyDescription,
  setKeyTags,
} from '../aws/kms/change-keys';
import { throwProblem, type Problem } from '../problem';
import { makeReplica } from './make-key';
import { policyDifference } from './policy-difference';
import type { DesiredKey, ReplicaRepairs, Repairs } from './states';

/**
 * Repairs a key and its replicas. Each step can be done again, so that a run which was killed is resumed.
 *
 * @param clientsIn clients for a region, the key's own or that of a replica
 * @throws ProblemError where AWS refuses a step; those before it are done
 */
export async function repair(
  { enable, rotation, replicas, ...own }: Repairs,
  desired: DesiredKey,
  key: Pick<Key, 'id'>,
  clientsIn: (region: string) => Clients,
): Promise<void> {
  const clients = clientsIn(desired.scope.region);
  if (enable) await makeUsable(enable, key.id, clients);
  await repairOwn(own, desired, key.id, clients);
  if (rotation) await enableRotation(clients, key.id, desired.rotationDays);
  for (const [region, replica] of replicas ?? []) {
    await repairReplica(replica, region, desired, key.id, clientsIn);
  }
}

async function makeUsable(
  { from }: { readonly from: string },
  keyId: string,
  clients: Clients,
): Promise<void> {
  if (from !== 'Disabled') await cancelDeletion(clients, keyId);
  await enableKey(clients, keyId);
}

/** What a key and each of its replicas have of their own. The description comes first: it says that a key is in use. */
async function repairOwn(
  { description, policy, tags }: Pick<Repairs, 'description' | 'policy' | 'tags'>,
  desired: DesiredKey,
  keyId: string,
  clients: Clients,
): Promise<void> {
  if (description) await setKeyDescription(clients, keyId, desired.description);
  if (policy) await putKeyPolicy(clients, keyId, JSON.stringify(desired.policy));
  // All of them: the provision policy lets tags be set only where they say whose the key is.
  if (tags) await setKeyTags(clients, keyId, desired.tags);
}

async function repairReplica(
  { replicate, enable, alias, ...own }: ReplicaRepairs,
  region: string,
  desired: DesiredKey,
  keyId: string,
  clientsIn: (region: string) => Clients,
): Promise<void> {
  const { names, scope, policy } = desired;
  const made = replicate
    ? await makeReplica(clientsIn(scope.region), desired, keyId, region)
    : { hasPolicy: true };
  const there = clientsIn(region);
  if (enable) await makeUsable(enable, keyId, there);
  if (alias && !(await createAlias(there, names.keyAlias, keyId))) {
    const target = await describeKey(there, names.keyAlias);
    if (target?.id !== keyId) throwProblem(aliasTaken(desired, region, keyId));
  }
  const late = made.hasPolicy ? {} : { policy: policyDifference('{}', policy) };
  await repairOwn({ ...own, ...late }, desired, keyId, there);
}

const aliasTaken = ({ names, where }: DesiredKey, region: string, keyId: string): Problem => ({
  code: 'replicaAliasTaken',
  what: `${names.keyAlias} could not be pointed at the replica of key ${keyId} in ${region}: another process created it`,
  where: `${where}, ${names.keyAlias} in ${region}`,
  fix: 'Run it again to see which key that is.',
});
