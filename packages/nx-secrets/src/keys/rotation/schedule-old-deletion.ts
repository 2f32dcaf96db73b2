import type { Key } from '../../aws/kms/keys';
import { deleteKey, deletionBlocker, type KeyUses } from '../deletion-guard';
import type { DesiredKey, KeyIdentity } from '../states';
import type { RotationContext } from './context';
import { isUnderBothKeys, openByAlias, openByAny, underKey, writeFile, type FileOfKey } from './re-encrypt';
import { usesOfOldKey, type UseQuestions } from './uses';
import type { KeyPair } from './key-pair';
import { toProblem, type Problem } from '../../problem';

/** What became of an old key. */
type Retired =
  | { readonly kind: 'retired' }
  /** Something needs it still. */
  | { readonly kind: 'kept'; readonly problem: Problem; readonly uses?: KeyUses };

/**
 * Goes on with a replacement that moved the alias and was killed before the file was written under the new key alone.
 *
 * @returns whether the file had to be encrypted again
 * @throws ProblemError where none of the keys opens the file
 */
export async function resumeReplacement(
  key: Key,
  olds: readonly Pick<Key, 'arn'>[],
  file: FileOfKey,
): Promise<boolean> {
  const current = await openByAlias(file).catch(() => undefined);
  if (current && !isUnderBothKeys(current, file.own)) {
    current.dataKey.fill(0);
    return false;
  }
  // What is wrong with the file under its new key is what the user wants to know where no old one opens it either.
  const opened = current ?? (await openByAny(file, olds));
  try {
    await writeFile(file, await underKey(opened, file, key));
    return true;
  } finally {
    opened.dataKey.fill(0);
  }
}

/**
 * Schedules the deletion of an old key once nothing needs it.
 *
 * @param days how long it can be cancelled
 * @throws ProblemError where AWS refuses
 */
async function scheduleOldKeyDeletion(
  pair: KeyPair,
  desired: DesiredKey,
  { clientsIn, file }: RotationContext,
  questions: UseQuestions,
  days: number,
): Promise<Retired> {
  const clients = clientsIn(desired.scope.region);
  const uses = await usesOfOldKey(clientsIn, desired, pair, file, questions);
  const problem = deletionBlocker(pair.old, uses);
  if (problem) return { kind: 'kept', problem, uses };
  // KMS deletes a key of several regions only after its replicas.
  for (const region of pair.old.regions.kind === 'primary' ? pair.old.regions.replicas : []) {
    await deleteKey(clientsIn(region), pair.old, uses, days);
  }
  await deleteKey(clients, pair.old, uses, days);
  return { kind: 'retired' };
}

/** An old key that is still there, and why. */
export interface LeftKey {
  readonly id: string;
  readonly problem: Problem;
  /** What needs it; undefined where AWS refused something. */
  readonly uses: KeyUses | undefined;
}

/**
 * Schedules the deletion of old keys, each as soon as nothing needs it; one that stays keeps no other.
 *
 * @returns those that go, and those that are left
 */
export async function scheduleOldKeysDeletion(
  key: Key,
  olds: readonly KeyIdentity[],
  desired: DesiredKey,
  context: RotationContext,
  questionsOf: (old: KeyIdentity) => UseQuestions,
  days: number,
): Promise<{ readonly gone: readonly KeyIdentity[]; readonly left: readonly LeftKey[] }> {
  const gone: KeyIdentity[] = [];
  const left: LeftKey[] = [];
  for (const old of olds) {
    const retired = await scheduleOldKeyDeletion(
      { key, old },
      desired,
      context,
      questionsOf(old),
      days,
    ).catch((error: unknown): Retired => ({ kind: 'kept', problem: toProblem(error) }));
    if (retired.kind === 'kept') left.push({ id: old.id, problem: retired.problem, uses: retired.uses });
    else gone.push(old);
  }
  return { gone, left };
}
