import type { Problem } from '../problem';
import { replacedByTag, saysOwn, unusedDescriptionOf } from '../aws/tags';
import type { DesiredKey, KeyIdentity, RemoteKey } from './states';
import { generate } from '../config/commands';

/** What to do where an alias is missing. */
export type Choice =
  | { readonly kind: 'none' }
  /** This key gets the alias. */
  | { readonly kind: 'one'; readonly key: KeyIdentity }
  | { readonly kind: 'refused'; readonly problem: Problem };

/** Whether a key carries the tags of a service and stage, and none replaced it. */
export const isCandidate = (
  tags: Readonly<Record<string, string>>,
  { names }: Pick<DesiredKey, 'names'>,
): boolean => tags[replacedByTag] === undefined && saysOwn(tags, names);

/** Whether a key was made and never got its alias: nothing was encrypted with it. */
export const isUnused = (
  { description }: Pick<KeyIdentity, 'description'>,
  { names }: Pick<DesiredKey, 'names'>,
): boolean => description === unusedDescriptionOf(names);

/**
 * The key that gets a missing alias, of those without alias that carry the service's and stage's tags: one that was in
 * use before, since files need it; else the oldest that a killed run left, so that runs at once choose the same.
 */
export function chooseKey(
  desired: DesiredKey,
  { candidates, unreadable }: Extract<RemoteKey, { readonly kind: 'absent' }>,
): Choice {
  const used = candidates.filter(
    (key) => !isUnused(key, desired) && (key.state === 'Enabled' || desired.files.length > 0),
  );
  const [only, another] = used;
  if (another) return { kind: 'refused', problem: ambiguous(desired, used) };
  if (only) return { kind: 'one', key: only };
  // With another key behind the alias, nothing would open the files any more.
  if (desired.files.length > 0 && unreadable.length > 0)
    return { kind: 'refused', problem: hidden(desired, unreadable) };
  const multiRegion = desired.replicaRegions.length > 0;
  const [oldest] = candidates
    .filter((key) => isUnused(key, desired) && key.state === 'Enabled')
    .filter(({ regions }) => (regions.kind === 'primary') === multiRegion)
    .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  return oldest ? { kind: 'one', key: oldest } : { kind: 'none' };
}

/**
 * The keys that are one too many, given the key that the alias points at: made for the same alias by a run that was
 * killed or came second. An alias that exists is never given to another key by provisioning, so none of these will be used.
 * The key that the aliased one says is to replace it is not among them: nx g secrets:rotate goes on with that.
 */
export const redundantKeys = (
  desired: DesiredKey,
  candidates: readonly KeyIdentity[],
  aliased: { readonly id: string; readonly tags?: Readonly<Record<string, string>> },
): readonly KeyIdentity[] =>
  candidates.filter(
    (key) => key.id !== aliased.id && key.id !== aliased.tags?.[replacedByTag] && isUnused(key, desired),
  );

const hidden = ({ names, where, files, scope }: DesiredKey, ids: readonly string[]): Problem => ({
  code: 'hiddenKeys',
  what: `${names.keyAlias} does not exist, but ${files.join(', ')} does; the key it pointed at may be among those whose tags cannot be read: ${ids.join(', ')}`,
  where: `${where}, ${names.keyAlias}`,
  fix: `Allow this role kms:ListResourceTags, as the provision policy does, and run it again:\n${generate(names.address, 'policy', '--for=provision', `--stage=${names.stage}`)}\nOr create the alias for the key that decrypts the file; its id is in CloudTrail (DeleteAlias):\naws kms create-alias --region ${scope.region} --alias-name ${names.keyAlias} --target-key-id <id>`,
});

const ambiguous = ({ names, where, scope }: DesiredKey, keys: readonly KeyIdentity[]): Problem => ({
  code: 'ambiguousKeys',
  what: `${names.keyAlias} does not exist, and ${keys.length} keys could be its target: ${keys.map(({ id, state, createdAt }) => `${id} (${state}, created ${new Date(createdAt).toISOString().slice(0, 10)})`).join(', ')}`,
  where: `${where}, ${names.keyAlias}`,
  fix: `Create the alias for the key that decrypts the secret file; its id is in CloudTrail (DeleteAlias):\naws kms create-alias --region ${scope.region} --alias-name ${names.keyAlias} --target-key-id <id>`,
});
