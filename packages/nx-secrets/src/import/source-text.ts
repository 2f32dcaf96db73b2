import { untrack } from '../config/commands';
import type { FileHistory, SameContent } from '../git/file-history';

const mustBeReplaced =
  'Whoever can read the repository can read them: replace each value where it was issued, then set the new one (docs/from-dotenv.md, "What Git remembers").';

/** What Git's history has of a plaintext source, and what to do about it. */
export function historyText(source: string, history: FileHistory): readonly string[] {
  const { commits, first, last, tracked } = history;
  const span =
    commits === 1
      ? `commit ${first.id} of ${first.day} has`
      : `${commits} commits have, from ${first.id} of ${first.day} to ${last.id} of ${last.day}`;
  return [
    `Git's history has the values of ${source} in plaintext: ${span} it. Removing the file does not remove them.`,
    mustBeReplaced,
    ...(tracked
      ? ['Git tracks it. To take it out of the next commit, and keep it here:', untrack(source)]
      : []),
  ];
}

/** What there is to say where Git's history has the content under another name. */
export const sameContentText = (source: string, { path, id, day }: SameContent): readonly string[] => [
  `Git's history has the values of ${source} in plaintext under another name: ${path}, commit ${id} of ${day}. Removing the file does not remove them.`,
  mustBeReplaced,
];

/** A recipient of an encrypted source, and the files that name it besides. */
export interface OldKey {
  readonly name: string;
  /** Undefined where Git could not tell. */
  readonly files: readonly string[] | undefined;
}

/** What still needs the keys that an encrypted source was under. */
export const oldKeysText = (keys: readonly OldKey[]): readonly string[] =>
  keys.map(({ name, files }) =>
    files === undefined
      ? `Old key ${name}: without a Git repository, which other files need it is unknown.`
      : files.length === 0
        ? `Old key ${name}: no other file here names it. Revisions in Git's history still need it.`
        : `Old key ${name}: keep it, ${files.length === 1 ? 'this file names' : 'these files name'} it: ${files.slice(0, shown).join(', ')}${files.length > shown ? `, and ${files.length - shown} more` : ''}.`,
  );

/** Files that are named for a key. */
const shown = 20;
