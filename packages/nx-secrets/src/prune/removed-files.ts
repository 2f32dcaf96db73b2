import { changesOf, removalsOf } from '../git/changes';
import { onDefaultBranch } from '../git/default-branch';
import { filesOfHead, isShallow } from '../git/repository';
import { openObjects } from '../git/objects';
import { throwProblem, type Problem } from '../problem';
import { tokensOf } from '../sync/token';
import { wholeHistory } from '../config/commands';
import { secretFileAt, secretsFolder, type SecretFile } from '../config/secret-file-name';
import type { Removal } from './states';

/** Secret files as Git finds them. */
export const secretFiles = `:(glob)**/${secretsFolder}/*.enc.*`;

/** What HEAD and its history say of secret files. */
export interface SecretFileHistory {
  /** Paths of the secret files that HEAD has. */
  readonly present: readonly string[];
  /** The last removal of each file that HEAD has no more. */
  readonly removals: readonly RemovedFile[];
}

/** A removal, with the content that was removed. */
export interface RemovedFile extends Removal {
  readonly file: SecretFile;
  /** Object id of the last content. */
  readonly last: string | undefined;
}

/**
 * Reads which secret files HEAD has, and which its history had and removed.
 *
 * @throws ProblemError where history is missing or stops short: what is not there cannot prove anything
 */
export async function readSecretFileHistory(workspaceRoot: string): Promise<SecretFileHistory> {
  const shallow = await isShallow(workspaceRoot).catch(() => undefined);
  if (shallow !== false) throwProblem(shallow ? shallowClone : noHistory);
  const present = (await filesOfHead(workspaceRoot)).filter((path) => secretFileAt(path));
  const known = new Set(present);
  const removals: RemovedFile[] = [];
  for await (const { path, commit, before } of removalsOf(workspaceRoot, secretFiles)) {
    const file = secretFileAt(path);
    if (!file || known.has(path)) continue;
    known.add(path);
    removals.push({ path, commit, file, last: before });
  }
  return { present, removals };
}

/**
 * The removals of files that had certain tokens, by token; the latest one where several files had the same.
 *
 * @param wanted tokens: the version ids of the secrets in question
 */
export async function removalsByToken(
  workspaceRoot: string,
  removals: readonly RemovedFile[],
  wanted: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Removal>> {
  const byPath = new Map(removals.map((one) => [one.path, one]));
  if (byPath.size === 0 || wanted.size === 0) return new Map();
  const found = new Map<string, Removal>();
  const objects = openObjects(workspaceRoot);
  try {
    for await (const { path, after, before } of changesOf(workspaceRoot, [...byPath.keys()])) {
      const removal = byPath.get(path);
      for (const id of [after, before]) {
        const bytes = id === undefined || !removal ? undefined : await objects.read(id);
        const tokens = bytes ? tokensOf(bytes) : [];
        for (const token of tokens.filter((one) => wanted.has(one))) keepLatest(found, token, removal);
      }
    }
  } finally {
    await objects.close();
  }
  return new Map(
    await Promise.all(
      [...found].map(async ([token, one]) => [token, await withMerge(workspaceRoot, one)] as const),
    ),
  );
}

function keepLatest(found: Map<string, Removal>, token: string, removal: Removal | undefined): void {
  const known = found.get(token);
  if (removal && (!known || known.commit.date < removal.commit.date)) found.set(token, removal);
}

async function withMerge(workspaceRoot: string, removal: Removal): Promise<Removal> {
  const merged = await onDefaultBranch(workspaceRoot, removal.commit.id);
  return merged === undefined ? removal : { ...removal, merged };
}

const why = 'only history proves that a secret came from this repository and is to be deleted';

const shallowClone: Problem = {
  code: 'shallowClone',
  what: `this clone is shallow: ${why}`,
  where: 'the Git history',
  fix: wholeHistory,
};

const noHistory: Problem = {
  code: 'noGitHistory',
  what: `there is no Git history here: ${why}`,
  where: 'the Git history',
  fix: 'Run it in a Git checkout of the workspace (git log must work here).',
};
