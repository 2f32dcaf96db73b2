import type { Problem } from '../problem';
import { mergeCommand, shellWord } from '../config/commands';

/** Whether a merge left both sides in a text, each between Git's markers. */
export function isConflicted(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return [/^<{7}( |\r?$)/m, /^={7}\r?$/m, /^>{7}( |\r?$)/m].every((marker) => marker.test(text));
}

/**
 * The problem of a secret file that holds both sides of a merge. No side is to be lost: Git keeps them in its index until
 * `git add`.
 *
 * @param path of the file, relative to the workspace
 */
export const conflict = (path: string): Problem => ({
  code: 'unresolvedConflict',
  what: 'the file has an unresolved merge conflict: lines of both sides between <<<<<<< and >>>>>>>',
  where: path,
  fix: [
    'A SOPS file cannot be merged by lines, because its MAC covers all of it. Merge it by keys:',
    mergeCommand(path),
    `git add ${shellWord(path)}`,
  ].join('\n'),
});
