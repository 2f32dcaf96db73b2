import type { Clients } from '../../aws/clients';
import { describeKey, keyTags, type Key } from '../../aws/kms/keys';
import { setKeyTags, updateAlias } from '../../aws/kms/change-keys';
import { throwProblem, type Problem } from '../../problem';
import { replacedByTag, replacesTag, revokedTag } from '../../aws/tags';
import { makeKey } from '../make-key';
import { repair } from '../repair';
import type { DesiredKey, KeyIdentity } from '../states';
import { scheduleRedundantKeyDeletion } from '../redundant-keys';
import { ensurePolicy } from './close-key';
import type { RotationContext } from './context';
import { assertPermitted } from './preflight';
import { holding, moveAlias } from './move-alias';
import { keepOriginal, openByAny, underBothKeys, underKey, writeFile, type FileOfKey } from './re-encrypt';
import { isRevoked, readOwn, unusedNext, type Replacement } from './replacement';

/** Old keys that a new one names at most: a tag's value has 256 characters, an id 36. Source: KMS API, Tag. */
const namedOlds = 6;

/**
 * Makes a new key, moves the alias to it and encrypts the file again. Permissions are asked for before anything else,
 * whatever can fail comes before the alias is moved, and a run that is killed leaves tags from which the next one goes on.
 * The file opens by its alias all the time: before the alias is moved, it is written under both keys.
 *
 * @param revoke whether the key leaked: then only a key follows that nobody had in use, and its policy is left to
 *   `finishRevocation`
 * @returns the new key
 * @throws ProblemError where AWS refuses a step, the file does not open, or another run replaces the key; it says what
 *   holds then
 */
export async function replaceKey(
  replacement: Replacement,
  desired: DesiredKey,
  context: RotationContext,
  revoke: boolean,
): Promise<Key> {
  const { key, next: made, olds } = replacement;
  const { clientsIn, file } = context;
  const clients = clientsIn(desired.scope.region);
  await assertPermitted(desired, context, replacement, revoke);
  // Where two runs moved the alias in turn, the file may be under the key that is named, and not behind it.
  const opened = await openByAny(file, [...(made ? [made] : []), ...olds]);
  try {
    const begun = revoke ? unusedNext(desired, replacement) : replacement.next;
    const { next, both, alone } = await holding('alias and file are as they were', async () => {
      if (revoke && !isRevoked(key)) await setKeyTags(clients, key.id, { [revokedTag]: 'yes' });
      const following = begun ?? (await makeNext(clients, desired, replacement));
      await repair({ rotation: { from: undefined } }, desired, following, clientsIn);
      return {
        next: following,
        both: await underBothKeys(opened, file, [key, following]),
        alone: await underKey(opened, file, following),
      };
    });
    const isNext = await holding('alias and file are as they were', () =>
      isTheNext(clients, desired, key.id, next.id),
    );
    if (!isNext) throwProblem(await another(clients, desired, file, next, begun !== undefined));
    const restore = await holding('alias and file are as they were', () => keepOriginal(file));
    await moveAlias(desired, context, { key, next }, both, restore);
    const moved = `the alias points at the new key ${next.id}; the file opens with it, and until the next run with key ${key.id}, too`;
    const named = await holding(moved, async () => (await keyTags(clients, key.id))[replacedByTag]);
    if (named !== next.id) {
      await restore();
      await yieldTo(named, clients, desired, next);
    }
    const now = await holding(moved, () => describeKey(clients, next.id));
    if (now?.state !== 'Enabled') throwProblem(unusable(desired, next));
    await holding(moved, () => writeFile(file, alone));
    // A key that leaked is closed before that: whatever the new key's policy comes to, it opens nothing any more.
    if (!revoke)
      await holding(`alias and file are under the new key ${next.id}`, () =>
        ensurePolicy(clientsIn, desired, next),
      );
    return next;
  } finally {
    opened.dataKey.fill(0);
  }
}

/** The old key names the next one before anything else: that is how a later run finds it. */
async function makeNext(
  clients: Clients,
  desired: DesiredKey,
  { key, next: abandoned, olds }: Replacement,
): Promise<Key> {
  const replaced = [key, ...(abandoned ? [abandoned] : []), ...olds].map(({ id }) => id);
  const tags = { ...desired.tags, [replacesTag]: replaced.slice(0, namedOlds).join(' ') };
  const { key: next } = await makeKey(clients, { ...desired, tags });
  if (abandoned) await setKeyTags(clients, abandoned.id, { [replacedByTag]: next.id });
  await setKeyTags(clients, key.id, { [replacedByTag]: next.id });
  return next;
}

/** Two runs at once each make a key; the one that the old key names goes on. */
async function isTheNext(
  clients: Clients,
  { names }: DesiredKey,
  oldId: string,
  nextId: string,
): Promise<boolean> {
  const [aliased, tags] = await Promise.all([describeKey(clients, names.keyAlias), keyTags(clients, oldId)]);
  return (aliased?.id === oldId || aliased?.id === nextId) && tags[replacedByTag] === nextId;
}

/** The problem of a run that came second; the key that it made goes. */
async function another(
  clients: Clients,
  desired: DesiredKey,
  { workspaceRoot }: FileOfKey,
  next: Key,
  isBegun: boolean,
): Promise<Problem> {
  if (!isBegun) await scheduleRedundantKeyDeletion(clients, workspaceRoot, desired, next);
  return {
    code: 'rotationUnderWay',
    what: `another run is replacing the key behind ${desired.names.keyAlias}${isBegun ? '' : `; the key ${next.id} created here is scheduled for deletion`}`,
    where: desired.where,
    fix: 'Get the file that the other run encrypted (git pull). If that run ended early, run this again.',
  };
}

/**
 * Whoever named another key meanwhile has seen the alias before it was moved here, and moves it, too: to the key that they
 * named, in whatever order the two moves come.
 */
async function yieldTo(
  named: string | undefined,
  clients: Clients,
  desired: DesiredKey,
  next: Key,
): Promise<never> {
  const theirs = await readOwn(clients, desired, named);
  if (theirs?.state === 'Enabled') await updateAlias(clients, desired.names.keyAlias, theirs.id);
  return throwProblem(taken(desired, next));
}

const taken = ({ names, where }: DesiredKey, { id }: Key): Problem => ({
  code: 'rotationUnderWay',
  what: `another run started to replace the key behind ${names.keyAlias} while this run moved it to key ${id}; the file was not written`,
  where,
  fix: 'Get the file that the other run encrypted (git pull). If that run ended early, run this again.',
});

/** A run of provision-keys may have taken the new key for one too many, before it was named. */
const unusable = ({ names, scope: { region }, where }: DesiredKey, { id }: Pick<Key, 'id'>): Problem => ({
  code: 'newKeyUnusable',
  what: `the new key ${id} was disabled or scheduled for deletion while the alias was moved to it; the file is encrypted for it and for the old key`,
  where: `${where}, ${names.keyAlias}`,
  fix: `Cancel its deletion, enable it, and run this again:\naws kms cancel-key-deletion --region ${region} --key-id ${id}\naws kms enable-key --region ${region} --key-id ${id}`,
});

/** The keys that a replacement leaves behind: the one of before, one that was begun and not taken, and older ones. */
export const leftBehind = (
  { key, next: begun, olds }: Replacement,
  next: Pick<Key, 'id'>,
): readonly KeyIdentity[] => [key, ...(begun && begun.id !== next.id ? [begun] : []), ...olds];
