/** Follows go-yaml v3.0.4: `emitterc.go`. */

/**
 * The output, and the state of go-yaml's emitter, on which the places of comments depend. Source: go-yaml
 * `emitterc.go`
 */
export interface Output {
  text: string;
  column: number;
  /** Whether the last character separates tokens. */
  whitespace: boolean;
  /** Whether the line has only indentation so far, dashes included. */
  indention: boolean;
  /** Column of the current block; -1 outside of all blocks. */
  indent: number;
  /** Column of the last foot comment; -1 without one. */
  footIndent: number;
  /** Comments that have not been written yet. */
  readonly waiting: Record<Place, string>;
  /** Blanks per level. */
  readonly step: number;
  /** Write values so that they are read again with the same type, where sops does not. */
  readonly exact: boolean;
}

/** Above a node, after it on its line, below it, below the last value of a mapping. */
export type Place = 'head' | 'line' | 'foot' | 'tail';

export const outputOf = (step: number, exact: boolean): Output => ({
  text: '',
  column: 0,
  whitespace: true,
  indention: true,
  indent: -1,
  footIndent: -1,
  waiting: { head: '', line: '', foot: '', tail: '' },
  step,
  exact,
});

/** Writes text without line breaks. */
function put(output: Output, text: string): void {
  output.text += text;
  output.column += text.length;
}

function putBreak(output: Output): void {
  output.text += '\n';
  output.column = 0;
  output.indention = true;
}

/** Starts a line at the current indentation unless it exists already. An empty line follows a foot comment. */
export function startLine(output: Output): void {
  const indent = Math.max(output.indent, 0);
  const { indention, column, whitespace } = output;
  if (!indention || column > indent || (column === indent && !whitespace)) putBreak(output);
  if (output.footIndent === indent) putBreak(output);
  if (output.column < indent) put(output, ' '.repeat(indent - output.column));
  output.whitespace = true;
  output.footIndent = -1;
}

/** Writes `-`, `?`, `:` or a bracket. */
export function writeSign(
  output: Output,
  sign: string,
  { separate = false, opens = false, indents = false } = {},
): void {
  if (separate && !output.whitespace) put(output, ' ');
  put(output, sign);
  output.whitespace = opens;
  output.indention &&= indents;
}

/** Writes a scalar on one line. */
export function writeInline(output: Output, text: string): void {
  if (!output.whitespace) put(output, ' ');
  put(output, text);
  output.whitespace = false;
  output.indention = false;
}

/** Writes the header of a block, the comment after it, and its lines. */
export function writeBlock(output: Output, header: string, lines: readonly string[]): void {
  writeSign(output, header, { separate: true });
  if (output.waiting.line === '') putBreak(output);
  else writeLineComment(output);
  output.whitespace = true;
  lines.forEach((line, index) => {
    if (index > 0) putBreak(output);
    if (line === '') return;
    startLine(output);
    put(output, line);
    output.indention = false;
  });
}

/** Adds a comment to those that have not been written yet. */
export function addWaiting(output: Output, place: Place, lines: readonly string[]): void {
  if (lines.length === 0) return;
  const text = lines.map((line) => `#${line}`).join('\n');
  const { waiting } = output;
  waiting[place] = waiting[place] === '' ? text : `${waiting[place]}\n${text}`;
}

function writeWaiting(output: Output, place: Place): void {
  output.waiting[place].split('\n').forEach((line, index) => {
    if (index > 0) startLine(output);
    put(output, line);
    output.indention = false;
    putBreak(output);
  });
  output.waiting[place] = '';
  output.whitespace = true;
}

/** Writes the comments that go above. */
export function writeHead(output: Output): void {
  if (output.waiting.tail !== '') writeBelow(output, 'tail');
  if (output.waiting.head === '') return;
  startLine(output);
  writeWaiting(output, 'head');
}

/** Writes the comments that go after or below the last node. */
export function writeLineAndFoot(output: Output): void {
  if (output.waiting.line !== '') writeLineComment(output);
  if (output.waiting.foot !== '') writeBelow(output, 'foot');
}

function writeLineComment(output: Output): void {
  if (!output.whitespace) put(output, ' ');
  writeWaiting(output, 'line');
}

function writeBelow(output: Output, place: 'foot' | 'tail'): void {
  startLine(output);
  writeWaiting(output, place);
  output.footIndent = Math.max(output.indent, 0);
}
