import { isAbsolute, posix } from 'node:path';
import { execa } from 'execa';

/** A path that is ignored, and the pattern that ignores it. */
export interface Ignored {
  readonly path: string;
  /** File that the pattern is in: relative to the directory asked about, or absolute. */
  readonly source: string;
  readonly line: number;
  readonly pattern: string;
}

/**
 * Those of the paths that patterns ignore, whether or not anything is there and Git has it. None outside a repository.
 * Source: git-check-ignore(1).
 *
 * @param paths relative to `directory`; a folder has a slash at its end
 * @param excludes a file of further patterns, in place of the user's own (core.excludesFile)
 */
export async function ignoredAmong(
  directory: string,
  paths: readonly string[],
  excludes?: string,
): Promise<readonly Ignored[]> {
  const config = excludes === undefined ? [] : ['-c', `core.excludesFile=${excludes}`];
  const git = (args: readonly string[], input = '') =>
    execa('git', args, { cwd: directory, reject: false, input });
  const { exitCode, stdout } = await git(
    [...config, 'check-ignore', '--verbose', '--no-index', '-z', '--stdin'],
    paths.map((path) => `${path}\0`).join(''),
  );
  if (exitCode !== 0) return [];
  // Sources are relative to the top of the repository.
  const { stdout: prefix } = await git(['rev-parse', '--show-prefix']);
  const fields = stdout.split('\0');
  return Array.from({ length: Math.floor(fields.length / 4) }, (_, index) => {
    const [source = '', line = '', pattern = '', path = ''] = fields.slice(4 * index, 4 * index + 4);
    const from = isAbsolute(source) ? source : posix.relative(prefix, source);
    return { path, source: from, line: Number(line), pattern };
  }).filter(({ pattern }) => !pattern.startsWith('!'));
}
