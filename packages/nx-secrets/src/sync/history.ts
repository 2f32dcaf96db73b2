import { isShallow, readObjects, revisionsOf } from '../git/git';
import type { Ancestry } from './plan';
import type { Desired } from './states';
import { tokenOf } from './token';

/** A desired secret with the version id that is current in AWS. */
export interface Question {
  readonly desired: Desired;
  readonly current: string;
}

/**
 * Whether the version that is current in AWS is an earlier revision of each file: whether its id is the token of any
 * content that the file has had in the history of HEAD. One look at the objects for all files together.
 */
export async function ancestries(
  workspaceRoot: string,
  questions: readonly Question[],
): Promise<ReadonlyMap<Desired, Ancestry>> {
  if (questions.length === 0) return new Map();
  const shallow = await isShallow(workspaceRoot).catch(() => undefined);
  if (shallow === undefined) return new Map(questions.map(({ desired }) => [desired, 'unavailable']));
  const revisions = new Map<Desired, readonly string[]>();
  for (const { desired } of questions) revisions.set(desired, await revisionsOf(workspaceRoot, desired.path));
  const objects = await readObjects(workspaceRoot, [...new Set([...revisions.values()].flat())]);
  const tokens = new Map([...objects].map(([id, bytes]) => [id, tokenOf(bytes)]));
  return new Map(
    questions.map(({ desired, current }) => {
      const known = (revisions.get(desired) ?? []).some((id) => tokens.get(id) === current);
      return [desired, known ? 'earlier' : shallow ? 'shallow' : 'unknown'];
    }),
  );
}
