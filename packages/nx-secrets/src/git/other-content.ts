import { stat } from 'node:fs/promises';
import { join, posix } from 'node:path';

/** Why Git does not have a file's bytes as they are here. */
export type OtherContent =
  /** A repository of its own is around the file: a submodule. */
  | { readonly kind: 'repository'; readonly folder: string }
  /** An attribute has Git change the content on its way: a filter (LFS, git-crypt), an encoding, `ident`. */
  | { readonly kind: 'attribute'; readonly attribute: string };

const attributes = ['filter', 'working-tree-encoding', 'ident'] as const;

/**
 * Those of the files whose content Git has otherwise, or not at all. Nothing outside a repository.
 *
 * @param paths relative to `directory`
 */
export async function otherContentAmong(
  directory: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, OtherContent>> {
  const found = new Map<string, OtherContent>();
  if (paths.length === 0) return found;
  const [attributed, filters, folders] = await Promise.all([
    attributesOf(directory, paths),
    filtersOf(directory),
    repositoriesAbove(directory, paths),
  ]);
  for (const [path, attribute, value] of attributed) {
    // A filter that nobody configured changes nothing.
    if (attribute === 'filter' && !filters.has(value)) continue;
    found.set(path, { kind: 'attribute', attribute: value === 'set' ? attribute : `${attribute}=${value}` });
  }
  for (const [path, folder] of folders) found.set(path, { kind: 'repository', folder });
  return found;
}

/** `<path>\0<attribute>\0<value>\0` each. Source: git-check-attr, -z */
async function attributesOf(
  cwd: string,
  paths: readonly string[],
): Promise<readonly (readonly [path: string, attribute: string, value: string])[]> {
  const { exitCode, stdout } = await git(
    cwd,
    ['check-attr', '-z', '--stdin', ...attributes],
    paths.map((path) => `${path}\0`).join(''),
  );
  if (exitCode !== 0) return [];
  const fields = stdout.split('\0');
  const set: (readonly [string, string, string])[] = [];
  for (let index = 0; index + 2 < fields.length; index += 3) {
    const [path = '', attribute = '', value = ''] = fields.slice(index, index + 3);
    if (value !== 'unspecified' && value !== 'unset') set.push([path, attribute, value]);
  }
  return set;
}

/** Names of the filters that Git has programs for. */
async function filtersOf(cwd: string): Promise<ReadonlySet<string>> {
  const { stdout } = await git(cwd, ['config', '--name-only', '--get-regexp', '^filter\\.']);
  return new Set(
    stdout.split('\n').flatMap((name) => /^filter\.(.+)\.(?:clean|smudge|process)$/.exec(name)?.[1] ?? []),
  );
}

async function repositoriesAbove(
  directory: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const known = new Map<string, Promise<boolean>>();
  const isRepository = (folder: string) => {
    const answer =
      known.get(folder) ??
      stat(join(directory, folder, '.git')).then(
        () => true,
        () => false,
      );
    known.set(folder, answer);
    return answer;
  };
  const found = new Map<string, string>();
  for (const path of paths) {
    for (let folder = posix.dirname(path); folder !== '.'; folder = posix.dirname(folder)) {
      if (await isRepository(folder)) found.set(path, folder);
    }
  }
  return found;
}

/** Whether a path is a link in the index of Git. */
export async function isLinkInGit(directory: string, path: string): Promise<boolean> {
  const { stdout } = await git(directory, ['ls-files', '-z', '--stage', '--', `:(literal)${path}`]);
  return stdout.startsWith('120000 ');
}

/** The library is loaded when it is needed: Nx loads this file with the plugin. */
async function git(cwd: string, args: readonly string[], input = '') {
  const { execa } = await import('execa');
  return execa('git', args, { cwd, input, reject: false });
}
