/** Follows sops v3.13.3: `stores/json/store.go`. */
import { textOrBytes } from '../../cipher/plaintext';
import type { Document, Item, Mapping, Value } from '../../model/tree';
import { positionOf, syntaxError } from '../codec/syntax-error';

/** The deepest nesting: functions that walk the tree are recursive. */
const maxDepth = 1_000;

/**
 * Reads a JSON object: order and duplicate keys kept, int64 exact, other numbers as doubles. Anything after the object is
 * ignored, as in sops; a truncated object is an error, which sops accepts.
 *
 * @throws SopsError `syntax` with line and column
 */
export function readJson(bytes: Uint8Array): Document {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const reader = { text, at: 0 };
  skipBlanks(reader);
  if (text[reader.at] !== '{') throw unexpected(reader, 'an object {…}');
  const value = readValue(reader);
  return value.kind === 'map' ? value : { kind: 'map', items: [] };
}

interface Reader {
  readonly text: string;
  at: number;
}

/** A container that is being read; a list of these instead of recursion keeps the depth off the stack. */
type Open =
  | { readonly kind: 'map'; readonly items: Item[]; key: string }
  | { readonly kind: 'list'; readonly elements: Value[] };

function readValue(reader: Reader): Value {
  const open: Open[] = [];
  for (;;) {
    skipBlanks(reader);
    const opened = openContainer(reader, open);
    if (opened === 'opened') continue;
    let value = opened ?? readScalar(reader);
    for (;;) {
      const container = open.at(-1);
      if (!container) return value;
      if (container.kind === 'map') container.items.push({ kind: 'item', key: container.key, value });
      else container.elements.push(value);
      skipBlanks(reader);
      const next = reader.text[reader.at];
      if (next === ',') {
        reader.at += 1;
        if (container.kind === 'map') container.key = readKey(reader);
        break;
      }
      if (next !== (container.kind === 'map' ? '}' : ']'))
        throw unexpected(reader, container.kind === 'map' ? '"," or "}"' : '"," or "]"');
      reader.at += 1;
      open.pop();
      value = container.kind === 'map' ? { kind: 'map', items: container.items } : container;
    }
  }
}

/** Starts a container; an empty one is returned at once. */
function openContainer(reader: Reader, open: Open[]): Value | 'opened' | undefined {
  const first = reader.text[reader.at];
  if (first !== '{' && first !== '[') return undefined;
  if (open.length >= maxDepth) throw unexpected(reader, `at most ${maxDepth} levels`);
  reader.at += 1;
  skipBlanks(reader);
  if (reader.text[reader.at] === (first === '{' ? '}' : ']')) {
    reader.at += 1;
    return first === '{' ? { kind: 'map', items: [] } : { kind: 'list', elements: [] };
  }
  open.push(
    first === '{' ? { kind: 'map', items: [], key: readKey(reader) } : { kind: 'list', elements: [] },
  );
  return 'opened';
}

function readKey(reader: Reader): string {
  skipBlanks(reader);
  const key = readString(reader);
  skipBlanks(reader);
  if (reader.text[reader.at] !== ':') throw unexpected(reader, '":"');
  reader.at += 1;
  return key;
}

const number = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const word = /true|false|null/y;

function readScalar(reader: Reader): Value {
  if (reader.text[reader.at] === '"') return { kind: 'str', text: readString(reader) };
  const literal = matchAt(word, reader);
  if (literal)
    return literal[0] === 'null' ? { kind: 'null' } : { kind: 'bool', value: literal[0] === 'true' };
  const digits = matchAt(number, reader);
  if (!digits) throw unexpected(reader, 'a value');
  if (digits[1] === undefined && digits[2] === undefined) {
    const value = BigInt(digits[0]);
    if (value === BigInt.asIntN(64, value)) return { kind: 'int', value };
  }
  const value = Number(digits[0]);
  if (!Number.isFinite(value)) throw unexpected(reader, 'a number that a double can hold');
  return { kind: 'float', value };
}

/** What ends a string, is an escape, or is not allowed in it. */
const special = /["\\]|(?![\u007f-\u009f])\p{Cc}/gu;
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** Searches one special character after the other: one expression for the whole string overflows the stack for long ones. */
function readString(reader: Reader): string {
  const { text, at: start } = reader;
  const notString = () => unexpected({ text, at: start }, 'a string in double quotes');
  if (text[start] !== '"') throw notString();
  reader.at += 1;
  for (;;) {
    special.lastIndex = reader.at;
    const found = special.exec(text);
    if (!found) throw notString();
    reader.at = found.index;
    if (found[0] === '"') break;
    if (!matchAt(escape, reader)) throw notString();
  }
  reader.at += 1;
  const value = JSON.parse(text.slice(start, reader.at)) as string;
  // A lone surrogate becomes U+FFFD, as it does in Go.
  return Buffer.from(value).toString();
}

function matchAt(pattern: RegExp, reader: Reader): RegExpExecArray | null {
  pattern.lastIndex = reader.at;
  const match = pattern.exec(reader.text);
  if (match) reader.at = pattern.lastIndex;
  return match;
}

function skipBlanks(reader: Reader): void {
  while (/[ \t\r\n]/.test(reader.text[reader.at] ?? 'x')) reader.at += 1;
}

const unexpected = ({ text, at }: Reader, wanted: string) =>
  syntaxError(
    at >= text.length ? `the JSON ends where ${wanted} was expected` : `not JSON: ${wanted} was expected`,
    positionOf(text, at),
  );

/** The bytes of a binary file, as its one value. */
export const binaryDocument = (bytes: Uint8Array): Mapping => ({
  kind: 'map',
  items: [{ kind: 'item', key: 'data', value: textOrBytes(bytes) }],
});
