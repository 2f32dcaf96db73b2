import { deleteKey, deletionObstacle } from '../deletion-guard';
import type { DesiredKey } from '../states';
import type { ReplacementHands } from './begin';
import { openByAlias, openByOldKey, underKey, writeFile, type FileOfKey } from './reencrypt';
import { rekeySecret } from './rekey-secret';
import { usesOfOldKey, type KeyPair, type UseQuestions } from './uses';
import { toProblem, type Problem } from '../../problem';

/** What became of an old key. */
export type Retired =
  | { readonly kind: 'retired' }
  /** Something needs it still. */
  | { readonly kind: 'kept'; readonly problem: Problem };

/**
 * Goes on with a replacement that moved the alias and was killed before the file was written.
 *
 * @returns whether the file had to be encrypted anew
 * @throws ProblemError where neither key opens the file
 */
export async function catchUp(pair: KeyPair, file: FileOfKey): Promise<boolean> {
  const current = await openByAlias(file).catch(toProblem);
  if ('dataKey' in current) {
    current.dataKey.fill(0);
    return false;
  }
  // What is wrong with the file under its new key is what the user wants to know where the old one does not open it either.
  const opened = await openByOldKey(file, pair.old).catch(() => openByAlias(file));
  try {
    await writeFile(file, await underKey(opened, file, pair.key));
    return true;
  } finally {
    opened.dataKey.fill(0);
  }
}

/**
 * Schedules the deletion of an old key once nothing needs it.
 *
 * @param days how long it can be taken back
 * @throws ProblemError where AWS refuses
 */
export async function retireOldKey(
  pair: KeyPair,
  desired: DesiredKey,
  { clientsIn, file }: ReplacementHands,
  questions: UseQuestions,
  days: number,
): Promise<Retired> {
  const clients = clientsIn(desired.scope.region);
  const uses = await usesOfOldKey(clientsIn, desired, pair, file, questions);
  const problem = deletionObstacle(pair.old, uses);
  if (problem) return { kind: 'kept', problem };
  // KMS deletes a key of several regions only after its replicas.
  for (const region of pair.old.regions.kind === 'primary' ? pair.old.regions.replicas : []) {
    await deleteKey(clientsIn(region), pair.old, uses, days);
  }
  await deleteKey(clients, pair.old, uses, days);
  return { kind: 'retired' };
}

/**
 * After a leak: has the secret's versions put under the new key, and the old key's deletion scheduled, from when on it
 * opens nothing any more.
 *
 * @throws ProblemError where something of the service would be lost
 */
export async function revokeOldKey(
  pair: KeyPair,
  desired: DesiredKey,
  hands: ReplacementHands,
  days: number,
): Promise<Retired> {
  const { aliasArn } = hands.file;
  await rekeySecret(hands.clientsIn(desired.scope.region), desired.names, aliasArn, pair.key);
  return retireOldKey(pair, desired, hands, { history: false, committed: false }, days);
}
