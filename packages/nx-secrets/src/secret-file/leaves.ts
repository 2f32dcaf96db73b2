import type { Document, EncryptedFile, Leaf, Value } from 'sops-codec';

/** A leaf of a secret file, with its place. */
export interface KeyedLeaf {
  /** Keys of mappings from the outside to the inside; a list has no keys of its own. */
  readonly keys: readonly string[];
  readonly leaf: Leaf;
}

/** What ends a path: a leaf, or a mapping or list that holds nothing. */
export interface PathEnd {
  /** As in `KeyedLeaf`. */
  readonly keys: readonly string[];
  /** The keys, with the index of each element of a list. */
  readonly path: readonly string[];
  readonly value: Value;
}

/**
 * The leaves of a secret file in file order. The elements of a list all have the keys of the list.
 *
 * @returns for a file of several documents, those of all
 */
export const leavesOf = ({ documents }: Pick<EncryptedFile, 'documents'>): readonly KeyedLeaf[] =>
  documents
    .flatMap(pathEnds)
    .flatMap(({ keys, value }) =>
      value.kind === 'map' || value.kind === 'list' ? [] : [{ keys, leaf: value }],
    );

/** The ends of all paths of a document in file order, without comments. */
export const pathEnds = ({ items }: Document): readonly PathEnd[] =>
  items.flatMap((item) => (item.kind === 'item' ? endsBelow(item.value, [item.key], [item.key]) : []));

function endsBelow(value: Value, keys: readonly string[], path: readonly string[]): readonly PathEnd[] {
  if (value.kind === 'map') {
    const items = value.items.filter((item) => item.kind === 'item');
    if (items.length > 0)
      return items.flatMap(({ key, value: inner }) => endsBelow(inner, [...keys, key], [...path, key]));
  }
  if (value.kind === 'list') {
    const elements = value.elements.filter((element) => element.kind !== 'comment');
    if (elements.length > 0)
      return elements.flatMap((element, index) => endsBelow(element, keys, [...path, String(index)]));
  }
  return [{ keys, path, value }];
}
