import type { Clients } from '../../aws/clients';
import { putKeyPolicy, setKeyTags } from '../../aws/kms/change-keys';
import { keyPolicyText, type Key } from '../../aws/kms/keys';
import { revokedTag } from '../../aws/tags';
import type { PolicyDocument } from '../../policies/document';
import { policyDifference } from '../policy-difference';
import type { DesiredKey, KeyIdentity } from '../states';
import { regionsOfKey } from './key-regions';
import { isRevoked } from './replacement';

type ClientsIn = (region: string) => Clients;

/**
 * Closes a key that leaked, at once and whatever still needs it: in each of its regions it opens the versions of the
 * stage's secret that are under it, through Secrets Manager, and nothing else. Done again, it changes nothing.
 *
 * @throws ProblemError where AWS refuses; regions before that one are closed
 */
export async function closeKey(clientsIn: ClientsIn, desired: DesiredKey, old: KeyIdentity): Promise<void> {
  for (const region of regionsOfKey(desired, old)) {
    const clients = clientsIn(region);
    // Where its policy cannot be read, it is set anyway.
    if (!(await differs(clients, old.id, desired.revokedPolicy).catch(() => true))) continue;
    // The policy of whoever rotates lets them close keys with this tag only, and each replica has tags of its own.
    if (region !== desired.scope.region || !isRevoked(old))
      await setKeyTags(clients, old.id, { ...desired.tags, [revokedTag]: 'yes' });
    await putKeyPolicy(clients, old.id, JSON.stringify(desired.revokedPolicy));
  }
}

/**
 * Gives the key behind the alias, and its replicas, the policy that nx.json wants where they have another: one that its
 * maker could not change is not set before the alias points at the key.
 *
 * @param key as it is known after its replicas were made, or before: `replicaRegions` have replicas by then
 * @throws ProblemError where AWS refuses
 */
export async function ensurePolicy(
  clientsIn: ClientsIn,
  desired: DesiredKey,
  key: Pick<Key, 'id'>,
): Promise<void> {
  for (const region of [desired.scope.region, ...desired.replicaRegions]) {
    const clients = clientsIn(region);
    if (await differs(clients, key.id, desired.policy))
      await putKeyPolicy(clients, key.id, JSON.stringify(desired.policy));
  }
}

const differs = async (clients: Clients, keyId: string, policy: PolicyDocument): Promise<boolean> =>
  policyDifference(await keyPolicyText(clients, keyId), policy).length > 0;
