/** Follows go-yaml v3.0.4: `yamlh.go`. */

/** A place in the text; line and column count from 0. */
export interface Mark {
  readonly index: number;
  readonly line: number;
  readonly column: number;
}

export type ScalarStyle = 'plain' | 'single' | 'double' | 'block';

/** Tokens without content. */
export type SignKind =
  | 'stream-start'
  | 'stream-end'
  | 'document-start'
  | 'document-end'
  | 'sequence-start'
  | 'mapping-start'
  | 'block-end'
  | 'flow-sequence-start'
  | 'flow-sequence-end'
  | 'flow-mapping-start'
  | 'flow-mapping-end'
  | 'entry'
  | 'flow-entry'
  | 'key'
  | 'value';

/** A token of YAML. */
export type Token = { readonly mark: Mark } & (
  | { readonly kind: SignKind }
  | { readonly kind: 'alias' | 'anchor'; readonly name: string }
  | { readonly kind: 'tag'; readonly handle: string; readonly suffix: string }
  | { readonly kind: 'tag-directive'; readonly handle: string; readonly prefix: string }
  | { readonly kind: 'version-directive'; readonly version: string }
  | { readonly kind: 'scalar'; readonly text: string; readonly style: ScalarStyle }
);

export type TokenKind = Token['kind'];

/**
 * A comment, with its token: the first token that starts at `token` or after it gets the comment. A comment is then
 * emptied in place, since the scanner looks at the last one.
 */
export interface CommentToken {
  /** Where the search that found it started. */
  scan: number;
  token: number;
  start: Mark;
  end: number;
  /** Above what follows. */
  head: string;
  /** After a token on its line. */
  line: string;
  /** Below the node before it. */
  foot: string;
}

const nowhere: Mark = { index: 0, line: 0, column: 0 };

/** A comment with defaults for its other fields. */
export const comment = (parts: Partial<CommentToken>): CommentToken => ({
  scan: 0,
  token: 0,
  start: nowhere,
  end: 0,
  head: '',
  line: '',
  foot: '',
  ...parts,
});
