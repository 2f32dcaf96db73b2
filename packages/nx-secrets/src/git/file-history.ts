import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

/** Where Git's history has a file. */
export interface FileHistory {
  /** Commits of all branches, tags and stashes with a content of it; those that only removed it do not count. */
  readonly commits: number;
  /** The first one, by its short id and day. */
  readonly first: DatedCommit;
  readonly last: DatedCommit;
  /** Whether Git tracks it today. */
  readonly tracked: boolean;
}

/** A commit by its short id, and its day: `2026-01-31`. */
export interface DatedCommit {
  readonly id: string;
  readonly day: string;
}

/**
 * The history of a file, also under the names that it had before; undefined where no commit that is here has it, and
 * outside a repository. The repository is that of the file. Source: git-log(1).
 *
 * @param file absolute path, without links
 */
export async function fileHistory(file: string): Promise<FileHistory | undefined> {
  const directory = dirname(file);
  const found = new Map<string, DatedCommit & { readonly time: number }>();
  // Following renames, Git looks at one branch, and loses those that have the file under its name of today.
  for (const which of ['--all', '--follow']) {
    const log = await git(directory, ['log', which, '--diff-filter=AMTR', '--format=%h %cs %ct', '--', file]);
    if (log.exitCode !== 0) continue;
    for (const line of log.stdout.split('\n').filter(Boolean)) {
      const [id = '', day = '', time = '0'] = line.split(' ');
      found.set(id, { id, day, time: Number(time) });
    }
  }
  const commits = [...found.values()]
    .sort((a, b) => b.time - a.time)
    .map(({ id, day }): DatedCommit => ({ id, day }));
  const [last] = commits;
  const first = commits.at(-1);
  if (!first || !last) return undefined;
  const { exitCode } = await git(directory, ['ls-files', '--error-unmatch', '--', file]);
  return { commits: commits.length, first, last, tracked: exitCode === 0 };
}

/** A file of Git's history with the content of another one, by its path from the top of the repository. */
export interface SameContent extends DatedCommit {
  readonly path: string;
}

/**
 * A file that Git's history has with the same content under a name that `fileHistory` does not know: a source that was
 * copied or moved outside Git. The first commit that brought it; undefined where there is none. Source: gitformat-pack(5).
 *
 * @param file absolute path, without links
 * @param bytes its content, which no program gets: the name of Git's object is made here
 */
export async function sameContentElsewhere(
  file: string,
  bytes: Uint8Array,
): Promise<SameContent | undefined> {
  const directory = dirname(file);
  const format = await git(directory, ['rev-parse', '--show-object-format']);
  if (format.exitCode !== 0 || bytes.length === 0) return undefined;
  const hash = createHash(format.stdout.trim() === 'sha256' ? 'sha256' : 'sha1');
  const object = hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
  const args = ['log', '--all', '--no-renames', '--diff-filter=AMT', `--find-object=${object}`];
  const log = await git(directory, [...args, '--name-only', '-z', '--format=%h %cs']);
  if (log.exitCode !== 0) return undefined;
  // Each commit is one field, and each of its paths one more, the first of them after an empty line.
  const fields = log.stdout.split('\0').map((field) => field.trim());
  const at = fields.findLastIndex((field) => /^[0-9a-f]{7,64} \d{4}-\d\d-\d\d$/.test(field));
  const [id = '', day = ''] = fields[at]?.split(' ') ?? [];
  const path = fields.slice(at + 1).find(Boolean);
  return at < 0 || path === undefined ? undefined : { id, day, path };
}

/**
 * The files of a repository that contain a text, tracked or new and not ignored.
 *
 * @returns paths relative to `directory`; undefined outside a repository, and without Git
 */
export async function filesWith(directory: string, text: string): Promise<readonly string[] | undefined> {
  // From the top of the repository, which may be above the directory.
  const args = ['grep', '-l', '-z', '--untracked', '--fixed-strings', '-e', text, '--', ':/'];
  const { exitCode, stdout } = await execa('git', args, { cwd: directory, reject: false, stdin: 'ignore' });
  // 1: no file has it.
  if (exitCode === 1) return [];
  return exitCode === 0 ? stdout.split('\0').filter(Boolean) : undefined;
}

/**
 * Whether a folder is in a repository that Git does not read: a damaged one, one of another owner, or Git is missing.
 * Source: git-rev-parse(1).
 */
export async function isUnreadable(directory: string): Promise<boolean> {
  const { exitCode } = await git(directory, ['rev-parse', '--git-dir']);
  if (exitCode === 0) return false;
  for (let folder = directory; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return true;
    if (dirname(folder) === folder) return false;
  }
}

/** Paths are taken as they are, whatever characters are in them. */
const git = (cwd: string, args: readonly string[]) =>
  execa('git', ['--literal-pathspecs', ...args], { cwd, reject: false, stdin: 'ignore' });
