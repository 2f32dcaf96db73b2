/** Follows go-yaml v3.0.4: `scannerc.go`. */
import { yamlError } from './yaml-error';
import { readGap } from './plain-scalar';
import {
  atDocumentMarker,
  codeAt,
  isBlankOrEnd,
  isBreak,
  markOf,
  readBreak,
  readTo,
  skip,
  type Scanner,
} from './scanner';
import type { Mark, Token } from './token';

const backslash = 0x5c;
const escapes: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['a', '\u0007'],
  ['b', '\b'],
  ['t', '\t'],
  ['\t', '\t'],
  ['n', '\n'],
  ['v', '\u000b'],
  ['f', '\f'],
  ['r', '\r'],
  ['e', '\u001b'],
  [' ', ' '],
  ['"', '"'],
  ["'", "'"],
  ['\\', '\\'],
  ['N', '\u0085'],
  ['_', '\u00a0'],
  ['L', '\u2028'],
  ['P', '\u2029'],
]);
const hexDigits: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

/** Reads a scalar in single or double quotes. Source: go-yaml `scannerc.go` (scan_flow_scalar) */
export function scanQuoted(scanner: Scanner, quote: "'" | '"'): Token {
  const mark = markOf(scanner);
  const close = quote.charCodeAt(0);
  skip(scanner);
  let text = '';
  for (;;) {
    if (atDocumentMarker(scanner)) throw yamlError('a document marker within quotes', mark);
    if (codeAt(scanner) === 0) throw yamlError('quotes that are not closed', mark);
    const { piece, escapedBreak } = readPiece(scanner, close, mark);
    text += piece;
    if (codeAt(scanner) === close) break;
    text += readGap(scanner, escapedBreak).text;
  }
  skip(scanner);
  return { kind: 'scalar', mark, text, style: quote === '"' ? 'double' : 'single' };
}

/** Reads up to a blank, a break or the closing quote; a break that is escaped ends the piece, too. */
function readPiece(scanner: Scanner, close: number, mark: Mark): { piece: string; escapedBreak: boolean } {
  let piece = '';
  for (;;) {
    let end = scanner.index;
    let code = scanner.text.charCodeAt(end);
    while (!isBlankOrEnd(code) && code !== close && !(close === 0x22 && code === backslash)) {
      end += 1;
      code = scanner.text.charCodeAt(end);
    }
    if (end > scanner.index) piece += readTo(scanner, end);
    if (code === close && close === 0x27 && codeAt(scanner, 1) === close) {
      piece += "'";
      skip(scanner, 2);
    } else if (code === backslash && close === 0x22) {
      if (isBreak(codeAt(scanner, 1))) {
        skip(scanner);
        readBreak(scanner);
        return { piece, escapedBreak: true };
      }
      piece += readEscape(scanner, mark);
    } else return { piece, escapedBreak: false };
  }
}

function readEscape(scanner: Scanner, mark: Mark): string {
  const letter = scanner.text[scanner.index + 1] ?? '';
  const text = escapes.get(letter);
  if (text !== undefined) {
    skip(scanner, 2);
    return text;
  }
  const length = hexDigits.get(letter);
  if (length === undefined) throw yamlError('an unknown escape in double quotes', mark);
  const digits = scanner.text.slice(scanner.index + 2, scanner.index + 2 + length);
  const code = /^[0-9a-fA-F]+$/.test(digits) && digits.length === length ? parseInt(digits, 16) : NaN;
  if (!(code <= 0x10ffff) || (code >= 0xd800 && code <= 0xdfff))
    throw yamlError('an escape that is not a Unicode character', mark);
  skip(scanner, 2 + length);
  return String.fromCodePoint(code);
}
