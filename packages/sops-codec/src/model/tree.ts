/**
 * The in-memory model of a file, as in sops: documents, each an ordered mapping with comments among its items. Plain and
 * encrypted files have the same model; in an encrypted one the leaves hold `ENC[…]` texts.
 * Source: sops `sops.go` (TreeBranches, TreeItem, Comment).
 */

/** A comment. */
export interface Comment {
  /** Tells a comment from items and values. */
  readonly kind: 'comment';
  /** The text after the comment marker, unchanged, with its leading blank. */
  readonly text: string;
  /** YAML only: whether it is on the line of the value before it. */
  readonly inline: boolean;
}

/** A string; `bytes` instead of `text` where the value is not valid UTF-8 (binary files, `!!binary`). */
export type Str =
  { readonly kind: 'str'; readonly text: string } | { readonly kind: 'bytes'; readonly bytes: Uint8Array };

/** A leaf. Ints are int64; times are RFC 3339 with up to nine fractional digits and `Z` for offset 0. */
export type Leaf =
  | Str
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'time'; readonly text: string }
  | { readonly kind: 'null' };

/** A list. */
export interface List {
  /** Tells a list from other values. */
  readonly kind: 'list';
  /** Its elements, with comments among them. */
  readonly elements: readonly (Value | Comment)[];
}

/** A key with its value. Duplicate keys are possible, since some formats allow them. */
export interface Item {
  /** Tells an item from a comment. */
  readonly kind: 'item';
  /** The key; always a text. */
  readonly key: string;
  /** The value of the key. */
  readonly value: Value;
}

/** A mapping in file order. */
export interface Mapping {
  /** Tells a mapping from other values. */
  readonly kind: 'map';
  /** Its items, with comments among them. */
  readonly items: readonly (Item | Comment)[];
}

/** A leaf, a list or a mapping. */
export type Value = Leaf | List | Mapping;

/** One document of a file; only YAML can have more than one. */
export type Document = Mapping;

/** File formats (sops calls them stores). */
export type Format = 'yaml' | 'json' | 'dotenv' | 'ini' | 'binary';
