import type { CommentToken, Mark, Token } from './token';

/** Something that turns out to be a key where a colon follows on the same line. */
export interface SimpleKey {
  possible: boolean;
  readonly required: boolean;
  /** Place in the tokens at which the key's own token is put in. */
  readonly token: number;
  readonly mark: Mark;
}

/**
 * What is known while tokens are read. They are read only as far ahead as the parser looks: which token a comment belongs
 * to depends on that. Source: libyaml's scanner, as go-yaml v3 has it
 */
export interface Scanner {
  /** The text, with NULs behind it, so that looking ahead needs no check. */
  readonly text: string;
  index: number;
  line: number;
  column: number;
  /** Line breaks since the last character that is neither blank nor break. */
  newlines: number;

  readonly tokens: Token[];
  readonly comments: CommentToken[];
  /** Tokens that the parser has taken. */
  taken: number;

  flowLevel: number;
  indent: number;
  readonly indents: number[];
  keyAllowed: boolean;
  /** One for each flow level. */
  readonly keys: SimpleKey[];
  /** Places in `keys` by the token that each would stand before. */
  readonly keysByToken: Map<number, number>;
}

/** How far the scanner looks ahead at most: `---` and what follows. */
const sentinel = '\0'.repeat(8);

/** A scanner at the beginning of a text. */
export const scannerOf = (text: string): Scanner => ({
  text: text + sentinel,
  index: 0,
  line: 0,
  column: 0,
  newlines: 0,
  tokens: [],
  comments: [],
  taken: 0,
  flowLevel: 0,
  indent: -1,
  indents: [],
  keyAllowed: true,
  keys: [],
  keysByToken: new Map(),
});

/** Where the scanner stands. */
export const markOf = ({ index, line, column }: Scanner): Mark => ({ index, line, column });

/** The character code `ahead` of where the scanner stands. */
export const codeAt = ({ text, index }: Scanner, ahead = 0): number => text.charCodeAt(index + ahead);

export const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;
export const isBreak = (code: number): boolean =>
  code === 0x0a || code === 0x0d || code === 0x85 || code === 0x2028 || code === 0x2029;
export const isBreakOrEnd = (code: number): boolean => code === 0 || isBreak(code);
export const isBlankOrEnd = (code: number): boolean => isBlank(code) || isBreakOrEnd(code);
export const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
/** Letters, digits, `_` and `-`. */
export const isWord = (code: number): boolean =>
  isDigit(code) ||
  (code >= 0x41 && code <= 0x5a) ||
  (code >= 0x61 && code <= 0x7a) ||
  code === 0x5f ||
  code === 0x2d;

/** Goes over characters that are no breaks. */
export function skip(scanner: Scanner, count = 1): void {
  for (let left = count; left > 0; left -= 1) {
    if (!isBlank(codeAt(scanner))) scanner.newlines = 0;
    scanner.index += 1;
    scanner.column += 1;
  }
}

/** Goes over blanks. */
export function skipBlanks(scanner: Scanner): void {
  while (isBlank(codeAt(scanner))) skip(scanner);
}

/** Goes to a place on the same line, over at least one character that is not blank. Gives what was passed. */
export function readTo(scanner: Scanner, index: number): string {
  const text = scanner.text.slice(scanner.index, index);
  scanner.column += index - scanner.index;
  scanner.index = index;
  scanner.newlines = 0;
  return text;
}

/** Goes over a line break, and gives it as YAML reads it: the two Unicode separators stay what they are. */
export function readBreak(scanner: Scanner): string {
  const code = codeAt(scanner);
  scanner.index += code === 0x0d && codeAt(scanner, 1) === 0x0a ? 2 : 1;
  scanner.column = 0;
  scanner.line += 1;
  scanner.newlines += 1;
  return code === 0x2028 || code === 0x2029 ? String.fromCharCode(code) : '\n';
}

/** Whether a document marker (`---` or `...`) stands here. */
export function atDocumentMarker(scanner: Scanner, character?: number): boolean {
  const code = codeAt(scanner);
  return (
    scanner.column === 0 &&
    (character === undefined ? code === 0x2d || code === 0x2e : code === character) &&
    codeAt(scanner, 1) === code &&
    codeAt(scanner, 2) === code &&
    isBlankOrEnd(codeAt(scanner, 3))
  );
}
