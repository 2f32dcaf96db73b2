import { changesOf, followedChanges, type Change, type Commit } from '../git/changes';
import { openObjects, type Objects } from '../git/objects';
import { tokensOf } from './token';

/** A deployed version by the file that it was made from. */
export interface DeployedVersion {
  /** Path of the secret file, relative to the workspace. */
  readonly path: string;
  /** Version id that carries AWSCURRENT. */
  readonly current: string;
}

/** The revision that a deployed version was made from. */
export interface Revision {
  /** The last commit that made the file so; a merge only where no other commit did. */
  readonly commit: Commit;
  readonly bytes: Uint8Array;
}

/**
 * Finds the revisions of deployed versions in the history of HEAD: one walk for all, a second one for files that were
 * moved since.
 *
 * @returns the revisions by path; versions that are of no revision are left out
 */
export async function deployedRevisions(
  workspaceRoot: string,
  deployed: readonly DeployedVersion[],
): Promise<ReadonlyMap<string, Revision>> {
  if (deployed.length === 0) return new Map();
  const objects = openObjects(workspaceRoot);
  try {
    const paths = deployed.map(({ path }) => path);
    const found = await search(deployed, changesOf(workspaceRoot, paths), objects);
    for (const one of deployed.filter(({ path }) => !found.has(path))) {
      const moved = await search([one], followedChanges(workspaceRoot, one.path), objects);
      moved.forEach((revision, path) => found.set(path, revision));
    }
    return found;
  } finally {
    await objects.close();
  }
}

async function search(
  deployed: readonly DeployedVersion[],
  changes: AsyncIterable<Change>,
  objects: Objects,
): Promise<Map<string, Revision>> {
  const found = new Map<string, Revision>();
  const open = new Map(deployed.map(({ path, current }) => [path, current]));
  for await (const { path, commit, after } of changes) {
    const current = open.get(path);
    if (current === undefined || after === undefined || (commit.merge && found.has(path))) continue;
    const bytes = await objects.read(after);
    if (!bytes || !tokensOf(bytes).includes(current)) continue;
    found.set(path, { commit, bytes });
    if (!commit.merge) open.delete(path);
    if (open.size === 0) break;
  }
  return found;
}

/**
 * The revision of a version that a change has made, by what newer changes have made of it.
 *
 * @param newer what a newer change gave: it stays, unless that was a merge and this is none
 * @param after id of the content
 */
export async function asRevision(
  newer: Revision | undefined,
  commit: Commit,
  after: string | undefined,
  objects: Objects,
): Promise<Revision | undefined> {
  if (after === undefined || (newer && lastMade(newer.commit, commit) === newer.commit)) return newer;
  const bytes = await objects.read(after);
  return bytes ? { commit, bytes } : newer;
}

/** The commit that counts as the one that made a content: the newest, a merge only where no other did. */
export const lastMade = (newer: Commit | undefined, commit: Commit): Commit =>
  newer && (!newer.merge || commit.merge) ? newer : commit;
