/** Follows go-yaml v3.0.4: `scannerc.go`. */
import { yamlError } from './yaml-error';
import { markOf, type Scanner, type SimpleKey } from './scanner';
import type { Mark } from './token';

/** The longest distance between a key and its colon. */
const longest = 1_024;
/** The deepest nesting: functions that walk the tree are recursive. */
export const maxDepth = 1_000;

/** Whether a key can still be one. @throws SopsError where it has to be, and cannot */
export function isPossible(scanner: Scanner, key: SimpleKey): boolean {
  if (!key.possible) return false;
  if (key.mark.line >= scanner.line && key.mark.index + longest >= scanner.index) return true;
  if (key.required) throw missingColon(key.mark);
  key.possible = false;
  return false;
}

const missingColon = (mark: Mark) => yamlError('a key without its colon', mark);

/** Notes that what begins here may be a key. */
export function saveKey(scanner: Scanner): void {
  if (!scanner.keyAllowed) return;
  removeKey(scanner);
  const token = scanner.tokens.length;
  scanner.keys[scanner.keys.length - 1] = {
    possible: true,
    required: scanner.flowLevel === 0 && scanner.indent === scanner.column,
    token,
    mark: markOf(scanner),
  };
  scanner.keysByToken.set(token, scanner.keys.length - 1);
}

/** What was noted last is not a key. @throws SopsError where it has to be one */
export function removeKey(scanner: Scanner): void {
  const key = scanner.keys.at(-1);
  if (!key?.possible) return;
  if (key.required) throw missingColon(key.mark);
  key.possible = false;
  scanner.keysByToken.delete(key.token);
}

/** Goes into a flow collection. */
export function enterFlow(scanner: Scanner): void {
  scanner.keys.push({
    possible: false,
    required: false,
    token: scanner.tokens.length,
    mark: markOf(scanner),
  });
  scanner.flowLevel += 1;
  if (scanner.flowLevel > maxDepth) throw tooDeep(scanner);
}

/** Leaves a flow collection, if it is in one. */
export function leaveFlow(scanner: Scanner): void {
  if (scanner.flowLevel === 0) return;
  scanner.flowLevel -= 1;
  const key = scanner.keys.pop();
  if (key) scanner.keysByToken.delete(key.token);
}

/** Indents where a block collection starts at a column; its token is inserted at an index, or at the end. */
export function indentTo(
  scanner: Scanner,
  column: number,
  kind: 'sequence-start' | 'mapping-start',
  mark: Mark,
  place = scanner.tokens.length,
): void {
  if (scanner.flowLevel > 0 || scanner.indent >= column) return;
  scanner.indents.push(scanner.indent);
  scanner.indent = column;
  if (scanner.indents.length > maxDepth) throw tooDeep(scanner);
  scanner.tokens.splice(place, 0, { kind, mark });
}

/** Ends the block collections that are indented further than a column; one with a foot comment ends at that comment. */
export function dedentTo(scanner: Scanner, column: number, scan: Mark): void {
  if (scanner.flowLevel > 0) return;
  let mark: Mark = { ...scan, index: scan.index - 1 };
  while (scanner.indent > column) {
    let stop = mark.index;
    for (let at = scanner.comments.length - 1; at >= 0; at -= 1) {
      const one = scanner.comments[at];
      if (!one || one.end < stop) break;
      if (one.start.column === scanner.indent + 1) mark = one.start;
      stop = one.scan;
    }
    scanner.tokens.push({ kind: 'block-end', mark });
    scanner.indent = scanner.indents.pop() ?? -1;
  }
}

const tooDeep = (scanner: Scanner) => yamlError(`nested deeper than ${maxDepth} levels`, scanner);
