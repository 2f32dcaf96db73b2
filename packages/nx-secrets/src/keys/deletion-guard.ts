import type { Clients } from '../aws/clients';
import type { Key } from '../aws/kms/keys';
import { scheduleDeletion } from '../aws/kms/change-keys';
import { throwProblem, type Problem } from '../problem';
import { generateHere } from '../config/commands';

/** What cannot be read any more once a key is deleted. */
export interface KeyUses {
  readonly aliases: readonly string[];
  /** Secret files that the key opens, by path. */
  readonly files: readonly string[];
  /** Secrets of which a version is encrypted with the key, by name. */
  readonly secrets: readonly string[];
  /** The service and stage that nx.json names it for, as a key that somebody else makes. */
  readonly named: readonly string[];
}

/** The use of a key that nx.json names as somebody else's. */
export const namedFor = (
  foreignKeys: ReadonlyMap<string, string>,
  { id }: Pick<Key, 'id'>,
): readonly string[] => {
  const use = foreignKeys.get(id);
  return use === undefined ? [] : [`${use}, by "kmsKeyArn" in nx.json`];
};

/** Why a key may not be deleted; undefined where nothing needs it. */
export function deletionBlocker({ id }: Pick<Key, 'id'>, uses: KeyUses): Problem | undefined {
  const needed = [...uses.aliases, ...uses.files, ...uses.secrets, ...uses.named];
  if (needed.length === 0) return undefined;
  return {
    code: 'keyInUse',
    what: `key ${id} is still needed, so its deletion is not scheduled: ${needed.join(', ')}`,
    where: id,
    fix: `What a deleted key encrypted is lost. Encrypt the files again and sync; then run this again:\n${generateHere('rotate', '--data-key', '--all')}`,
  };
}

/**
 * Schedules the deletion of a key. The one way in which this package does: whatever wants a key gone passes the guard.
 *
 * @param days how long it can be cancelled, 7 to 30
 * @throws ProblemError where something needs the key, or AWS refuses
 */
export async function deleteKey(
  clients: Clients,
  key: Pick<Key, 'id'>,
  uses: KeyUses,
  days: number,
): Promise<void> {
  const problem = deletionBlocker(key, uses);
  if (problem) throwProblem(problem);
  await scheduleDeletion(clients, key.id, days);
}
