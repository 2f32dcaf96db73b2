import type { Clients } from '../aws/clients';
import { keyIdIn } from '../aws/arn';
import { labelledVersions } from '../aws/secrets-manager/list-secret-versions';
import type { Remote } from '../aws/secrets-manager/remote-secret';
import { keyArnIn } from '../config/stage-key';
import type { KeyTarget } from '../keys/foreign-key';
import { keyTarget } from '../keys/look-at-foreign-key';
import { toProblem } from '../problem';
import type { Desired } from './states';

/** The keys that a secret needs: what is behind its alias or at its ARN, here and where its replicas are. */
export interface KeyLook {
  readonly own: KeyTarget;
  readonly replicas: ReadonlyMap<string, KeyTarget>;
  /** Id of the key that opens the deployed value; asked only where the key behind the alias does not look like it. */
  readonly valueKey: string | undefined;
}

/**
 * Looks at the keys of a secret, one DescribeKey each: a secret under a key that is disabled looks like any other, and
 * nobody can read it.
 *
 * @param remote what is at the secret's name
 * @throws ProblemError where AWS gives no answer; a refusal is one
 */
export async function lookAtKeys(
  clientsIn: (region: string) => Clients,
  desired: Desired,
  remote: Remote,
): Promise<KeyLook> {
  const { names, scope, replicaRegions, description } = desired;
  const targetIn = (region: string) => keyTarget(clientsIn(region), keyArnIn(region, scope.accountId, names));
  const own = await targetIn(scope.region);
  const present = remote.kind === 'present' ? remote : undefined;
  const replicated = replicaRegions.filter((region) => present?.replicas.has(region));
  const targets = await Promise.all(replicated.map(targetIn));
  const isOther = own.kind === 'none' || (own.kind === 'key' && own.key.description !== description);
  // Only what an alias points at can be another key than before.
  const isDoubtful = !names.foreignKey && isOther && present?.current !== undefined;
  return {
    own,
    replicas: new Map(targets.map((target, index) => [replicated[index] ?? '', target])),
    valueKey: isDoubtful ? await valueKey(clientsIn(scope.region), names.secretName) : undefined,
  };
}

/** Undefined also where AWS names the key by an alias: nobody can tell which one that was. */
async function valueKey(clients: Clients, secretName: string): Promise<string | undefined> {
  const versions = await labelledVersions(clients, secretName).catch((error: unknown) =>
    unlessRefused(error, []),
  );
  const ids = versions.find(({ labels }) => labels.includes('AWSCURRENT'))?.keys.map(keyIdIn) ?? [];
  return ids.length === 1 ? ids[0] : undefined;
}

function unlessRefused<T>(error: unknown, otherwise: T): T {
  if (toProblem(error).denied === undefined) throw error;
  return otherwise;
}
