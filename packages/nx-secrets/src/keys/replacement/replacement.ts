import { describeKey, keyTags, type Key } from '../../aws/kms';
import type { Clients } from '../../aws/clients';
import { refuseAccount } from '../../aws/identity';
import { fail, type Problem } from '../../problem';
import { parseKeyArn } from '../key-arn';
import { replacedByTag, replacesTag } from '../marks';
import { obstacle } from '../obstacle';
import type { DesiredKey, KeyIdentity } from '../states';

/** How far the replacement of the key behind an alias is. */
export type Replacement =
  /** None is under way; `gone` is the key of an earlier one, while its deletion can still be taken back. */
  | { readonly kind: 'none'; readonly key: KeyIdentity; readonly gone: Key | undefined }
  /** A run made the next key and ended before the alias was moved to it. */
  | { readonly kind: 'begun'; readonly key: KeyIdentity; readonly next: Key }
  /** The alias points at the new key; the old one is still there. */
  | { readonly kind: 'moved'; readonly key: KeyIdentity; readonly old: Key };

/**
 * Looks how far the replacement of a stage's key is: the two keys name each other in their tags.
 *
 * @throws ProblemError where there is no key, or none that this plugin may replace
 */
export async function readReplacement(clients: Clients, desired: DesiredKey): Promise<Replacement> {
  const { names, scope, where } = desired;
  const found = await describeKey(clients, names.keyAlias);
  if (!found) return fail(noKey(desired));
  refuseAccount(parseKeyArn(found.arn)?.accountId, scope.accountId, where);
  const key = { ...found, tags: await keyTags(clients, found.id) };
  // A key of one region is replaced by one of several where nx.json wants that: here it is no obstacle.
  const problem = obstacle({ ...desired, replicaRegions: [] }, key, { adopt: new Set(), enable: false });
  if (problem) fail(problem);
  return replacementOf(
    key,
    await describeNamed(clients, key.tags[replacesTag]),
    await describeNamed(clients, key.tags[replacedByTag]),
  );
}

/**
 * How far a replacement is.
 *
 * @param key the one behind the alias
 * @param old the one that it says it replaced, where there is one still
 * @param next the one that it says replaces it, where there is one
 */
export function replacementOf(key: KeyIdentity, old: Key | undefined, next: Key | undefined): Replacement {
  if (next?.state === 'Enabled') return { kind: 'begun', key, next };
  if (old && !isGoing(old)) return { kind: 'moved', key, old };
  return { kind: 'none', key, gone: old };
}

/** Whether a key's deletion is scheduled. */
export const isGoing = ({ state }: Pick<Key, 'state'>): boolean =>
  state === 'PendingDeletion' || state === 'PendingReplicaDeletion';

const describeNamed = (clients: Clients, id: string | undefined) =>
  id === undefined ? Promise.resolve(undefined) : describeKey(clients, id);

const noKey = ({ names, where }: DesiredKey): Problem => ({
  what: `there is no key behind ${names.keyAlias} that could be replaced`,
  where,
  fix: `npx nx run ${names.service}:provision-keys --stage=${names.stage} makes it.`,
});
