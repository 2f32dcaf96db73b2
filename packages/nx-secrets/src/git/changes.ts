import { execa } from 'execa';

/** A commit, as messages name it. */
export interface Commit {
  readonly id: string;
  /** When it was made, RFC 3339 in UTC. */
  readonly date: string;
  readonly merge: boolean;
}

/** A commit's change of one file, by object ids; a merge has one per parent. */
export interface Change {
  /** Path as it was asked for. */
  readonly path: string;
  readonly commit: Commit;
  /** Id of the content after the commit; absent where it removed the file. */
  readonly after: string | undefined;
  /** Id of the content before; absent where the commit made the file. */
  readonly before: string | undefined;
}

// Full history: a branch that a merge took nothing from may have been deployed anyway.
const raw = ['--raw', '-z', '-m', '--no-abbrev', '--format=%H %ct %P', '--no-show-signature'];
const whole = ['--full-history', ...raw];
// The first commit's changes are shown, too, and a merge's from each parent, whatever the user has configured.
const log = ['-c', 'log.showRoot=true', '-c', 'log.diffMerges=separate', 'log'];

/**
 * The changes of files in the history of HEAD, newest first, merges included: one walk for all of them, which ends when
 * the caller stops asking. A rename looks like the beginning of the file; `followedChanges` goes on behind it.
 *
 * @param paths relative to `directory`
 */
export async function* changesOf(directory: string, paths: readonly string[]): AsyncGenerator<Change> {
  // By standard input: a command line cannot hold a thousand paths everywhere. A line cannot hold a line break.
  const lines = paths.filter((path) => !path.includes('\n'));
  const args = ['--literal-pathspecs', ...log, ...whole, '--no-renames', '--relative', '--stdin', 'HEAD'];
  yield* read(gitLog(directory, args, ['--', ...lines, ''].join('\n')), (path) => path);
}

/** The changes of one file as `changesOf` has them, under the names that it had before, too. */
export async function* followedChanges(directory: string, path: string): AsyncGenerator<Change> {
  const args = ['--literal-pathspecs', ...log, ...whole, '--follow', 'HEAD', '--', path];
  yield* read(gitLog(directory, args), () => path);
}

/**
 * The changes of files in commits that HEAD does not have: those of all branches, tags and working trees, and those that
 * reflogs still know. Ends, with what was found by then, when the time is up.
 *
 * @param paths relative to `directory`
 * @param milliseconds for the whole walk
 */
export async function* changesElsewhere(
  directory: string,
  paths: readonly string[],
  milliseconds: number,
): AsyncGenerator<Change> {
  const lines = paths.filter((path) => !path.includes('\n'));
  const which = ['--no-renames', '--relative', '--all', '--reflog', '--stdin', '^HEAD'];
  const args = ['--literal-pathspecs', ...log, ...whole, ...which];
  yield* read(gitLog(directory, args, ['--', ...lines, ''].join('\n'), milliseconds), (path) => path);
}

/**
 * The changes of files in the history of HEAD, newest first, merges included; files that are gone by now, too.
 *
 * @param pathspec which files, in Git's own notation
 */
export async function* changesAmong(directory: string, pathspec: string): AsyncGenerator<Change> {
  const args = [...log, ...whole, '--no-renames', '--relative', 'HEAD', '--', pathspec];
  yield* read(gitLog(directory, args), (path) => path);
}

/**
 * The removals of files in the history of HEAD, newest first, as they came to its line of first parents: what a merge
 * removed, it removed when it was merged. A rename is a removal of the old name.
 *
 * @param pathspec which files, in Git's own notation
 */
export async function* removalsOf(directory: string, pathspec: string): AsyncGenerator<Change> {
  const which = ['--first-parent', '--diff-filter=D', '--no-renames', '--relative'];
  yield* read(gitLog(directory, [...log, ...raw, ...which, 'HEAD', '--', pathspec]), (path) => path);
}

/**
 * The files that one commit added, as seen from its first parent.
 *
 * @param pathspec which files, in Git's own notation
 */
export async function* additionsOf(
  directory: string,
  commit: string,
  pathspec: string,
): AsyncGenerator<Change> {
  const which = ['--first-parent', '--diff-filter=A', '--no-renames', '--relative', '-1'];
  yield* read(gitLog(directory, [...log, ...raw, ...which, commit, '--', pathspec]), (path) => path);
}

/**
 * The changes of one file as they came to HEAD's line of first parents, newest first: what a merge changed, it changed when
 * it was merged.
 */
export async function* firstParentChangesOf(directory: string, path: string): AsyncGenerator<Change> {
  const which = ['--first-parent', '--no-renames', '--relative'];
  yield* read(
    gitLog(directory, ['--literal-pathspecs', ...log, ...raw, ...which, 'HEAD', '--', path]),
    (found) => found,
  );
}

/** `reject: false`: whoever stops asking kills the program, and that is not a failure. A `timeout` of 0 is none. */
const gitLog = (cwd: string, args: readonly string[], input = '', timeout = 0) =>
  execa('git', args, { cwd, input, timeout, reject: false, buffer: false, stderr: 'ignore' });

type GitLog = ReturnType<typeof gitLog>;

/**
 * `<commit> <seconds> <parents>\0`, without seconds where Git cannot read the commit's date, then for each file
 * `:<mode> <mode> <before> <after> <status>\0<path>\0`, with a second path where the status is a rename or a copy.
 */
async function* read(program: GitLog, pathOf: (path: string) => string): AsyncGenerator<Change> {
  try {
    let commit: Commit | undefined;
    let ids: Pick<Change, 'before' | 'after'> = { before: undefined, after: undefined };
    let names = 0;
    for await (const field of fields(program)) {
      if (names > 0) {
        names -= 1;
        if (names === 0 && commit) yield { path: pathOf(field), commit, ...ids };
        continue;
      }
      const [, before, after, status] = /^\n?:\d+ \d+ ([0-9a-f]+) ([0-9a-f]+) ([A-Z])\d*$/.exec(field) ?? [];
      if (before && after) {
        ids = { before: idOf(before), after: idOf(after) };
        names = status === 'R' || status === 'C' ? 2 : 1;
      } else {
        commit = commitOf(field) ?? commit;
      }
    }
  } finally {
    program.kill();
    await program;
  }
}

function commitOf(field: string): Commit | undefined {
  const [, id, seconds, parents] = /^\n?([0-9a-f]+) (\d*) ?([0-9a-f ]*)$/.exec(field) ?? [];
  if (!id || parents === undefined) return undefined;
  return { id, date: dateOf(Number(seconds)), merge: parents.includes(' ') };
}

/** The last second that a Date holds. Source: ECMAScript, Time Values. Whoever commits may write any number. */
const lastSecond = 8.64e12;

const dateOf = (seconds: number): string => new Date(Math.min(seconds, lastSecond) * 1000).toISOString();

/** Zeros stand for no content. */
const idOf = (id: string): string | undefined => (/^0+$/.test(id) ? undefined : id);

async function* fields({ stdout }: GitLog): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of stdout.setEncoding('utf8')) {
    const parts = (rest + String(chunk)).split('\0');
    rest = parts.pop() ?? '';
    yield* parts;
  }
}
