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
 * The history of a file; undefined where no commit that is here has it, and outside a repository. Source: git-log(1).
 *
 * @param file absolute path
 */
export async function fileHistory(directory: string, file: string): Promise<FileHistory | undefined> {
  const log = await git(directory, ['log', '--all', '--diff-filter=AMT', '--format=%h %cs', '--', file]);
  const commits = log.exitCode === 0 ? log.stdout.split('\n').filter(Boolean).map(dated) : [];
  const [last] = commits;
  const first = commits.at(-1);
  if (!first || !last) return undefined;
  const { exitCode } = await git(directory, ['ls-files', '--error-unmatch', '--', file]);
  return { commits: commits.length, first, last, tracked: exitCode === 0 };
}

function dated(line: string): DatedCommit {
  const [id = '', day = ''] = line.split(' ');
  return { id, day };
}

/**
 * The files of a repository that contain a text, tracked or new and not ignored; none outside a repository.
 *
 * @returns paths relative to `directory`
 */
export async function filesWith(directory: string, text: string): Promise<readonly string[]> {
  // From the top of the repository, which may be above the directory.
  const args = ['grep', '-l', '-z', '--untracked', '--fixed-strings', '-e', text, '--', ':/'];
  const { exitCode, stdout } = await execa('git', args, { cwd: directory, reject: false, stdin: 'ignore' });
  return exitCode === 0 ? stdout.split('\0').filter(Boolean) : [];
}

/** Paths are taken as they are, whatever characters are in them. */
const git = (cwd: string, args: readonly string[]) =>
  execa('git', ['--literal-pathspecs', ...args], { cwd, reject: false, stdin: 'ignore' });
