import { execa } from 'execa';
import { throwProblem } from '../problem';

/** The URL of the remote `origin`, or undefined without Git, repository or origin. */
export async function originUrl(directory: string): Promise<string | undefined> {
  const { exitCode, stdout } = await git(directory, ['remote', 'get-url', 'origin']);
  return exitCode === 0 && stdout !== '' ? stdout : undefined;
}

/** Whether history stops short of its beginning; undefined outside a repository, or without a commit or Git. */
export async function isShallow(directory: string): Promise<boolean | undefined> {
  const { exitCode, stdout } = await git(directory, [
    'rev-parse',
    '--is-shallow-repository',
    '--verify',
    'HEAD',
  ]);
  return exitCode === 0 ? stdout.startsWith('true') : undefined;
}

/**
 * Those of the secret files that Git does not have as they are: not in HEAD, or changed since; none outside a repository.
 *
 * @param paths of secret files, relative to `directory`
 */
export async function uncommittedAmong(
  directory: string,
  paths: readonly string[],
): Promise<ReadonlySet<string>> {
  // By pattern, not by path: a command line cannot hold a thousand paths everywhere. Neither of the two reads folders.
  const files = ':(glob)**/secrets/*.enc.*';
  const [changed, tracked] = await Promise.all([
    git(directory, ['diff', '-z', '--name-only', '--relative', '--no-renames', 'HEAD', '--', files]),
    git(directory, ['ls-files', '-z', '--', files]),
  ]);
  if (tracked.exitCode !== 0) return new Set();
  const different = new Set(changed.stdout.split('\0'));
  const known = new Set(tracked.stdout.split('\0'));
  // Before the first commit there is no HEAD to differ from: nothing is committed.
  return new Set(paths.filter((path) => changed.exitCode !== 0 || different.has(path) || !known.has(path)));
}

/**
 * The files below a directory that Git has or would add: tracked, or new and not ignored. Undefined outside a repository.
 *
 * @param pathspecs which files, in Git's own notation
 * @returns paths relative to `directory`
 */
export async function ownFiles(
  directory: string,
  pathspecs: readonly string[],
): Promise<readonly string[] | undefined> {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];
  const [all, deleted] = await Promise.all([
    git(directory, [...list, '--', ...pathspecs]),
    git(directory, ['ls-files', '-z', '--deleted', '--', ...pathspecs]),
  ]);
  if (all.exitCode !== 0) return undefined;
  const gone = new Set(deleted.stdout.split('\0'));
  return all.stdout.split('\0').filter((path) => path !== '' && !gone.has(path));
}

/**
 * The files that HEAD has below a directory, by paths relative to it.
 *
 * @throws ProblemError where Git cannot list them: no file must look as if it were not there
 */
export async function filesOfHead(directory: string): Promise<readonly string[]> {
  const { exitCode, stdout } = await git(directory, ['ls-tree', '-r', '-z', '--name-only', 'HEAD']);
  if (exitCode !== 0) {
    throwProblem({
      code: 'gitFailed',
      what: 'Git cannot list the files of HEAD',
      where: directory,
      fix: 'Run git status and fix what it reports.',
    });
  }
  return stdout.split('\0').filter(Boolean);
}

/** Whether a commit is in the history of `branch`; undefined where that branch is not known here. */
export async function containedIn(
  directory: string,
  commit: string,
  branch: string,
): Promise<boolean | undefined> {
  const { exitCode } = await git(directory, ['merge-base', '--is-ancestor', commit, branch]);
  return exitCode === 0 ? true : exitCode === 1 ? false : undefined;
}

/**
 * Whether a commit is one of others, or in the history of one of them; false where Git does not know one.
 *
 * @param others ids of commits
 */
export async function isWithin(
  directory: string,
  commit: string,
  others: readonly string[],
): Promise<boolean> {
  const args = ['rev-list', '--max-count=1', commit, '--not', ...others, '--'];
  const { exitCode, stdout } = await git(directory, args);
  return exitCode === 0 && stdout === '';
}

/** The id of the commit that is checked out; undefined without Git, repository or commit. */
export async function headCommit(directory: string): Promise<string | undefined> {
  const { exitCode, stdout } = await git(directory, ['rev-parse', '--verify', 'HEAD']);
  return exitCode === 0 ? stdout : undefined;
}

/** `reject: false`: a directory that is not a repository is an answer, not a failure; so is a machine without Git. */
const git = (cwd: string, args: readonly string[]) =>
  execa('git', args, { cwd, reject: false, stdin: 'ignore' });
