import { describeKey, keyTags, type Key } from '../../aws/kms/keys';
import type { Clients } from '../../aws/clients';
import { assertAccount } from '../../aws/identity';
import { throwProblem, type Problem } from '../../problem';
import { parseKeyArn } from '../../aws/arn';
import { replacedByTag, replacesTag, revokedTag, saysOwn } from '../../aws/tags';
import { blocker } from '../blocker';
import { isUnused } from '../orphans';
import type { DesiredKey, KeyIdentity } from '../states';
import { runTarget } from '../../config/commands';

/** How far the replacement of the key behind an alias is. */
export interface Replacement {
  /** The key behind the alias. */
  readonly key: KeyIdentity;
  /** A run made the next key and ended before the alias was moved to it. */
  readonly next: KeyIdentity | undefined;
  /** Keys that earlier replacements left: their deletion is not scheduled yet. The youngest comes first. */
  readonly olds: readonly KeyIdentity[];
}

/** More keys than a chain of replacements that were never finished has. */
const longestChain = 50;

/**
 * Looks how far the replacement of a stage's key is: the keys name each other in their tags.
 *
 * @throws ProblemError where there is no key, or none that this plugin may replace
 */
export async function readReplacement(clients: Clients, desired: DesiredKey): Promise<Replacement> {
  const { names, scope, where } = desired;
  const found = await describeKey(clients, names.keyAlias);
  if (!found) return throwProblem(noKey(desired));
  assertAccount(parseKeyArn(found.arn)?.accountId, scope.accountId, where);
  const key = { ...found, tags: await keyTags(clients, found.id) };
  assertUsable(desired, key);
  const next = await readOwn(clients, desired, key.tags[replacedByTag]);
  return {
    key,
    next: next && canFollow(desired, key, next) ? next : undefined,
    olds: await readOlds(clients, desired, key),
  };
}

/** Whether a key's deletion is scheduled. */
export const isGoing = ({ state }: Pick<Key, 'state'>): boolean =>
  state === 'PendingDeletion' || state === 'PendingReplicaDeletion';

/** Whether a key is replaced because it leaked. */
export const isRevoked = ({ tags }: Pick<KeyIdentity, 'tags'>): boolean => tags[revokedTag] !== undefined;

/** Whether the key that a run made can replace the one behind the alias now, as nx.json wants the keys to be. */
const canFollow = ({ replicaRegions }: DesiredKey, key: KeyIdentity, next: KeyIdentity): boolean =>
  next.state === 'Enabled' &&
  (next.regions.kind === 'primary') === replicaRegions.length > 0 &&
  idsIn(next.tags[replacesTag]).includes(key.id);

/**
 * The next key where nothing was encrypted with it: after a leak no key may follow that somebody had in use.
 *
 * @returns undefined where there is none, or one that was in use
 */
export const unusedNext = (desired: DesiredKey, { next }: Replacement): KeyIdentity | undefined =>
  next && isUnused(next, desired) ? next : undefined;

async function readOlds(
  clients: Clients,
  desired: DesiredKey,
  key: KeyIdentity,
): Promise<readonly KeyIdentity[]> {
  const olds: KeyIdentity[] = [];
  const seen = new Set([key.id]);
  const open = [...idsIn(key.tags[replacesTag])];
  for (let id = open.shift(); id !== undefined; id = open.shift()) {
    if (seen.has(id) || seen.size > longestChain) continue;
    seen.add(id);
    const old = await readOwn(clients, desired, id);
    if (!old) continue;
    if (!isGoing(old)) olds.push(old);
    open.push(...idsIn(old.tags[replacesTag]));
  }
  return olds.sort((a, b) => b.createdAt - a.createdAt);
}

/** A key that another one names, where it carries the tags of this service and stage: a tag alone may name any key. */
export async function readOwn(
  clients: Clients,
  { names }: DesiredKey,
  id: string | undefined,
): Promise<KeyIdentity | undefined> {
  const key = id === undefined ? undefined : await describeKey(clients, id);
  if (!key) return undefined;
  const tags = await keyTags(clients, key.id);
  return saysOwn(tags, names) ? { ...key, tags } : undefined;
}

const idsIn = (tag = ''): readonly string[] => tag.split(' ').filter(Boolean);

function assertUsable(desired: DesiredKey, key: KeyIdentity): void {
  // A key of one region is replaced by one of several where nx.json wants that: here that does not matter.
  const single = { ...desired, replicaRegions: [] };
  const adopt = new Set<string>();
  const problem = blocker(single, key, { adopt, enable: false });
  if (!problem) return;
  const isOffOnly = blocker(single, key, { adopt, enable: true }) === undefined;
  throwProblem(isOffOnly ? { ...problem, fix: howToEnable(desired, key) } : problem);
}

/** Disabling the key at once is what many do after a leak. */
const howToEnable = ({ scope: { region } }: DesiredKey, key: Key): string =>
  `Only this key can decrypt the file and the secret, so it must be usable while they move to another key. Enable it and run this again immediately:\n${[
    ...(isGoing(key) ? [`aws kms cancel-key-deletion --region ${region} --key-id ${key.id}`] : []),
    `aws kms enable-key --region ${region} --key-id ${key.id}`,
  ].join('\n')}`;

const noKey = ({ names, where }: DesiredKey): Problem => ({
  code: 'noKey',
  what: `no key to replace: ${names.keyAlias} does not exist`,
  where,
  fix: `Make it:\n${runTarget(names.address, 'provision-keys', `--stage=${names.stage}`)}`,
});
