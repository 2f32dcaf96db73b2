/**
 * The in-memory model of a file, as sops has it: documents, each an ordered mapping with comments among its items.
 * Plain and encrypted files have the same shape; in an encrypted one the leaves hold `ENC[…]` texts.
 * Source: sops `sops.go` (TreeBranches, TreeItem, Comment).
 */

/** Text after the comment marker, verbatim, leading blank included. `inline` (YAML only): behind the value it belongs to. */
export interface Comment {
  readonly kind: 'comment';
  readonly text: string;
  readonly inline: boolean;
}

/** A string. `bytes` instead of `text` where the value is not valid UTF-8 (binary files, `!!binary`). */
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

/** A list; comments stand among its elements. */
export interface List {
  readonly kind: 'list';
  readonly elements: readonly (Value | Comment)[];
}

/** A key with its value. Duplicate keys are representable, since some formats allow them. */
export interface Item {
  readonly kind: 'item';
  readonly key: string;
  readonly value: Value;
}

/** A mapping in file order. */
export interface Mapping {
  readonly kind: 'map';
  readonly items: readonly (Item | Comment)[];
}

export type Value = Leaf | List | Mapping;

/** One document of a file; only YAML can have more than one. */
export type Document = Mapping;

/** File formats (sops calls them stores). */
export type Format = 'yaml' | 'json' | 'dotenv' | 'ini' | 'binary';
