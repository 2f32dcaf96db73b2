import { execa } from 'execa';
import { openObjects } from './objects';

/** The contents of a file that a merge left unresolved; each undefined where that side does not have the file. */
export interface MergeSides {
  readonly base: Uint8Array | undefined;
  readonly ours: Uint8Array | undefined;
  readonly theirs: Uint8Array | undefined;
}

/**
 * The sides of an unresolved merge, as Git keeps them in its index until `git add`. Source: git-ls-files, `--unmerged`.
 *
 * @param path relative to `directory`
 * @returns undefined where Git has no unresolved merge of the file
 */
export async function mergeSides(directory: string, path: string): Promise<MergeSides | undefined> {
  const { exitCode, stdout } = await execa(
    'git',
    ['ls-files', '--unmerged', '-z', '--', `:(literal)${path}`],
    {
      cwd: directory,
      reject: false,
      stdin: 'ignore',
    },
  );
  const ids = new Map(
    stdout.split('\0').flatMap((entry): [string, string][] => {
      const [, id, side] = /^\d+ ([0-9a-f]+) ([123])\t/.exec(entry) ?? [];
      return id !== undefined && side !== undefined ? [[side, id]] : [];
    }),
  );
  if (exitCode !== 0 || ids.size === 0) return undefined;
  const objects = openObjects(directory);
  const read = async (side: string) => {
    const id = ids.get(side);
    return id === undefined ? undefined : objects.read(id);
  };
  try {
    return { base: await read('1'), ours: await read('2'), theirs: await read('3') };
  } finally {
    await objects.close();
  }
}
