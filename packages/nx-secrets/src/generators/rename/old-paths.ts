import { posix } from 'node:path';

/** A folder of the workspace that was moved. */
export interface FolderMove {
  readonly from: string;
  readonly to: string;
}

/** Longer lines are generated; what they name follows from other files. */
const longestLine = 4000;

/** The parts of a line that may be paths: of JSON, YAML, code, globs and CODEOWNERS. */
const wordsOf = (line: string): readonly string[] =>
  line
    .slice(0, longestLine)
    .replaceAll(/\\+/g, '/')
    .match(/[^\s"'`,;:()<>{}[\]=|*?!&#]+/gu) ?? [];

/** Whether a path is a folder or in it. */
export const isIn = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(`${folder}/`);

/**
 * Whether a line names a folder that was moved: by its path in the workspace, wherever that begins, or by a path that leads
 * there from the file.
 *
 * @param file path of the file, as it is now
 */
export const namesFormerFolder = (line: string, file: string, { from, to }: FolderMove): boolean =>
  wordsOf(line).some((word) => {
    if (isIn(`/${word}/`.replaceAll('//', '/'), `/${to}`)) return false;
    if (/^\.\.?\//.test(word) && isIn(resolved(file, word), from)) return true;
    const plain = word.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
    // One word alone may mean anything.
    if (!from.includes('/')) return word.includes('/') && isIn(plain, from);
    return `/${plain}/`.includes(`/${from}/`) && !`/${plain}/`.includes(`/${to}/`);
  });

/**
 * Whether a line of a file that was moved names something outside of its folder by a path that led there before, and does
 * not now.
 *
 * @param file path of the file, as it is now
 */
export function leadsElsewhere(
  line: string,
  file: string,
  { from, to }: FolderMove,
  exists: (path: string) => boolean,
): boolean {
  const before = `${from}${file.slice(to.length)}`;
  return wordsOf(line).some((word) => {
    if (!word.startsWith('../')) return false;
    const [old, now] = [resolved(before, word), resolved(file, word)];
    return old !== now && !old.startsWith('..') && !isIn(old, from) && exists(old) && !exists(now);
  });
}

const resolved = (file: string, word: string): string =>
  posix.join(posix.dirname(file), word).replace(/\/+$/, '');
