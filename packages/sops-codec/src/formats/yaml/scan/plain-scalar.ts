/** Follows go-yaml v3.0.4: `scannerc.go`. */
import { yamlError } from './yaml-error';
import {
  atDocumentMarker,
  codeAt,
  isBlank,
  isBlankOrEnd,
  isBreak,
  markOf,
  readBreak,
  readTo,
  skip,
  type Scanner,
} from './scanner';
import type { Token } from './token';

/** The space between two parts of a scalar: blanks on one line, or line breaks, which are folded. */
export interface Gap {
  readonly text: string;
  readonly breaks: boolean;
}

/** Reads blanks and breaks between pieces of a plain or quoted scalar. `onTab` sees tabs where a line begins. */
export function readGap(scanner: Scanner, escaped: boolean, onTab?: () => void): Gap {
  const start = scanner.index;
  let leading = '';
  let trailing = '';
  let breaks = escaped;
  let blanks = '';
  for (let code = codeAt(scanner); isBlank(code) || isBreak(code); code = codeAt(scanner)) {
    if (isBreak(code)) {
      if (breaks) trailing += readBreak(scanner);
      else leading = readBreak(scanner);
      breaks = true;
      continue;
    }
    if (breaks && code === 0x09) onTab?.();
    skip(scanner);
    if (!breaks) blanks = scanner.text.slice(start, scanner.index);
  }
  if (!breaks) return { text: blanks, breaks };
  if (leading !== '\n') return { text: leading + trailing, breaks };
  return { text: trailing === '' ? ' ' : trailing, breaks };
}

/** Characters that end a plain scalar in a flow collection. */
const endsInFlow = (code: number): boolean =>
  code === 0x2c || code === 0x3f || code === 0x5b || code === 0x5d || code === 0x7b || code === 0x7d;

/** Reads a plain scalar. Source: go-yaml `scannerc.go` (scan_plain_scalar) */
export function scanPlain(scanner: Scanner): Token {
  const mark = markOf(scanner);
  const indent = scanner.indent + 1;
  const inFlow = scanner.flowLevel > 0;
  let text = '';
  let gap: Gap = { text: '', breaks: false };
  for (;;) {
    if (atDocumentMarker(scanner) || codeAt(scanner) === 0x23) break;
    let end = scanner.index;
    for (;;) {
      const code = scanner.text.charCodeAt(end);
      if (isBlankOrEnd(code)) break;
      if (code === 0x3a && isBlankOrEnd(scanner.text.charCodeAt(end + 1))) break;
      if (inFlow && endsInFlow(code)) break;
      end += 1;
    }
    if (end > scanner.index) {
      text += gap.text + readTo(scanner, end);
      gap = { text: '', breaks: false };
    }
    const code = codeAt(scanner);
    if (!isBlank(code) && !isBreak(code)) break;
    const next = readGap(scanner, false, () => {
      if (scanner.column < indent) throw yamlError('a tab that violates the indentation', scanner);
    });
    gap = next;
    if (!inFlow && scanner.column < indent) break;
  }
  if (gap.breaks) scanner.keyAllowed = true;
  return { kind: 'scalar', mark, text, style: 'plain' };
}
