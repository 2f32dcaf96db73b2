import { execa } from 'execa';

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
 * The object ids of every content that `path` has had in the history of HEAD, renames and merges included.
 *
 * @param path relative to `directory`
 */
export async function revisionsOf(directory: string, path: string): Promise<readonly string[]> {
  const { stdout } = await git(directory, [
    'log',
    '--follow',
    '-m',
    '--raw',
    '--no-abbrev',
    '--format=',
    'HEAD',
    '--',
    path,
  ]);
  // ":100644 100644 <before> <after> M\tpath": both sides count, since a merge shows each parent's.
  const ids = stdout
    .split('\n')
    .flatMap((line) => /^:\d+ \d+ ([0-9a-f]+) ([0-9a-f]+) /.exec(line)?.slice(1) ?? []);
  return [...new Set(ids)].filter((id) => !/^0+$/.test(id));
}

/** The bytes of objects, by id, through one `git cat-file --batch`. */
export async function readObjects(
  directory: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  if (ids.length === 0) return new Map();
  const { stdout } = await execa('git', ['cat-file', '--batch'], {
    cwd: directory,
    input: ids.join('\n') + '\n',
    encoding: 'buffer',
    maxBuffer: 1024 ** 3,
    stripFinalNewline: false,
  });
  return new Map(splitBatch(Buffer.from(stdout)));
}

/** Secret files under `directory` that differ from HEAD or are not in it, by path; none where there is no repository. */
export async function uncommittedSecretFiles(directory: string): Promise<ReadonlySet<string>> {
  const files = ':(glob)**/secrets/*.enc.*';
  const [changed, untracked] = await Promise.all([
    git(directory, ['diff', '-z', '--name-only', '--relative', '--no-renames', 'HEAD', '--', files]),
    git(directory, ['ls-files', '-z', '--others', '--', files]),
  ]);
  return new Set(
    [changed, untracked].flatMap(({ exitCode, stdout }) => (exitCode === 0 ? stdout.split('\0') : [])),
  );
}

/** `<id> <type> <size>\n<bytes>\n` again and again; `<id> missing\n` for an object that is not there. */
function* splitBatch(output: Buffer): Generator<readonly [string, Uint8Array]> {
  let at = 0;
  while (at < output.length) {
    const end = output.indexOf(10, at);
    const [id = '', type, size] = output.toString('latin1', at, end).split(' ');
    at = end + 1;
    if (type === 'missing') continue;
    yield [id, output.subarray(at, at + Number(size))];
    at += Number(size) + 1;
  }
}

/** `reject: false`: a directory that is no repository is an answer, not a failure; so is a machine without Git. */
const git = (cwd: string, args: readonly string[]) =>
  execa('git', args, { cwd, reject: false, stdin: 'ignore' });
