import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What Nx leaves out wherever it is. Source: Nx, hard-coded ignore patterns of its file walker */
const hardCoded = ['node_modules', '.nx/cache', '.nx/workspace-data', '.yarn/cache'].map(
  (folder) => `:(glob)**/${folder}/**`,
);

/**
 * The files that Git has or would add and that Nx does not know: tracked although ignored, below folders that Nx leaves
 * out, or ignored by `.nxignore`. Undefined outside a repository.
 *
 * @returns paths relative to `directory`, sorted
 */
export async function filesNxIgnores(directory: string): Promise<readonly string[] | undefined> {
  const nxIgnore = existsSync(join(directory, '.nxignore')) ? ['--exclude-from=.nxignore'] : [];
  const ignored = ['--cached', '--ignored', '--exclude-standard', ...nxIgnore];
  const lists = await Promise.all([
    list(directory, ignored),
    list(directory, ['--cached', '--others', '--exclude-standard', '--', ...hardCoded]),
    ...(nxIgnore.length > 0
      ? [
          list(directory, ['--others', '--exclude-standard']),
          list(directory, ['--others', '--exclude-standard', ...nxIgnore]),
        ]
      : []),
  ]);
  if (lists.includes(undefined)) return undefined;
  const [tracked = [], below = [], others = [], known = []] = lists.map((paths) => paths ?? []);
  const left = new Set(known);
  return [...new Set([...tracked, ...below, ...others.filter((path) => !left.has(path))])].sort();
}

/** The secret files that Git has or would add, and what is in the place of their folders. Undefined outside a repository. */
export const secretFilePaths = (directory: string): Promise<readonly string[] | undefined> =>
  list(directory, [
    '--cached',
    '--others',
    '--exclude-standard',
    '--',
    ':(glob)**/secrets',
    ':(glob)**/secrets/*.enc.*',
  ]);

async function list(cwd: string, args: readonly string[]): Promise<readonly string[] | undefined> {
  // Nx loads this file with the plugin; the library when tasks are run.
  const { execa } = await import('execa');
  const { exitCode, stdout } = await execa('git', ['ls-files', '-z', ...args], {
    cwd,
    reject: false,
    stdin: 'ignore',
  });
  return exitCode === 0 ? stdout.split('\0').filter(Boolean) : undefined;
}
