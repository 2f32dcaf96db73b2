/** Follows go-yaml v3.0.4: `scannerc.go`. */
import { yamlError } from './yaml-error';
import { scanBlock } from './block-scalar';
import { scanComments, scanLineComment } from './comments';
import { scanPlain } from './plain-scalar';
import { scanQuoted } from './quoted-scalar';
import {
  atDocumentMarker,
  codeAt,
  isBlankOrEnd,
  isBreak,
  markOf,
  readBreak,
  skip,
  type Scanner,
} from './scanner';
import { dedentTo, enterFlow, indentTo, isPossible, leaveFlow, removeKey, saveKey } from './simple-keys';
import { scanAnchor, scanDirective, scanTag } from './tags';
import type { SignKind, Token } from './token';

/**
 * Reads tokens until the next one is final: two others follow it, and it does not start a possible key.
 */
export function readAhead(scanner: Scanner): void {
  for (;;) {
    if (scanner.taken < scanner.tokens.length - 2) {
      const place = scanner.keysByToken.get(scanner.taken);
      const key = place === undefined ? undefined : scanner.keys[place];
      if (!key || !isPossible(scanner, key)) return;
    }
    readToken(scanner);
  }
}

function readToken(scanner: Scanner): void {
  if (scanner.tokens.length === 0) {
    scanner.keys.push({ possible: false, required: false, token: 0, mark: markOf(scanner) });
    scanner.tokens.push({ kind: 'stream-start', mark: markOf(scanner) });
    return;
  }
  const scan = markOf(scanner);
  skipToToken(scanner);
  dedentTo(scanner, scanner.column, scan);
  const code = codeAt(scanner);
  if (code === 0) return endStream(scanner);
  if (scanner.column === 0 && code === 0x25) return outside(scanner, () => scanDirective(scanner));
  if (atDocumentMarker(scanner, 0x2d)) return outside(scanner, () => marker(scanner, 'document-start'));
  if (atDocumentMarker(scanner, 0x2e)) return outside(scanner, () => marker(scanner, 'document-end'));

  const afterKey = scanner.flowLevel === 0 ? code === 0x3a : code === 0x2c;
  const commented = afterKey ? (scanner.tokens.at(-1)?.mark.index ?? 0) : scanner.index;
  readInner(scanner, code);
  if (scanner.tokens.at(-1)?.kind !== 'entry') scanLineComment(scanner, commented);
}

/** A token of a document's content. */
function readInner(scanner: Scanner, code: number): void {
  const inFlow = scanner.flowLevel > 0;
  const separate = isBlankOrEnd(codeAt(scanner, 1));
  switch (String.fromCharCode(code)) {
    case '[':
      return openFlow(scanner, 'flow-sequence-start');
    case '{':
      return openFlow(scanner, 'flow-mapping-start');
    case ']':
      return closeFlow(scanner, 'flow-sequence-end');
    case '}':
      return closeFlow(scanner, 'flow-mapping-end');
    case ',':
      removeKey(scanner);
      scanner.keyAllowed = true;
      return push(scanner, 'flow-entry');
    case '-':
      return separate ? readEntry(scanner) : readScalar(scanner, scanPlain);
    case '?':
      if (inFlow || separate) return readKey(scanner);
      return readScalar(scanner, scanPlain);
    case ':':
      if (inFlow || separate) return readValue(scanner);
      return readScalar(scanner, scanPlain);
    case '*':
      return readScalar(scanner, () => scanAnchor(scanner, 'alias'));
    case '&':
      return readScalar(scanner, () => scanAnchor(scanner, 'anchor'));
    case '!':
      return readScalar(scanner, scanTag);
    case "'":
      return readScalar(scanner, () => scanQuoted(scanner, "'"));
    case '"':
      return readScalar(scanner, () => scanQuoted(scanner, '"'));
    case '|':
    case '>':
      if (inFlow) throw noToken(scanner);
      removeKey(scanner);
      scanner.keyAllowed = true;
      scanner.tokens.push(scanBlock(scanner, code === 0x7c));
      return;
    case '#':
    case '%':
    case '@':
    case '`':
    case '\t':
      throw noToken(scanner);
    default:
      return readScalar(scanner, scanPlain);
  }
}

const noToken = (scanner: Scanner) => yamlError('a character that cannot start a token', scanner);

function push(scanner: Scanner, kind: SignKind): void {
  const mark = markOf(scanner);
  skip(scanner);
  scanner.tokens.push({ kind, mark });
}

/** Blanks, breaks and comments before a token. */
function skipToToken(scanner: Scanner): void {
  const scan = markOf(scanner);
  for (;;) {
    for (;;) {
      const code = codeAt(scanner);
      const tabAllowed = scanner.flowLevel > 0 || !scanner.keyAllowed;
      if (code !== 0x20 && !(code === 0x09 && tabAllowed)) break;
      skip(scanner);
    }
    headOfFirstEntry(scanner);
    if (codeAt(scanner) === 0x23) scanComments(scanner, scan);
    if (!isBreak(codeAt(scanner))) return;
    readBreak(scanner);
    if (scanner.flowLevel === 0) scanner.keyAllowed = true;
  }
}

/** A comment after the first dash of a sequence, or after the key above it, is a head of the next node. */
function headOfFirstEntry(scanner: Scanner): void {
  const { tokens, comments } = scanner;
  const last = comments.at(-1);
  if (!last || last.line === '' || tokens.length < 2 || isBreak(codeAt(scanner))) return;
  if (tokens.at(-2)?.kind !== 'sequence-start' || tokens.at(-1)?.kind !== 'entry') return;
  last.head = last.line;
  last.line = '';
  if (last.start.line === scanner.line - 1) last.token = scanner.index;
}

function endStream(scanner: Scanner): void {
  if (scanner.column !== 0) {
    scanner.column = 0;
    scanner.line += 1;
  }
  outside(scanner, () => ({ kind: 'stream-end', mark: markOf(scanner) }));
}

/** A token outside of all blocks. */
function outside(scanner: Scanner, read: () => Token): void {
  dedentTo(scanner, -1, markOf(scanner));
  removeKey(scanner);
  scanner.keyAllowed = false;
  scanner.tokens.push(read());
}

function marker(scanner: Scanner, kind: 'document-start' | 'document-end'): Token {
  const mark = markOf(scanner);
  skip(scanner, 3);
  return { kind, mark };
}

function openFlow(scanner: Scanner, kind: 'flow-sequence-start' | 'flow-mapping-start'): void {
  saveKey(scanner);
  enterFlow(scanner);
  scanner.keyAllowed = true;
  push(scanner, kind);
}

function closeFlow(scanner: Scanner, kind: 'flow-sequence-end' | 'flow-mapping-end'): void {
  removeKey(scanner);
  leaveFlow(scanner);
  scanner.keyAllowed = false;
  push(scanner, kind);
}

function readEntry(scanner: Scanner): void {
  if (scanner.flowLevel === 0) {
    if (!scanner.keyAllowed) throw yamlError('a list entry is not allowed here', scanner);
    indentTo(scanner, scanner.column, 'sequence-start', markOf(scanner));
  }
  removeKey(scanner);
  scanner.keyAllowed = true;
  push(scanner, 'entry');
}

function readKey(scanner: Scanner): void {
  if (scanner.flowLevel === 0) {
    if (!scanner.keyAllowed) throw yamlError('a key is not allowed here', scanner);
    indentTo(scanner, scanner.column, 'mapping-start', markOf(scanner));
  }
  removeKey(scanner);
  scanner.keyAllowed = scanner.flowLevel === 0;
  push(scanner, 'key');
}

/** A colon: the text before it on the line is a key, if that is possible. */
function readValue(scanner: Scanner): void {
  const key = scanner.keys.at(-1);
  if (key && isPossible(scanner, key)) {
    scanner.tokens.splice(key.token, 0, { kind: 'key', mark: key.mark });
    indentTo(scanner, key.mark.column, 'mapping-start', key.mark, key.token);
    key.possible = false;
    scanner.keysByToken.delete(key.token);
    scanner.keyAllowed = false;
  } else {
    if (scanner.flowLevel === 0) {
      if (!scanner.keyAllowed) throw yamlError('a value is not allowed here', scanner);
      indentTo(scanner, scanner.column, 'mapping-start', markOf(scanner));
    }
    scanner.keyAllowed = scanner.flowLevel === 0;
  }
  push(scanner, 'value');
}

/** Anything that may be a key: a scalar, an alias, or a property of one. */
function readScalar(scanner: Scanner, read: (scanner: Scanner) => Token): void {
  saveKey(scanner);
  scanner.keyAllowed = false;
  scanner.tokens.push(read(scanner));
}
