import {
  createAlias,
  createKey,
  describeKey,
  enableRotation,
  isRotating,
  scheduleDeletion,
} from '../aws/kms';
import type { Clients } from '../aws/clients';
import { fail, toProblem } from '../problem';
import type { Names } from '../workspace/names';

/** What became of a service's and stage's key. */
export type KeyOutcome =
  | { readonly kind: 'present' }
  | { readonly kind: 'created'; readonly keyId: string }
  | { readonly kind: 'rotation-enabled'; readonly keyId: string }
  /** Another run made the alias first; the key made here is scheduled for deletion. */
  | { readonly kind: 'lost-race'; readonly surplusKeyId: string };

/** The tags by which a key or a secret says that this plugin made it, and for what. */
export const managedTags = ({ service, stage }: Names) => ({ 'managed-by': 'nx-secrets', service, stage });

/**
 * Makes the key of a service's stage where its alias does not exist, with yearly rotation.
 *
 * @throws ProblemError where AWS refuses, or where the key behind the alias cannot be used
 */
export async function ensureKey(clients: Clients, names: Names): Promise<KeyOutcome> {
  const key = await describeKey(clients, names.keyAlias);
  if (!key) return makeKey(clients, names);
  if (key.state !== 'Enabled') fail(unusable(names, key.state));
  if (await isRotating(clients, key.id)) return { kind: 'present' };
  await enableRotation(clients, key.id);
  return { kind: 'rotation-enabled', keyId: key.id };
}

async function makeKey(clients: Clients, names: Names): Promise<KeyOutcome> {
  const description = `Secrets of ${names.service}, stage ${names.stage}`;
  const key = await createKey(clients, { description, tags: managedTags(names) });
  if (!(await aliasOrDiscard(clients, names, key.id))) return { kind: 'lost-race', surplusKeyId: key.id };
  // After the alias: where it fails, the next run finds the key and switches rotation on.
  await enableRotation(clients, key.id);
  return { kind: 'created', keyId: key.id };
}

/** Points the alias at the new key; a key that gets no alias would be an orphan, so its deletion is scheduled. */
async function aliasOrDiscard(clients: Clients, names: Names, keyId: string): Promise<boolean> {
  try {
    if (await createAlias(clients, names.keyAlias, keyId)) return true;
  } catch (error) {
    await scheduleDeletion(clients, keyId).catch((second: unknown) => {
      const { what, fix } = toProblem(second);
      fail({
        ...toProblem(error),
        fix: `${toProblem(error).fix} The key ${keyId} is left without alias (${what}): ${fix}`,
      });
    });
    throw error;
  }
  await scheduleDeletion(clients, keyId);
  return false;
}

const unusable = (names: Names, state: string) => ({
  what: `the key behind ${names.keyAlias} is not usable: its state is ${state}`,
  where: `service ${names.service}, stage ${names.stage}`,
  fix:
    state === 'PendingDeletion'
      ? `aws kms cancel-key-deletion --key-id <id>, then aws kms enable-key --key-id <id>; aws kms describe-key --key-id ${names.keyAlias} shows the id.`
      : `aws kms enable-key --key-id <id>; aws kms describe-key --key-id ${names.keyAlias} shows the id.`,
});
