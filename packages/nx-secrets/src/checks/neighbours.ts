import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ownFiles } from '../git/git';
import { secretsFolder } from '../workspace/secret-file';
import { isNeighbour, type Neighbour } from './plaintext-beside';

/** Larger files are no text that somebody typed. */
const largestText = 1024 * 1024;

/**
 * The files beside services' secret files that Git has or would add. What Git ignores cannot get into Git, so it is not
 * looked at; without Git, the service's folder and its `secrets/` are.
 *
 * @param roots project roots of services
 * @param everyRoot all project roots: a file belongs to the innermost project
 * @returns neighbours by root
 */
export async function readNeighbours(
  workspaceRoot: string,
  roots: readonly string[],
  everyRoot: readonly string[],
): Promise<ReadonlyMap<string, readonly Neighbour[]>> {
  const listed = await ownFiles(workspaceRoot, [':(glob)**/.env*', `:(glob)**/${secretsFolder}/**`]);
  const projects = new Set([...everyRoot, ...roots]);
  const byRoot = new Map<string, string[]>(roots.map((root) => [root, []]));
  for (const path of listed ?? []) {
    const root = innermost(path, projects);
    const inService = root === '.' ? path : path.slice(root.length + 1);
    if (isNeighbour(inService)) byRoot.get(root)?.push(inService);
  }
  const entries = [...byRoot].map(async ([root, paths]) => {
    const found = listed ? paths : await inFolder(join(workspaceRoot, root));
    return [root, await Promise.all(found.map((path) => readNeighbour(workspaceRoot, root, path)))] as const;
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
  return [...(await names(folder)), ...secrets.map((name) => `${secretsFolder}/${name}`)].filter(isNeighbour);
}

async function readNeighbour(workspaceRoot: string, root: string, path: string): Promise<Neighbour> {
  const file = join(workspaceRoot, root, path);
  try {
    const found = await stat(file);
    const readable = found.isFile() && found.size <= largestText;
    return { path, text: readable ? await readFile(file, 'utf8') : undefined };
  } catch {
    return { path, text: undefined }; // A link to nowhere, or gone since it was listed.
  }
}
