import { changesOf, followedChanges, type Change, type Commit } from '../git/changes';
import { isShallow, isWithin } from '../git/repository';
import { openObjects, type Objects } from '../git/objects';
import {
  concluded,
  lookBack,
  nothingSeen,
  type Ancestry,
  type Deployed,
  type Sightings,
  type Tokens,
  type Within,
} from './ancestry';
import { asRevision, lastMade, type Revision } from './deployed-revisions';
import type { Desired } from './states';
import { tokensOf } from './token';

/** What is asked of history: a desired secret, with the version ids that are deployed. */
export interface Question {
  readonly desired: Desired;
  /** Version id that carries AWSCURRENT. */
  readonly current: string;
  /** Version id that carries AWSPREVIOUS. */
  readonly previous: string | undefined;
  /** The revision that is current is wanted, too, where it is further back than the answer. */
  readonly revision?: boolean;
}

/** What history answers. */
export interface Answer {
  readonly ancestry: Ancestry;
  /** The revision that is current; where it was not asked for, only if it was seen on the way. */
  readonly revision?: Revision | undefined;
  /** The last commit that made the version before, if it was seen on the way. */
  readonly previous?: Commit | undefined;
}

/** Answers questions about the history of a workspace. */
export type History = (questions: readonly Question[]) => Promise<ReadonlyMap<Desired, Answer>>;

/**
 * The history of HEAD: whether the deployed version is the token of any content that the file has had, in either output
 * form. One walk over history and one program for the contents, for all questions; it ends when all are answered.
 */
export const gitHistory =
  (workspaceRoot: string): History =>
  async (questions) => {
    if (questions.length === 0) return new Map();
    const shallow = await isShallow(workspaceRoot).catch(() => undefined);
    if (shallow === undefined)
      return new Map(questions.map(({ desired }) => [desired, { ancestry: 'unavailable' }]));
    const objects = openObjects(workspaceRoot);
    try {
      const repository: Repository = {
        objects,
        tokens: tokensOfObjects(objects),
        within: (commit, others) => isWithin(workspaceRoot, commit, others),
      };
      const paths = questions.map(({ desired }) => desired.path);
      const progresses = await search(questions, changesOf(workspaceRoot, paths), repository);
      const answers = new Map<Desired, Answer>();
      for (const question of questions) {
        const { desired } = question;
        const found = progresses.get(desired) ?? nothingFound;
        const { sightings, revision, previous } = mayBeBehindRename(question, found)
          ? further(
              found,
              await search([question], followedChanges(workspaceRoot, desired.path), repository),
              desired,
            )
          : found;
        answers.set(desired, {
          ancestry: await concluded(sightings, shallow, repository.within),
          revision,
          previous,
        });
      }
      return answers;
    } finally {
      await objects.close();
    }
  };

/** What is read of a repository. */
interface Repository {
  readonly objects: Objects;
  readonly tokens: TokensOfObject;
  readonly within: Within;
}

type TokensOfObject = (id: string | undefined) => Promise<Tokens>;

/** The tokens of Git's objects, each read once: what one change leads from, the next one leads to. */
function tokensOfObjects(objects: Objects): TokensOfObject {
  const known = new Map<string, Tokens>();
  return async (id) => {
    if (id === undefined) return [];
    const bytes = known.has(id) ? undefined : await objects.read(id);
    const tokens = known.get(id) ?? (bytes ? tokensOf(bytes) : []);
    known.set(id, tokens);
    return tokens;
  };
}

/** How far a question is answered. */
interface Progress {
  readonly sightings: Sightings;
  readonly revision: Revision | undefined;
  readonly previous: Commit | undefined;
}

const nothingFound: Progress = { sightings: nothingSeen, revision: undefined, previous: undefined };

/** The walk over all paths ends at a rename; the one that follows it sees all changes again. */
const mayBeBehindRename = ({ revision: isWanted }: Question, { sightings, revision }: Progress): boolean =>
  !sightings.earlier || (isWanted === true && revision === undefined);

function further(found: Progress, followed: ReadonlyMap<Desired, Progress>, desired: Desired): Progress {
  const { sightings, revision, previous } = followed.get(desired) ?? found;
  return {
    sightings: found.sightings.earlier ? found.sightings : sightings,
    revision: found.revision ?? revision,
    previous: found.previous ?? previous,
  };
}

/** A merge's revision is given where no commit of a branch made the content; that is known at the end only. */
const isAnswered = ({ revision: isWanted }: Question, { sightings, revision }: Progress): boolean =>
  sightings.earlier && (isWanted !== true || (revision !== undefined && !revision.commit.merge));

/** Reads changes, newest first, until every question has its answer. */
async function search(
  questions: readonly Question[],
  changes: AsyncIterable<Change>,
  { objects, tokens, within }: Repository,
): Promise<ReadonlyMap<Desired, Progress>> {
  const progresses = new Map<Desired, Progress>();
  const open = new Map(questions.map((question) => [question.desired.path, question]));
  for await (const { path, commit, after, before } of changes) {
    const question = open.get(path);
    if (!question) continue;
    const { desired, current, previous } = question;
    const step = { commit: commit.id, after: await tokens(after), before: await tokens(before) };
    const found = progresses.get(desired) ?? nothingFound;
    const progress = {
      sightings: await lookBack(found.sightings, step, deployedBy(question), within),
      revision: step.after.includes(current)
        ? await asRevision(found.revision, commit, after, objects)
        : found.revision,
      previous: step.after.includes(previous ?? '') ? lastMade(found.previous, commit) : found.previous,
    };
    progresses.set(desired, progress);
    if (!isAnswered(question, progress)) continue;
    open.delete(path);
    if (open.size === 0) break;
  }
  return progresses;
}

const deployedBy = ({ desired, current, previous }: Question): Deployed => ({
  token: desired.token,
  current,
  previous,
});
