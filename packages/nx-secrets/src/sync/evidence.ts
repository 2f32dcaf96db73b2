import { commitName, currentBranch, lastCommitOf, refsWith, type CommitName } from '../git/commit-names';
import { changesElsewhere, type Commit } from '../git/changes';
import { isWithin } from '../git/repository';
import { openObjects } from '../git/objects';
import { lastMade } from './deployed-revisions';
import type { Answer } from './history';
import type { Desired } from './states';
import type { RemoteSecret } from '../aws/secrets-manager/remote-secret';
import { isToken, tokensOf } from './token';

/**
 * Where a commit is: in the history of HEAD; after HEAD, in the same branch as far as is known; on other branches; or in no
 * branch any more.
 */
export type Place =
  | { readonly kind: 'here' }
  | { readonly kind: 'ahead'; readonly refs: readonly string[] }
  | { readonly kind: 'elsewhere'; readonly refs: readonly string[] }
  | { readonly kind: 'unreferenced' };

/** The commit that made a version. */
export type FoundCommit = CommitName & { readonly place: Place };

/** What Git knows of a refusal; for its message only. */
export interface Evidence {
  /** The commit that made the deployed version. */
  readonly current?: FoundCommit | undefined;
  /** The commit that made the version that was deployed before. */
  readonly previous?: FoundCommit | undefined;
  /** The commit whose file would be pushed. */
  readonly pushed?: CommitName | undefined;
  /** The branch that is checked out. */
  readonly branch?: string | undefined;
  /** Not all was searched: it would have taken too long. */
  readonly isPartial?: boolean;
}

/** A secret that Git's history forbids to push, with what that history said. */
export interface RefusedSecret {
  readonly desired: Desired;
  readonly remote: RemoteSecret;
  readonly answer: Answer;
}

/** Finds what Git knows of refusals. */
export type FindEvidence = (refused: readonly RefusedSecret[]) => Promise<ReadonlyMap<Desired, Evidence>>;

/** Names of branches and tags that are given of a commit. */
const refsShown = 3;

/** How long all that is asked for messages may take, however large the repository is. */
const timeLimit = 5_000;

/**
 * Looks for the commits of deployed versions everywhere in a clone: in all branches, tags and reflogs. Made for refusals
 * only, and within a bound of time: what is not found by then is left out.
 */
export const gitEvidence =
  (workspaceRoot: string, milliseconds = timeLimit): FindEvidence =>
  async (refused) => {
    if (refused.length === 0) return new Map();
    const deadline = performance.now() + milliseconds;
    const isOver = () => performance.now() >= deadline;
    const elsewhere = await findElsewhere(workspaceRoot, refused, deadline);
    const branch = await currentBranch(workspaceRoot);
    const places = placesIn(workspaceRoot, branch);
    const found = new Map<Desired, Evidence>();
    for (const { desired, remote, answer } of refused) {
      if (isOver()) {
        found.set(desired, { isPartial: true });
        continue;
      }
      const commitOf = (id: string | undefined, here: Commit | undefined) =>
        here ? places(here.id, true) : places(elsewhere.get(keyOf(desired.path, id))?.id, false);
      found.set(desired, {
        current: await commitOf(remote.current, answer.revision?.commit),
        previous: await commitOf(remote.previous, answer.previous),
        pushed: await lastCommitOf(workspaceRoot, desired.path),
        branch,
        isPartial: isOver(),
      });
    }
    return found;
  };

const keyOf = (path: string, versionId: string | undefined) => `${path}\0${versionId}`;

/** The commits outside HEAD's history that made versions, by path and version id. */
async function findElsewhere(
  workspaceRoot: string,
  refused: readonly RefusedSecret[],
  deadline: number,
): Promise<ReadonlyMap<string, Commit>> {
  const wanted = new Set(refused.flatMap(missingOf));
  const found = new Map<string, Commit>();
  if (wanted.size === 0) return found;
  const paths = [...new Set(refused.map(({ desired }) => desired.path))];
  const objects = openObjects(workspaceRoot);
  // A clone without its objects would fetch them one by one: whoever waits for one is not left waiting.
  const timer = setTimeout(() => void objects.close(), deadline - performance.now());
  try {
    for await (const { path, commit, after } of changesElsewhere(
      workspaceRoot,
      paths,
      Math.max(deadline - performance.now(), 1),
    )) {
      const bytes = after === undefined ? undefined : await objects.read(after);
      for (const token of bytes ? tokensOf(bytes) : []) {
        const key = keyOf(path, token);
        if (wanted.has(key)) found.set(key, lastMade(found.get(key), commit));
      }
      if (performance.now() >= deadline) break;
    }
    return found;
  } finally {
    clearTimeout(timer);
    await objects.close();
  }
}

/** The versions of a secret that are of no commit of HEAD's history. */
const missingOf = ({ desired, remote, answer }: RefusedSecret): readonly string[] => [
  ...(answer.revision || !isToken(remote.current ?? '') ? [] : [keyOf(desired.path, remote.current)]),
  ...(answer.previous || !isToken(remote.previous ?? '') ? [] : [keyOf(desired.path, remote.previous)]),
];

/** Commits by name and place, each looked up once: many secrets are deployed by one commit. */
function placesIn(workspaceRoot: string, branch: string | undefined) {
  const known = new Map<string, Promise<FoundCommit | undefined>>();
  const find = async (id: string, isHere: boolean): Promise<FoundCommit | undefined> => {
    const name = await commitName(workspaceRoot, id);
    return name && { ...name, place: isHere ? { kind: 'here' } : await placeOf(workspaceRoot, id, branch) };
  };
  return (id: string | undefined, isHere: boolean): Promise<FoundCommit | undefined> => {
    if (id === undefined) return Promise.resolve(undefined);
    const found = known.get(id) ?? find(id, isHere);
    known.set(id, found);
    return found;
  };
}

async function placeOf(workspaceRoot: string, id: string, branch: string | undefined): Promise<Place> {
  const refs = await refsWith(workspaceRoot, id);
  if (refs?.length === 0) return { kind: 'unreferenced' };
  const isSame = branch === undefined || (refs ?? []).some((ref) => ref.endsWith(`/${branch}`));
  const isAhead = isSame && (await isWithin(workspaceRoot, 'HEAD', [id]));
  return { kind: isAhead ? 'ahead' : 'elsewhere', refs: (refs ?? []).slice(0, refsShown) };
}
