import { existsSync } from 'node:fs';
import { isAbsolute, join, posix } from 'node:path';
import { ignoredAmong, type Ignored } from '../git/ignored';
import type { Problem } from '../problem';
import { sopsConfigFile } from './services';

/** Patterns by which Nx, and Nx only, leaves files out. */
const nxIgnore = '.nxignore';

/**
 * The problem of a service whose files Git or Nx ignores: what is encrypted there would never be committed, or never be
 * pushed. Undefined where neither does, and outside a Git repository.
 *
 * @param root of the service, relative to the workspace
 * @param files the service's secret files, there or not, relative to its root
 */
export async function ignoredFiles(
  workspaceRoot: string,
  root: string,
  files: readonly string[],
): Promise<Problem | undefined> {
  const paths = [sopsConfigFile, ...files].map((file) => posix.join(root, file));
  const excludes = join(workspaceRoot, nxIgnore);
  const byGit = await ignoredAmong(workspaceRoot, paths);
  if (byGit.length > 0) return problemOf(workspaceRoot, byGit, undefined);
  if (!existsSync(excludes)) return undefined;
  const byNx = (await ignoredAmong(workspaceRoot, paths, excludes)).filter(
    ({ source }) => source === excludes,
  );
  return byNx.length > 0 ? problemOf(workspaceRoot, byNx, excludes) : undefined;
}

async function problemOf(
  workspaceRoot: string,
  ignored: readonly Ignored[],
  excludes: string | undefined,
): Promise<Problem> {
  const [first] = ignored;
  const file = excludes === undefined ? fileToChange(first?.source ?? '') : nxIgnore;
  // One file of patterns at a time: what another one ignores, the next run says.
  const paths = ignored
    .filter(({ source }) => excludes !== undefined || fileToChange(source) === file)
    .map(({ path }) => path);
  const above = [...new Set(paths.flatMap(foldersAbove))].sort();
  const closed = await ignoredAmong(
    workspaceRoot,
    above.map((folder) => `${folder}/`),
    excludes,
  );
  const base = posix.dirname(file);
  const inBase = (some: readonly string[]) => some.map((path) => posix.relative(base, path)).filter(Boolean);
  const lines = reincluded(inBase(paths), inBase(above), inBase(closed.map(({ path }) => path)));
  const [who, so] =
    excludes === undefined
      ? ['Git', 'it would not be committed, and Nx would run no task for it']
      : ['Nx', 'Nx would run no task for it'];
  return {
    code: 'ignoredFiles',
    what: `${who} ignores ${paths.join(', ')}: ${so}`,
    where: `${excludes === undefined ? first?.source : nxIgnore}, line ${first?.line}: ${first?.pattern}`,
    fix: [`Remove that pattern, or append these lines to ${file}:`, ...lines].join('\n'),
  };
}

/** Patterns of the user, or of the repository around the workspace, are overruled by the workspace's. */
const fileToChange = (source: string): string =>
  isAbsolute(source) || source.startsWith('../') || source.startsWith('.git/') ? '.gitignore' : source;

/** `a`, `a/b` of `a/b/c`. */
const foldersAbove = (path: string): readonly string[] =>
  path
    .split('/')
    .slice(0, -1)
    .map((_, index, parts) => parts.slice(0, index + 1).join('/'));

/**
 * The patterns that take files out of what is ignored, and nothing else with them. A file in a folder that is ignored
 * counts for nothing, so each folder on the way is opened, and what else is in it is closed again. Source: gitignore(5).
 *
 * @param folders all folders above the files
 * @param closed those of the folders that are ignored
 */
function reincluded(
  files: readonly string[],
  folders: readonly string[],
  closed: readonly string[],
): readonly string[] {
  const opened = folders.filter((folder) => closed.includes(folder));
  return [
    ...opened.flatMap((folder) => [`!/${escaped(folder)}/`, `/${escaped(folder)}/*`]),
    ...new Set(
      files.map(
        (file) => `!/${escaped(file).replace(/(^|\/)secrets\/[^/]+\.enc\.[a-z]+$/, '$1secrets/*.enc.*')}`,
      ),
    ),
  ];
}

const escaped = (path: string): string => path.replaceAll(/[\\*?[\]]/g, '\\$&').replace(/ $/, '\\ ');
