/** Follows sops v3.13.3: `stores/ini/store.go`; go-ini v1.67.3: `parser.go`, `section.go`. */
import { textOrBytes } from '../../cipher/plaintext';
import type { Comment, Document, Item } from '../../model/tree';
import { syntaxError } from '../codec/syntax-error';
import { decodeText, encodeText, isQuoted, trim, trimStart } from './text';

/**
 * Reads an INI file as go-ini does for sops: each section a mapping, `DEFAULT` first with the keys before any header.
 * Source: sops `stores/ini/store.go`, go-ini `parser.go`
 *
 * @throws SopsError `syntax` with the line
 */
export function readIni(bytes: Uint8Array): Document {
  const reader: Reader = { lines: linesOf(bytes), at: 0, comment: '', dashes: 0 };
  let section: Section = { name: 'DEFAULT', comment: '', entries: new Map() };
  const sections = [section];
  for (let line = nextLine(reader); line !== undefined; line = nextLine(reader)) {
    const content = trimStart(line);
    if (content === '') continue;
    if (/^[#;]/.test(content)) reader.comment += content;
    else if (content.startsWith('[')) sections.push((section = readHeader(content, reader)));
    else readEntry(content, reader, section);
  }
  return { kind: 'map', items: sections.map(toItem) };
}

/** Lines, each with its line break. A byte order mark is removed, that of UTF-16 too, which is not decoded. */
function linesOf(bytes: Uint8Array): readonly string[] {
  const [first, second, third] = bytes;
  const isUtf16 = (first === 0xfe && second === 0xff) || (first === 0xff && second === 0xfe);
  const isUtf8 = first === 0xef && second === 0xbb && third === 0xbf;
  const text = decodeText(bytes.subarray(isUtf16 ? 2 : isUtf8 ? 3 : 0));
  return text.split(/(?<=\n)/);
}

interface Entry {
  readonly value: string;
  readonly comment: string;
}

interface Section {
  readonly name: string;
  readonly comment: string;
  readonly entries: Map<string, Entry>;
}

interface Reader {
  readonly lines: readonly string[];
  at: number;
  /** Comments of the next key or section. */
  comment: string;
  /** How many keys of this section have been `-`. */
  dashes: number;
}

function nextLine(reader: Reader): string | undefined {
  const line = reader.lines[reader.at];
  if (line !== undefined) reader.at += 1;
  return line;
}

function toItem({ name, comment, entries }: Section): Item {
  const items = [...entries].flatMap(([key, entry]): (Item | Comment)[] => [
    { kind: 'item', key, value: textOrBytes(encodeText(entry.value)) },
    ...commentOf(entry.comment),
  ]);
  return { kind: 'item', key: name, value: { kind: 'map', items: [...commentOf(comment), ...items] } };
}

/**
 * All comment lines of one place are one comment; only the first loses its marker. sops crashes when it writes one with
 * an empty line: such a line becomes a blank here.
 */
function commentOf(text: string): readonly Comment[] {
  if (text === '') return [];
  const lines = text.replace(/^(?:;[; ]*|#[# ]*)/, '').split('\n');
  const filled = lines.length === 1 ? lines : lines.map((line) => line || ' ');
  return [{ kind: 'comment', text: filled.join('\n'), inline: false }];
}

function takeComment(reader: Reader): string {
  const taken = trim(reader.comment);
  reader.comment = '';
  return taken;
}

/** A comment on the line, with its `#` or `;`. */
const commentIn = (text: string): string => /[#;][^]*/.exec(text)?.[0] ?? '';

function readHeader(line: string, reader: Reader): Section {
  const close = line.lastIndexOf(']');
  if (close < 0) throw iniError('a section header is not closed', reader, 'Write it as [name].');
  if (close === 1) throw iniError('a section has no name', reader, 'Write it as [name].');
  reader.comment += commentIn(line.slice(close + 1));
  reader.dashes = 0;
  return { name: line.slice(1, close), comment: takeComment(reader), entries: new Map() };
}

function readEntry(line: string, reader: Reader, { entries }: Section): void {
  const [key, rest] = splitKey(line, reader);
  const name = key === '-' ? `#${(reader.dashes += 1)}` : key;
  const value = readValue(rest, reader);
  if (name === '') throw iniError('a key is empty', reader, 'Write it as key = value.');
  entries.set(name, { value, comment: takeComment(reader) });
}

/** The key, and the text after its delimiter. */
function splitKey(line: string, reader: Reader): readonly [string, string] {
  const quote = keyQuote(line);
  const start = quote.length;
  const close = start === 0 ? 0 : line.indexOf(quote, start);
  if (close < 0) throw iniError('a quoted key is not closed', reader, 'Close the quotes.');
  const delimiter = line.slice(close + start).search(/[=:]/);
  if (delimiter < 0) {
    const fix = 'Write it as key = value, or as a comment with "#" or ";".';
    throw iniError('a line has neither "=" nor ":"', reader, fix);
  }
  const cut = close + start + delimiter;
  return [trim(line.slice(start, start === 0 ? cut : close)), line.slice(cut + 1)];
}

function keyQuote(line: string): string {
  if (line.startsWith('"""') && encodeText(line).length > 6) return '"""';
  return line.startsWith('"') ? '"' : line.startsWith('`') ? '`' : '';
}

function readValue(text: string, reader: Reader): string {
  const line = trimStart(text);
  if (line === '') return '';
  if (line.startsWith('"""') && line.length > 3) return readRaw(line, '"""', reader);
  if (line.startsWith('`')) return readRaw(line, '`', reader);
  const value = trim(line);
  if (value.endsWith('\\')) return readContinued(value.slice(0, -1), reader);
  const comment = commentIn(value);
  reader.comment += comment;
  const bare = comment === '' ? value : trim(value.slice(0, -comment.length));
  return isQuoted(bare) ? bare.slice(1, -1) : bare;
}

/** A value that continues on the next lines, each joined by a backslash. */
function readContinued(begun: string, reader: Reader): string {
  const parts = [begun];
  for (;;) {
    const next = trim(nextLine(reader) ?? '');
    const goesOn = next.endsWith('\\');
    parts.push(goesOn ? next.slice(0, -1) : next);
    if (!goesOn) return parts.join('');
  }
}

/** A value in backquotes or triple quotes: unchanged, up to the last quotes of a line, possibly over several lines. */
function readRaw(line: string, quote: string, reader: Reader): string {
  const body = line.slice(quote.length);
  const end = body.lastIndexOf(quote);
  if (end >= 0) return body.slice(0, end);
  let value = body;
  for (;;) {
    const next = nextLine(reader);
    if (next === undefined) throw iniError('a quoted value is not closed', reader, `Close it with ${quote}.`);
    const close = next.lastIndexOf(quote);
    const behind = next.slice(close + quote.length).replace(/[\r\n]+$/, '');
    if (close >= 0 && !trim(behind).endsWith('\\')) {
      reader.comment += trim(commentIn(next.slice(close)));
      return value + next.slice(0, close);
    }
    value += next;
  }
}

const iniError = (what: string, { at }: Reader, fix: string) =>
  syntaxError(`the INI file cannot be read: ${what}`, { line: at, column: 1 }, fix);
