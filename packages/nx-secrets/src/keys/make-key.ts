import type { Clients } from '../aws/clients';
import type { Key } from '../aws/kms/keys';
import { createKey, replicateKey } from '../aws/kms/change-keys';
import { toProblem } from '../problem';
import { unusedDescriptionOf } from '../aws/tags';
import type { DesiredKey } from './states';

/** Makes a stage's key, in use by nobody yet. Gives whether it has its policy. @throws ProblemError where AWS refuses */
export async function makeKey(
  clients: Clients,
  { names, tags, policy, replicaRegions }: DesiredKey,
): Promise<{ readonly key: Key; readonly hasPolicy: boolean }> {
  const settings = {
    description: unusedDescriptionOf(names),
    tags,
    multiRegion: replicaRegions.length > 0,
  };
  const { result: key, hasPolicy } = await withPolicyIfAllowed(JSON.stringify(policy), (text) =>
    createKey(clients, { ...settings, policy: text }),
  );
  return { key, hasPolicy };
}

/** Makes a replica of a stage's key. Gives whether it has its policy. @throws ProblemError where AWS refuses */
export async function makeReplica(
  clients: Clients,
  { description, tags, policy }: DesiredKey,
  keyId: string,
  region: string,
): Promise<{ readonly hasPolicy: boolean }> {
  const { hasPolicy } = await withPolicyIfAllowed(JSON.stringify(policy), (text) =>
    replicateKey(clients, keyId, region, { description, tags, policy: text }),
  );
  return { hasPolicy };
}

/**
 * Under the policies for provisioning and rotating only the key behind the alias gets policies, and KMS makes no key with a
 * policy that its maker could not change: there it is made with the default policy, and gets its own after its alias. A
 * key that is provisioned has encrypted nothing by then. A rotation has put the secret file under it: until it has its own
 * policy, the IAM policies of the account decide who opens that file (`ensurePolicy` in rotation/close-key.ts).
 */
async function withPolicyIfAllowed<T>(
  policy: string,
  make: (policy: string | undefined) => Promise<T>,
): Promise<{ readonly result: T; readonly hasPolicy: boolean }> {
  try {
    return { result: await make(policy), hasPolicy: true };
  } catch (error) {
    if (toProblem(error).code !== 'policyLockout') throw error;
    return { result: await make(undefined), hasPolicy: false };
  }
}
