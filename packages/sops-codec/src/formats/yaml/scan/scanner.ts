/** Follows go-yaml v3.0.4: `scannerc.go`, `readerc.go`, `yamlprivateh.go`. */
import type { CommentToken, Mark, Token } from './token';

/** A possible key: it is one if a colon follows on the same line. */
export interface SimpleKey {
  possible: boolean;
  readonly required: boolean;
  /** Index among the tokens at which the key token is inserted. */
  readonly token: number;
  readonly mark: Mark;
}

/**
 * The state of the scanner. It reads only as many tokens ahead as the parser needs: which token a comment belongs to
 * depends on that. Source: go-yaml v3 `scannerc.go`
 */
export interface Scanner {
  /** The text, followed by NULs, so that looking ahead needs no bounds check. */
  readonly text: string;
  index: number;
  line: number;
  column: number;
  /** Line breaks since the last character that is neither a blank nor a break. */
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
  /** Indexes of `keys` by the token that each precedes. */
  readonly keysByToken: Map<number, number>;
}

/** The longest look-ahead: `---` and the character after it. */
const sentinel = '\0'.repeat(8);

/** A scanner at the start of a text. */
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

/** The current position. */
export const markOf = ({ index, line, column }: Scanner): Mark => ({ index, line, column });

/** The character code at the current position, or `ahead` of it. */
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

/** Skips characters other than breaks. */
export function skip(scanner: Scanner, count = 1): void {
  for (let left = count; left > 0; left -= 1) {
    if (!isBlank(codeAt(scanner))) scanner.newlines = 0;
    scanner.index += 1;
    scanner.column += 1;
  }
}

/** Skips blanks. */
export function skipBlanks(scanner: Scanner): void {
  while (isBlank(codeAt(scanner))) skip(scanner);
}

/** Reads up to an index on the same line, over at least one character that is not blank. */
export function readTo(scanner: Scanner, index: number): string {
  const text = scanner.text.slice(scanner.index, index);
  scanner.column += index - scanner.index;
  scanner.index = index;
  scanner.newlines = 0;
  return text;
}

/** Reads a line break, normalized to a line feed; the two Unicode separators stay as they are. */
export function readBreak(scanner: Scanner): string {
  const code = codeAt(scanner);
  scanner.index += code === 0x0d && codeAt(scanner, 1) === 0x0a ? 2 : 1;
  scanner.column = 0;
  scanner.line += 1;
  scanner.newlines += 1;
  return code === 0x2028 || code === 0x2029 ? String.fromCharCode(code) : '\n';
}

/** Whether a document marker (`---` or `...`) is here. */
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
