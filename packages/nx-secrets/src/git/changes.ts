import { execa } from 'execa';

/** A commit's change of one file, by object ids; a merge has one per parent. */
export interface Change {
  /** Path as it was asked for. */
  readonly path: string;
  /** Ids of the content after and before, where there was one. */
  readonly ids: readonly string[];
}

// Full history: a branch that a merge took nothing from may have been deployed all the same.
const raw = ['--full-history', '--raw', '-z', '-m', '--no-abbrev', '--format='];

/**
 * The changes of files in the history of HEAD, newest first, merges included: one walk for all of them, which ends when
 * the caller stops asking. A rename looks like the beginning of the file; `followedChanges` goes on behind it.
 *
 * @param paths relative to `directory`
 */
export async function* changesOf(directory: string, paths: readonly string[]): AsyncGenerator<Change> {
  // By standard input: a command line cannot hold a thousand paths everywhere. A line cannot hold a line break.
  const lines = paths.filter((path) => !path.includes('\n'));
  const args = ['--literal-pathspecs', 'log', ...raw, '--no-renames', '--relative', '--stdin', 'HEAD'];
  yield* read(gitLog(directory, args, ['--', ...lines, ''].join('\n')), (path) => path);
}

/** The changes of one file as `changesOf` has them, under the names that it had before, too. */
export async function* followedChanges(directory: string, path: string): AsyncGenerator<Change> {
  const args = ['--literal-pathspecs', 'log', ...raw, '--follow', 'HEAD', '--', path];
  yield* read(gitLog(directory, args), () => path);
}

/** `reject: false`: whoever stops asking kills the program, and that is no failure. */
const gitLog = (cwd: string, args: readonly string[], input = '') =>
  execa('git', args, { cwd, input, reject: false, buffer: false, stderr: 'ignore' });

type GitLog = ReturnType<typeof gitLog>;

/** `:<mode> <mode> <before> <after> <status>\0<path>\0`, with a second path where the status is a rename or a copy. */
async function* read(program: GitLog, pathOf: (path: string) => string): AsyncGenerator<Change> {
  try {
    let ids: readonly string[] = [];
    let names = 0;
    for await (const field of fields(program)) {
      const [, before, after, status] = /^:\d+ \d+ ([0-9a-f]+) ([0-9a-f]+) ([A-Z])\d*$/.exec(field) ?? [];
      if (names === 0 && before && after) {
        ids = [after, before].filter((id) => !/^0+$/.test(id));
        names = status === 'R' || status === 'C' ? 2 : 1;
      } else if (names > 0) {
        names -= 1;
        if (names === 0) yield { path: pathOf(field), ids };
      }
    }
  } finally {
    program.kill();
    await program;
  }
}

async function* fields({ stdout }: GitLog): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of stdout.setEncoding('utf8')) {
    const parts = (rest + String(chunk)).split('\0');
    rest = parts.pop() ?? '';
    yield* parts;
  }
}
