import { changesOf, followedChanges, type Change } from '../git/changes';
import { isShallow } from '../git/git';
import { openObjects, type Objects } from '../git/objects';
import type { Ancestry } from './plan';
import type { Desired } from './states';
import { isToken, tokensOf } from './token';

/** What is asked of history: a desired secret, with the version ids that are deployed. */
export interface Question {
  readonly desired: Desired;
  /** Version id that carries AWSCURRENT. */
  readonly current: string;
  /** Version id that carries AWSPREVIOUS. */
  readonly previous: string | undefined;
}

/** Answers questions about the history of a workspace. */
export type History = (questions: readonly Question[]) => Promise<ReadonlyMap<Desired, Ancestry>>;

/** Tokens of one revision, one for each output form. */
type Tokens = readonly string[];

/**
 * The history of HEAD: whether the deployed version is the token of any content that the file has had, in either output
 * form. One walk over history and one program for the contents, for all questions; it ends when all are answered.
 */
export const gitHistory =
  (workspaceRoot: string): History =>
  async (questions) => {
    if (questions.length === 0) return new Map();
    const shallow = await isShallow(workspaceRoot).catch(() => undefined);
    if (shallow === undefined) return new Map(questions.map(({ desired }) => [desired, 'unavailable']));
    const objects = openObjects(workspaceRoot);
    try {
      const paths = questions.map(({ desired }) => desired.path);
      const answers = await search(questions, changesOf(workspaceRoot, paths), objects);
      for (const question of questions.filter(({ desired }) => !answers.has(desired))) {
        const { desired } = question;
        const followed = await search(
          [question],
          followedChanges(workspaceRoot, desired.path),
          objects,
          shallow,
        );
        answers.set(desired, followed.get(desired) ?? 'unknown');
      }
      return answers;
    } finally {
      await objects.close();
    }
  };

/**
 * Reads changes, newest first, until every question has its answer.
 *
 * @param shallow where known, the changes are all that there are, and open questions are answered by that
 */
async function search(
  questions: readonly Question[],
  changes: AsyncIterable<Change>,
  objects: Objects,
  shallow?: boolean,
): Promise<Map<Desired, Ancestry>> {
  const answers = new Map<Desired, Ancestry>();
  const open = new Map(
    questions.map((question) => [question.desired.path, { question, revisions: [] as Tokens[] }]),
  );
  for await (const { path, after, before } of changes) {
    const one = open.get(path);
    if (!one) continue;
    for (const id of [after, before]) {
      const bytes = id === undefined ? undefined : await objects.read(id);
      if (bytes) one.revisions.push(tokensOf(bytes));
    }
    if (!isFastForward(one.revisions, one.question)) continue;
    answers.set(one.question.desired, 'earlier');
    open.delete(path);
    if (open.size === 0) break;
  }
  if (shallow === undefined) return answers;
  for (const { question, revisions } of open.values())
    answers.set(question.desired, otherwise(revisions, question, shallow));
  return answers;
}

/**
 * Whether the deployed version is an earlier revision, and what was deployed before it is none of a later one: then a
 * commit that this checkout does not have has gone back, or somebody did by hand.
 *
 * @param revisions tokens of the file's contents, newest first, as far as they are known
 */
export function isFastForward(
  revisions: readonly Tokens[],
  { desired, current, previous }: Question,
): boolean {
  const at = revisions.findIndex((tokens) => tokens.includes(current));
  if (at < 0) return false;
  // Ids that are no tokens were not made from a revision of any file: a value by hand, or from before an --adopt.
  if (previous === undefined || !isToken(previous)) return true;
  return revisions.some(
    (tokens, index) =>
      tokens.includes(previous) && (index > at || (index === at && previous !== desired.token)),
  );
}

/** The answer where all of history that is here shows no fast-forward. */
function otherwise(revisions: readonly Tokens[], { current }: Question, shallow: boolean): Ancestry {
  if (shallow) return 'shallow';
  return revisions.some((tokens) => tokens.includes(current)) ? 'rolled-back' : 'unknown';
}
