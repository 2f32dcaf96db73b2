/** Follows go-yaml v3.0.4: `scannerc.go`. */
import { yamlError } from './yaml-error';
import { scanLineComment } from './comments';
import {
  codeAt,
  isBlank,
  isBreak,
  isBreakOrEnd,
  isDigit,
  markOf,
  readBreak,
  readTo,
  skip,
  skipBlanks,
  type Scanner,
} from './scanner';
import type { Mark, Token } from './token';

const plus = 0x2b;
const minus = 0x2d;

interface Header {
  readonly chomp: 'strip' | 'clip' | 'keep';
  /** 0 where the first line decides. */
  readonly indent: number;
}

/** Reads a literal or folded block. Source: go-yaml `scannerc.go` (scan_block_scalar) */
export function scanBlock(scanner: Scanner, literal: boolean): Token {
  const mark = markOf(scanner);
  skip(scanner);
  const { chomp, indent: given } = readHeader(scanner, mark);
  const first = readBreaks(scanner, given > 0 ? Math.max(scanner.indent, 0) + given : 0, mark);
  const { indent } = first;
  let { breaks } = first;
  let text = '';
  let lineBreak = '';
  let afterBlank = false;
  while (scanner.column === indent && codeAt(scanner) !== 0) {
    const blank = isBlank(codeAt(scanner));
    const folds = !literal && !afterBlank && !blank && lineBreak === '\n';
    text += (folds ? (breaks === '' ? ' ' : '') : lineBreak) + breaks;
    afterBlank = blank;
    text += restOfLine(scanner);
    lineBreak = isBreak(codeAt(scanner)) ? readBreak(scanner) : '';
    breaks = readBreaks(scanner, indent, mark).breaks;
  }
  if (chomp !== 'strip') text += lineBreak;
  if (chomp === 'keep') text += breaks;
  return { kind: 'scalar', mark, text, style: 'block' };
}

/** A line of the block; one of blanks only leaves the count of line breaks alone. */
function restOfLine(scanner: Scanner): string {
  const { index, newlines } = scanner;
  let end = index;
  let onlyBlanks = true;
  for (let code = codeAt(scanner); !isBreakOrEnd(code); code = scanner.text.charCodeAt(end)) {
    onlyBlanks &&= isBlank(code);
    end += 1;
  }
  const text = readTo(scanner, end);
  if (onlyBlanks) scanner.newlines = newlines;
  return text;
}

/** The header after `|` or `>`: chomping and indentation in any order, a comment, the line break. */
function readHeader(scanner: Scanner, mark: Mark): Header {
  let chomp: Header['chomp'] = 'clip';
  let indent = 0;
  const readChomp = () => {
    const code = codeAt(scanner);
    if (code !== plus && code !== minus) return false;
    chomp = code === plus ? 'keep' : 'strip';
    skip(scanner);
    return true;
  };
  const readIndent = () => {
    const code = codeAt(scanner);
    if (!isDigit(code)) return;
    if (code === 0x30) throw yamlError('a block with an indentation of 0', mark);
    indent = code - 0x30;
    skip(scanner);
  };
  if (readChomp()) readIndent();
  else {
    readIndent();
    if (indent > 0) readChomp();
  }
  skipBlanks(scanner);
  if (codeAt(scanner) === 0x23) scanLineComment(scanner, mark.index);
  if (!isBreakOrEnd(codeAt(scanner))) throw yamlError('text after the header of a block', mark);
  if (isBreak(codeAt(scanner))) readBreak(scanner);
  return { chomp, indent };
}

/** Reads empty lines, and the indentation of the line after them; finds the block's indentation where it is 0. */
function readBreaks(scanner: Scanner, given: number, mark: Mark): { breaks: string; indent: number } {
  let breaks = '';
  let widest = 0;
  for (;;) {
    while ((given === 0 || scanner.column < given) && codeAt(scanner) === 0x20) skip(scanner);
    widest = Math.max(widest, scanner.column);
    if ((given === 0 || scanner.column < given) && codeAt(scanner) === 0x09)
      throw yamlError('a tab where a blank should indent a block', mark);
    if (!isBreak(codeAt(scanner))) break;
    breaks += readBreak(scanner);
  }
  return { breaks, indent: given === 0 ? Math.max(widest, scanner.indent + 1, 1) : given };
}
