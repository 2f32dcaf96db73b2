import type { Comment, Document, Format, Item, Mapping, Value } from 'sops-codec';
import { keyText } from '../secret-file/key-path';
import { pathEnds } from '../secret-file/leaves';
import { sameValue } from '../secret-file/same-value';

/** What an import does to a secret file, by key name. */
export interface ImportChanges {
  readonly added: readonly string[];
  readonly replaced: readonly string[];
  readonly unchanged: readonly string[];
  /** Keys that have another value in the file, which stays. */
  readonly kept: readonly string[];
}

/** What an import comes to: the file's documents, and what changed. */
export interface ImportPlan {
  readonly documents: readonly Document[];
  readonly changes: ImportChanges;
  /** Comments of the source that are not in the documents: those before keys that the file has already. */
  readonly commentsLeft: number;
}

/**
 * Puts values into those of a secret file. What the file has stays, in its order and with its comments; a key with another
 * value is replaced only where `overwrite` names it or a mapping around it. A list is one value. New keys come behind, in
 * the order of the source and with the comments before them.
 *
 * @param before documents of the opened file; none where there is no file
 * @param overwrite names as reports show them
 * @param format of the secret file
 */
export function planImport(
  before: readonly Document[],
  imported: readonly Document[],
  overwrite: ReadonlySet<string>,
  format: Format,
): ImportPlan {
  const changes = { added: [], replaced: [], unchanged: [], kept: [] };
  const documents = [
    merged(before[0] ?? empty, imported[0] ?? empty, { path: [], overwrite, format, changes }),
  ];
  const kept = new Set(documents.flatMap(commentsIn));
  const commentsLeft = imported.flatMap(commentsIn).filter((text) => !kept.has(text)).length;
  return { documents, changes, commentsLeft };
}

function commentsIn(value: Value): readonly string[] {
  const parts = value.kind === 'map' ? value.items : value.kind === 'list' ? value.elements : [];
  return parts.flatMap((part) => {
    if (part.kind === 'comment') return [part.text];
    return commentsIn(part.kind === 'item' ? part.value : part);
  });
}

const empty: Mapping = { kind: 'map', items: [] };

interface Place {
  readonly path: readonly string[];
  readonly overwrite: ReadonlySet<string>;
  readonly format: Format;
  readonly changes: Record<keyof ImportChanges, string[]>;
}

function merged(before: Mapping, source: Mapping, place: Place): Mapping {
  const items = [...before.items];
  const places = new Map<string, number>();
  items.forEach((item, index) => {
    if (item.kind === 'item' && !places.has(item.key)) places.set(item.key, index);
  });
  /** Comments of the source since the last key. */
  let comments: Comment[] = [];
  for (const item of source.items) {
    if (item.kind === 'comment') {
      comments.push(item);
      continue;
    }
    const index = places.get(item.key);
    const old = index === undefined ? undefined : items[index];
    if (index !== undefined && old?.kind === 'item')
      items[index] = { ...old, value: mergedValue(old.value, item, place) };
    else {
      place.changes.added.push(...namesIn(item, place));
      places.set(item.key, items.push(...comments, item) - 1);
    }
    comments = [];
  }
  // What follows the last key belongs to a file that is taken over whole.
  if (before.items.length === 0) items.push(...comments);
  return { kind: 'map', items };
}

function mergedValue(old: Value, { key, value }: Item, place: Place): Value {
  const path = [...place.path, key];
  if (old.kind === 'map' && value.kind === 'map' && value.items.length > 0)
    return merged(old, value, { ...place, path });
  const { changes, format, overwrite } = place;
  const name = keyText(path, format);
  if (sameValue(old, value)) {
    changes.unchanged.push(...namesIn({ kind: 'item', key, value }, place));
    return old;
  }
  const isNamed = path.some((_, index) => overwrite.has(keyText(path.slice(0, index + 1), format)));
  changes[isNamed ? 'replaced' : 'kept'].push(name);
  return isNamed ? value : old;
}

/** The names of all values of an item. */
const namesIn = (item: Item, { path, format }: Place): readonly string[] => [
  ...new Set(pathEnds({ kind: 'map', items: [item] }).map(({ keys }) => keyText([...path, ...keys], format))),
];

/** The names that `--overwrite` may have: those of all values of a source, and of the mappings around them. */
export const namesOfSource = (documents: readonly Document[], format: Format): readonly string[] => [
  ...new Set(
    documents
      .flatMap(pathEnds)
      .flatMap(({ keys }) => keys.map((_, index) => keyText(keys.slice(0, index + 1), format))),
  ),
];
