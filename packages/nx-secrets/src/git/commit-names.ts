import { execa } from 'execa';

/** A commit as people know it. Texts are as Git has them: whoever pushes a branch chooses its name. */
export interface CommitName {
  /** Abbreviated id. */
  readonly id: string;
  /** When its author made it, RFC 3339 with the author's time zone. */
  readonly date: string;
  readonly author: string;
}

/** Branches and tags of a commit that are listed at most. */
const refsListed = 100;

/** A question to Git that is asked for a message only gets this long. */
const timeLimit = 2_000;

/** A commit by id, author and date; undefined where Git does not know it. */
export const commitName = (directory: string, commit: string): Promise<CommitName | undefined> =>
  nameOf(directory, ['show', '--no-patch', '--no-show-signature', format, commit, '--']);

/** The commit of HEAD's history that changed a file last. */
export const lastCommitOf = (directory: string, path: string): Promise<CommitName | undefined> =>
  nameOf(directory, [
    '--literal-pathspecs',
    'log',
    '--max-count=1',
    '--no-show-signature',
    format,
    'HEAD',
    '--',
    path,
  ]);

/** The commit of HEAD's history that brought a text into a file last. */
export const commitThatAdded = (
  directory: string,
  path: string,
  text: string,
): Promise<CommitName | undefined> =>
  nameOf(directory, [
    '--literal-pathspecs',
    'log',
    '--max-count=1',
    '--no-show-signature',
    `-S${text}`,
    format,
    'HEAD',
    '--',
    path,
  ]);

/**
 * Branches and tags that have a commit in their history, at most a hundred; undefined where that takes too long.
 *
 * @returns short names; `stash` for what was put aside
 */
export async function refsWith(directory: string, commit: string): Promise<readonly string[] | undefined> {
  const shown = ['--format=%(refname:short)%00%(symref)', `--count=${refsListed}`, `--contains=${commit}`];
  const kinds = ['refs/heads', 'refs/remotes', 'refs/tags', 'refs/stash'];
  const { exitCode, stdout } = await git(directory, ['for-each-ref', ...shown, ...kinds]);
  if (exitCode !== 0) return undefined;
  return stdout.split('\n').flatMap((line) => {
    const [name = '', symbolic] = line.split('\0');
    return name !== '' && symbolic === '' ? [name] : [];
  });
}

/** The branch that is checked out; undefined where HEAD is detached, as in CI. */
export async function currentBranch(directory: string): Promise<string | undefined> {
  const { exitCode, stdout } = await git(directory, ['symbolic-ref', '--short', '--quiet', 'HEAD']);
  return exitCode === 0 && stdout !== '' ? stdout : undefined;
}

const format = '--format=%h%x00%aI%x00%an';

async function nameOf(directory: string, args: readonly string[]): Promise<CommitName | undefined> {
  const { exitCode, stdout } = await git(directory, args);
  const [id, date, author] = stdout.split('\0');
  return exitCode === 0 && id && date ? { id, date, author: author ?? '' } : undefined;
}

const git = (cwd: string, args: readonly string[]) =>
  execa('git', args, { cwd, reject: false, stdin: 'ignore', timeout: timeLimit, maxBuffer: 1024 * 1024 });
