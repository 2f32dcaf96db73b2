import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ownFiles } from '../git/repository';
import { secretsFolder } from '../config/secret-file-name';
import { isEnvironmentFile, type EnvironmentFile } from './environment-files';
import type { SiblingFiles } from './plaintext-siblings';
import { fileKind, isDecryptedByName, isDotenv, isSecretsByName } from './plaintext/file-kind';
import { readContent, readVariables } from './read-content';

/** As many files of a service are searched; of those that may be, the likeliest. */
export const mostFiles = 3_000;

/** A command line holds some roots everywhere, and not a thousand. */
const mostPathspecs = 30;

/** The files of a service, with how many there are besides. */
export type ListedSiblings = SiblingFiles & {
  readonly unread: number;
  /** Files of variables that Nx loads for the service's tasks: its own, and the workspace's. */
  readonly environment: readonly EnvironmentFile[];
};

/** Of a service without any files. */
export const noSiblings: ListedSiblings = {
  paths: [],
  unread: 0,
  environment: [],
  read: () => ({ kind: 'none' }),
};

/**
 * The files of services that Git has or would add. What Git ignores cannot get into Git, so it is not looked at; without
 * Git, the service's folder and its `secrets/` are.
 *
 * @param roots project roots of services
 * @param everyRoot all project roots: a file belongs to the innermost project
 * @returns siblings by root
 */
export async function listSiblings(
  workspaceRoot: string,
  roots: readonly string[],
  everyRoot: readonly string[],
): Promise<ReadonlyMap<string, ListedSiblings>> {
  const few = roots.length <= mostPathspecs && !roots.includes('.');
  const listed = await ownFiles(
    workspaceRoot,
    few ? [':(glob).*', ...roots.map((root) => `:(literal)${root}`)] : [],
  );
  const projects = new Set([...everyRoot, ...roots]);
  const byRoot = new Map<string, string[]>(roots.map((root) => [root, []]));
  for (const path of listed ?? []) {
    const root = innermost(path, projects);
    byRoot.get(root)?.push(root === '.' ? path : path.slice(root.length + 1));
  }
  const environmentOf = (root: string, paths: readonly string[]) =>
    paths.filter(isEnvironmentFile).map((name) => ({
      path: root === '.' ? name : `${root}/${name}`,
      text: readVariables(join(workspaceRoot, root), name),
    }));
  const shared = environmentOf('.', listed ?? (await inFolder(workspaceRoot)));
  const entries = [...byRoot].map(async ([root, paths]) => {
    const folder = join(workspaceRoot, root);
    const found = listed ? paths : await inFolder(folder);
    const searched = found.length > mostFiles ? likeliestFirst(found).slice(0, mostFiles) : found;
    const siblings: ListedSiblings = {
      paths: searched,
      unread: found.length - searched.length,
      environment: root === '.' ? shared : [...environmentOf(root, found), ...shared],
      read: (path) => readContent(folder, path),
    };
    return [root, siblings] as const;
  });
  return new Map(await Promise.all(entries));
}

/** The innermost project that a path is in; the workspace itself where there is none. */
function innermost(path: string, projects: ReadonlySet<string>): string {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    if (projects.has(path.slice(0, end))) return path.slice(0, end);
  }
  return '.';
}

async function inFolder(folder: string): Promise<readonly string[]> {
  const names = async (directory: string) =>
    (await readdir(directory, { withFileTypes: true }).catch(() => []))
      .filter((entry) => !entry.isDirectory())
      .map(({ name }) => name);
  const secrets = await names(join(folder, secretsFolder));
  return [...(await names(folder)), ...secrets.map((name) => `${secretsFolder}/${name}`)];
}

/** Files that hold settings before source code and texts, those near the root of the service first. */
function likeliestFirst(paths: readonly string[]): readonly string[] {
  const rank = (path: string) =>
    path.startsWith(`${secretsFolder}/`) || isDotenv(path) || isSecretsByName(path) || isDecryptedByName(path)
      ? 0
      : { json: 1, yaml: 1, lines: 1, source: 2, documentation: 2, binary: 3 }[fileKind(path)];
  const ranked = paths.map((path) => ({ path, rank: rank(path), depth: path.split('/').length }));
  return ranked.sort((a, b) => a.rank - b.rank || a.depth - b.depth).map(({ path }) => path);
}
