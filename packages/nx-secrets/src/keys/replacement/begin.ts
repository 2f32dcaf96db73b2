import type { Clients } from '../../aws/clients';
import { describeKey, keyTags, type Key } from '../../aws/kms';
import { createAlias, createKey, replicateKey, setKeyTags, updateAlias } from '../../aws/kms-changes';
import { fail } from '../../problem';
import { replacedByTag, replacesTag, unusedDescriptionOf } from '../marks';
import { repair } from '../repair';
import type { DesiredKey } from '../states';
import { openByAlias, underKey, writeFile, type FileOfKey } from './reencrypt';
import type { Replacement } from './replacement';

/** What replacing a key needs. */
export interface ReplacementHands {
  /** Clients of the stage's account and role, in the key's region or another. */
  readonly clientsIn: (region: string) => Clients;
  readonly file: FileOfKey;
}

/**
 * Makes a new key, moves the alias to it and encrypts the file anew. Whatever can fail comes before the alias is moved,
 * and a run that is killed leaves tags from which the next one goes on.
 *
 * @returns the new key
 * @throws ProblemError where AWS refuses a step, the file does not open, or another run replaces the key
 */
export async function replaceKey(
  replacement: Exclude<Replacement, { readonly kind: 'moved' }>,
  desired: DesiredKey,
  { clientsIn, file }: ReplacementHands,
): Promise<Key> {
  const { key } = replacement;
  const clients = clientsIn(desired.scope.region);
  const opened = await openByAlias(file);
  try {
    const next = replacement.kind === 'begun' ? replacement.next : await makeNext(clients, desired, key.id);
    await repair({ description: true, rotation: { from: undefined } }, desired, next, clientsIn);
    const encrypted = await underKey(opened, file, next);
    await refuseOthers(clients, desired, key.id, next.id);
    for (const region of desired.replicaRegions) await moveInRegion(region, desired, next, clientsIn);
    await updateAlias(clients, desired.names.keyAlias, next.id);
    await writeFile(file, encrypted);
    return next;
  } finally {
    opened.dataKey.fill(0);
  }
}

/** The old key names the next one before anything else: that is how a later run finds it. */
async function makeNext(clients: Clients, desired: DesiredKey, oldId: string): Promise<Key> {
  const next = await createKey(clients, {
    description: unusedDescriptionOf(desired.names),
    tags: { ...desired.tags, [replacesTag]: oldId },
    policy: JSON.stringify(desired.policy),
    multiRegion: desired.replicaRegions.length > 0,
  });
  await setKeyTags(clients, oldId, { [replacedByTag]: next.id });
  return next;
}

/** Two runs at once each make a key; the one that the old key names goes on. */
async function refuseOthers(
  clients: Clients,
  { names, where }: DesiredKey,
  oldId: string,
  nextId: string,
): Promise<void> {
  const [aliased, tags] = await Promise.all([describeKey(clients, names.keyAlias), keyTags(clients, oldId)]);
  if (aliased?.id === oldId && tags[replacedByTag] === nextId) return;
  fail({
    what: `another run is replacing the key behind ${names.keyAlias}; the key ${nextId}, made here, is not used`,
    where,
    fix: `Take the file that the other run encrypted. Then: aws kms schedule-key-deletion --key-id ${nextId} --pending-window-in-days 7.`,
  });
}

async function moveInRegion(
  region: string,
  { names, scope, tags, policy, description }: DesiredKey,
  { id }: Key,
  clientsIn: (region: string) => Clients,
): Promise<void> {
  const settings = { description, tags, policy: JSON.stringify(policy) };
  await replicateKey(clientsIn(scope.region), id, region, settings);
  const there = clientsIn(region);
  if (!(await createAlias(there, names.keyAlias, id))) await updateAlias(there, names.keyAlias, id);
}
