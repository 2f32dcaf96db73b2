/** Follows go-yaml v3.0.4: `scannerc.go`. */
import {
  codeAt,
  isBlank,
  isBreak,
  isBreakOrEnd,
  markOf,
  readBreak,
  readTo,
  skip,
  type Scanner,
} from './scanner';
import { type Mark, comment } from './token';

/** How many blanks are looked over for a comment. */
const reach = 512;
const hash = 0x23;

/** Reads the comment after a token on its line, if there is one. Source: go-yaml `scannerc.go` (scan_line_comment) */
export function scanLineComment(scanner: Scanner, token: number): void {
  if (scanner.newlines > 0) return;
  let ahead = 0;
  while (ahead < reach && isBlank(codeAt(scanner, ahead))) ahead += 1;
  if (ahead === reach || codeAt(scanner, ahead) !== hash) return;
  skip(scanner, ahead);
  const start = markOf(scanner);
  scanner.comments.push(comment({ token, start, line: restOfLine(scanner) }));
}

function restOfLine(scanner: Scanner): string {
  let end = scanner.index;
  while (!isBreakOrEnd(scanner.text.charCodeAt(end))) end += 1;
  return readTo(scanner, end);
}

/** The state of a search for comments on lines of their own. */
interface Search {
  /** Where the part that is being looked at began. */
  scan: number;
  token: number;
  start: Mark;
  text: string;
}

/**
 * Reads comments on lines of their own, and decides which are a foot of the node above and which a head of what
 * follows: by empty lines and by their columns. Its odd corners (the line count after a comment, CR LF) decide where
 * sops finds a comment, and are kept. Source: go-yaml `scannerc.go` (scan_comments)
 */
export function scanComments(scanner: Scanner, scan: Mark): void {
  const { tokens } = scanner;
  const last = tokens.at(-1);
  const before = last?.kind === 'flow-entry' && tokens.length > 1 ? tokens.at(-2) : last;
  const search: Search = {
    scan: scan.index,
    token: before?.mark.index ?? 0,
    start: { index: 0, line: 0, column: 0 },
    text: '',
  };
  const indent = Math.max(scanner.indent, 0);
  const footLine = scan.line > 0 ? lastLine(scanner) : -1;
  let recentEmpty = false;
  let firstEmpty = scanner.newlines <= 1;
  let { line, column } = scanner;

  const foot = (end: number, token = search.token) => {
    scanner.comments.push(comment({ scan: search.scan, token, start: search.start, end, foot: search.text }));
    Object.assign(search, { scan: end, token: end, text: '' });
  };

  let ahead = 0;
  for (; ahead < reach; ahead += 1) {
    const code = codeAt(scanner, ahead);
    column += 1;
    if (isBlank(code)) continue;
    const here = scanner.index + ahead;
    const closes = scanner.flowLevel > 0 && (code === 0x5d || code === 0x7d);
    if (closes || isBreakOrEnd(code)) {
      if (closes || !recentEmpty) {
        const dedented = search.start.column - 1 < indent;
        const below = search.start.line === footLine && before?.kind !== 'value';
        if (closes || (firstEmpty && (below || dedented))) {
          if (search.text !== '') foot(here, dedented ? search.start.index : search.token);
        } else if (search.text !== '' && code !== 0) search.text += '\n';
      }
      if (!isBreak(code)) break;
      firstEmpty = false;
      recentEmpty = true;
      column = 0;
      line += 1;
      continue;
    }
    if (search.text !== '' && column - 1 < indent && column !== search.start.column) foot(here);
    if (code !== hash) break;

    if (search.text === '') search.start = { index: here, line, column };
    else search.text += '\n';
    recentEmpty = false;
    goTo(scanner, here);
    search.text += restOfLine(scanner);
    // The loop itself skips the break after the comment.
    ahead = 0;
    column = 0;
    line = scanner.line;
  }
  if (search.text !== '') {
    const { scan: from, start, text } = search;
    scanner.comments.push(
      comment({ scan: from, token: start.index, start, end: scanner.index + ahead - 1, head: text }),
    );
  }
}

/** The line of the node above. */
function lastLine({ line, newlines, column }: Scanner): number {
  return line - newlines + 1 + (newlines === 0 && column > 1 ? 1 : 0);
}

/** Goes over blanks and empty lines to a comment. */
function goTo(scanner: Scanner, index: number): void {
  while (scanner.index < index) {
    if (isBreak(codeAt(scanner))) readBreak(scanner);
    else skip(scanner);
  }
}
