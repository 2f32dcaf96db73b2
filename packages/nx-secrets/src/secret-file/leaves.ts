import type { EncryptedFile, Leaf, Value } from 'sops-codec';

/** A leaf of a secret file, with its place. */
export interface KeyedLeaf {
  /** Keys of mappings from the outside to the inside; a list has no keys of its own. */
  readonly keys: readonly string[];
  readonly leaf: Leaf;
}

/**
 * The leaves of a secret file in file order. The elements of a list all have the keys of the list.
 *
 * @returns for a file of several documents, those of all
 */
export const leavesOf = ({ documents }: EncryptedFile): readonly KeyedLeaf[] =>
  documents.flatMap((document) => leavesBelow(document, []));

function leavesBelow(value: Value, keys: readonly string[]): readonly KeyedLeaf[] {
  if (value.kind === 'map') {
    return value.items.flatMap((item) =>
      item.kind === 'item' ? leavesBelow(item.value, [...keys, item.key]) : [],
    );
  }
  if (value.kind === 'list') {
    return value.elements.flatMap((element) =>
      element.kind === 'comment' ? [] : leavesBelow(element, keys),
    );
  }
  return [{ keys, leaf: value }];
}
