import { existsSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import type { Tree } from '@nx/devkit';
import { execa } from 'execa';
import { workspaceListsOf } from '../init/workspace-packages';
import { isIn, leadsElsewhere, namesFormerFolder, type FolderMove } from './old-paths';

/** Files that are named before the others are only counted. */
const filesShown = 50;

/** Lines of a file that are named. */
const linesShown = 10;

/**
 * Notes on what still names a folder that was moved, and on paths in it that lead elsewhere since, by file and line: in all
 * files that Git does not ignore; of nx.json as this run leaves it. They are somebody else's to change: of Nx, of compilers, of people.
 *
 * @param isMoved false where the folder is still to be moved
 */
export async function leftPlaces(tree: Tree, move: FolderMove, isMoved: boolean): Promise<readonly string[]> {
  const workspaceRoot = tree.root;
  const now = (path: string) =>
    !isMoved && isIn(path, move.from) ? `${move.to}${path.slice(move.from.length)}` : path;
  const exists = (path: string) =>
    ['', '.ts', '.js', '.json', '/index.ts', '/index.js'].some((end) =>
      existsSync(join(workspaceRoot, `${path}${end}`)),
    );
  const [naming, outward] = await Promise.all([
    linesWith(workspaceRoot, basename(move.from), '.'),
    linesWith(workspaceRoot, '../', isMoved ? move.to : move.from),
  ]);
  if (!naming || !outward)
    return [`Git could not search the workspace for what still names ${move.from}: look for it yourself`];
  const places = (lines: readonly FoundLine[], test: (line: FoundLine) => boolean) =>
    placesText(lines.filter(test));
  return [
    ...places(
      [...naming.filter(({ path }) => path !== nxJson), ...(isMoved ? linesOf(tree, nxJson) : [])],
      ({ path, text }) => namesFormerFolder(text, now(path), move),
    ).map((place) => `${place} still names ${move.from}, and is not changed by this`),
    ...workspacesLost(tree, move, isMoved),
    ...places(outward, ({ path, text }) => leadsElsewhere(text, now(path), move, exists)).map(
      (place) => `${place} leads elsewhere from ${move.to}, and is not changed by this`,
    ),
  ];
}

const nxJson = 'nx.json';

/** The lines of a file as this run leaves it. */
const linesOf = (tree: Tree, path: string): readonly FoundLine[] =>
  (tree.read(path, 'utf8') ?? '').split('\n').map((text, index) => ({ path, line: String(index + 1), text }));

/** Where a pattern of the package manager has the former folder, and none has the one of now. */
function workspacesLost(tree: Tree, { from, to }: FolderMove, isMoved: boolean): readonly string[] {
  if (!tree.exists(posix.join(isMoved ? to : from, 'package.json'))) return [];
  const [file] = workspaceListsOf(tree, from);
  return file === undefined || workspaceListsOf(tree, to).length > 0
    ? []
    : [`no workspace pattern of ${file} covers ${to}, as one did ${from}; it is not changed by this`];
}

interface FoundLine {
  readonly path: string;
  readonly line: string;
  readonly text: string;
}

/** The lines of all text files below a folder that have a text; undefined where Git cannot tell. */
async function linesWith(
  workspaceRoot: string,
  text: string,
  folder: string,
): Promise<readonly FoundLine[] | undefined> {
  const { exitCode, stdout } = await execa(
    'git',
    [
      ...[
        '-c',
        'core.quotePath=false',
        '-c',
        'grep.column=false',
        'grep',
        '-InzF',
        '--no-color',
        '--untracked',
      ],
      ...['-e', text, '--', `:(literal)${folder}`],
    ],
    { cwd: workspaceRoot, reject: false, stdin: 'ignore', timeout: 30_000, maxBuffer: 64 * 1024 * 1024 },
  );
  if (exitCode === 1) return [];
  if (exitCode !== 0) return undefined;
  return stdout.split('\n').flatMap((found) => {
    const [, path, line, content] = /^([^\0]+)\0(\d+)[\0:]([^]*)$/.exec(found) ?? [];
    const isOther = path === undefined || /(?:^|\/)node_modules\//.test(path);
    return isOther || line === undefined || content === undefined ? [] : [{ path, line, text: content }];
  });
}

/** `path:12, 14` of each file. */
function placesText(lines: readonly FoundLine[]): readonly string[] {
  const byFile = new Map<string, string[]>();
  for (const { path, line } of lines) byFile.set(path, [...(byFile.get(path) ?? []), line]);
  const shown = [...byFile].slice(0, filesShown).map(([path, all]) => {
    const more = all.length - linesShown;
    return `${path}:${all.slice(0, linesShown).join(', ')}${more > 0 ? ` and ${more} more lines` : ''}`;
  });
  const more = byFile.size - shown.length;
  return [...shown, ...(more > 0 ? [`a line in each of ${more} more files`] : [])];
}
