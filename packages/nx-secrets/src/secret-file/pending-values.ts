import {
  parse,
  serialize,
  type Comment,
  type Document,
  type EncryptedFile,
  type Mapping,
  type Path,
  type Value,
} from 'sops-codec';
import { throwProblem, type Problem } from '../problem';
import { anyKey, addressOf, setKey, shellWord, stageOf } from '../config/commands';
import { keyText } from './key-path';
import { leavesOf } from './leaves';

/**
 * A value that somebody added who may encrypt and not decrypt: a SOPS file of its own, in a comment of the secret file
 * (docs/decisions/0012). Comments are no part of a file's MAC, so adding one takes no data key.
 */
export interface PendingValue {
  /** Where its value belongs, names from the outside to the inside. */
  readonly keys: readonly string[];
  readonly file: EncryptedFile;
  /** As the comment has it. */
  readonly encoded: string;
}

const marker = 'nx-secrets addition';

/** The text of a pending value in a file that is not read as a whole: base64 of a SOPS file. */
export const pendingPattern = /nx-secrets addition ([A-Za-z0-9+/]+=*)/g;

/**
 * The pending values among documents, encrypted or opened; those in comments that are encrypted themselves are not seen.
 *
 * @param path of the file, for messages
 * @throws ProblemError where one cannot be read: its value would be lost in silence
 */
export const pendingValuesIn = (documents: readonly Document[], path: string): readonly PendingValue[] =>
  documents
    .flatMap(commentsBelow)
    .filter(isPending)
    .map((comment) => readPending(comment, path));

/** The keys of a file and of its pending values, as `nx g …:set` takes them, each once. */
export const allKeys = (file: EncryptedFile, path: string): readonly string[] => [
  ...new Set(
    [...leavesOf(file), ...pendingValuesIn(file.documents, path)].map(({ keys }) =>
      keyText(keys, file.format),
    ),
  ),
];

/** The file with a pending value more. */
export function withPendingValue(file: EncryptedFile, pendingValue: EncryptedFile): EncryptedFile {
  const [document, ...rest] = file.documents;
  const text = ` ${marker} ${Buffer.from(serialize(pendingValue)).toString('base64')}`;
  const items = [{ kind: 'comment' as const, text, inline: false }, ...(document?.items ?? [])];
  return { ...file, documents: [{ kind: 'map', items }, ...rest] };
}

/** Documents without their pending values: all of them, or those that `drops` says. */
export function withoutPendingValues(
  documents: readonly Document[],
  path: string,
  drops: (pendingValue: PendingValue) => boolean = () => true,
): readonly Document[] {
  const keep = (comment: Comment) => !isPending(comment) || !drops(readPending(comment, path));
  return documents.map((document) => filteredMap(document, keep));
}

/** Whether two paths are the same. */
export const sameKeys = (one: Path, other: Path): boolean => JSON.stringify(one) === JSON.stringify(other);

function filteredMap({ items }: Mapping, keep: (comment: Comment) => boolean): Mapping {
  const kept = items.filter((item) => item.kind !== 'comment' || keep(item));
  return {
    kind: 'map',
    items: kept.map((item) =>
      item.kind === 'comment' ? item : { ...item, value: filtered(item.value, keep) },
    ),
  };
}

function filtered(value: Value, keep: (comment: Comment) => boolean): Value {
  if (value.kind === 'map') return filteredMap(value, keep);
  if (value.kind !== 'list') return value;
  const kept = value.elements.filter((element) => element.kind !== 'comment' || keep(element));
  return {
    kind: 'list',
    elements: kept.map((element) => (element.kind === 'comment' ? element : filtered(element, keep))),
  };
}

/** Programs that write the file may move a comment: it is looked for everywhere. */
function commentsBelow(value: Value): readonly Comment[] {
  if (value.kind === 'map')
    return value.items.flatMap((item) => (item.kind === 'comment' ? [item] : commentsBelow(item.value)));
  if (value.kind === 'list')
    return value.elements.flatMap((element) =>
      element.kind === 'comment' ? [element] : commentsBelow(element),
    );
  return [];
}

/** Whether a comment is a pending value. */
export const isPending = ({ text }: Comment): boolean => text.trimStart().startsWith(`${marker} `);

function readPending({ text }: Comment, path: string): PendingValue {
  const base64 = text.trim().slice(marker.length).trim();
  try {
    const file = parse(Buffer.from(base64, 'base64'), 'yaml');
    const [leaf, another] = leavesOf(file);
    if (leaf && !another && file.documents.length === 1) return { keys: leaf.keys, file, encoded: base64 };
  } catch {
    // Whatever is wrong with it.
  }
  return throwProblem(damaged(path));
}

const damaged = (path: string): Problem => ({
  code: 'pendingValueDamaged',
  what: `a comment that starts with "${marker}" cannot be parsed`,
  where: path,
  fix: `Restore it on one line, as it was:\ngit log -p -- ${shellWord(path)}\nOr remove that comment and add the value again:\n${setKey(addressOf(path), stageOf(path), anyKey)}`,
});
