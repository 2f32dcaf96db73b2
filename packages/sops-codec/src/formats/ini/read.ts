import { textOrBytes } from '../../cipher/plaintext';
import { SopsError } from '../../model/sops-error';
import type { Comment, Document, Item, Value } from '../../model/tree';

/**
 * Reads an INI file as go-ini does for sops: each section a mapping, `DEFAULT` first with the keys before any header.
 * Source: sops `stores/ini/store.go`, go-ini `parser.go`
 *
 * @throws SopsError with the line of what cannot be read
 */
export function readIni(bytes: Uint8Array): Document {
  const text = Buffer.from(bytes)
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '');
  const reader: Reader = { lines: text.split('\n'), at: 0, pending: [], autoKeys: 1 };
  const sections: Section[] = [{ name: 'DEFAULT', comment: [], entries: new Map() }];
  while (reader.at < reader.lines.length) {
    const line = trim(reader.lines[reader.at] ?? '');
    reader.at += 1;
    if (line === '') continue;
    if (line.startsWith('#') || line.startsWith(';')) reader.pending.push(line);
    else if (line.startsWith('[')) sections.push(readHeader(line, reader));
    else readEntry(line, reader, sections.at(-1));
  }
  return { kind: 'map', items: sections.map(toItem) };
}

interface Entry {
  readonly value: string;
  readonly comment: readonly string[];
}

interface Section {
  readonly name: string;
  readonly comment: readonly string[];
  readonly entries: Map<string, Entry>;
}

interface Reader {
  readonly lines: readonly string[];
  at: number;
  /** Comment lines that belong to what follows. */
  pending: string[];
  autoKeys: number;
}

function toItem({ name, comment, entries }: Section): Item {
  const items = [...entries].flatMap(([key, entry]): (Item | Comment)[] => [
    { kind: 'item', key: utf8(key), value: textValue(entry.value) },
    ...commentOf(entry.comment),
  ]);
  return { kind: 'item', key: utf8(name), value: { kind: 'map', items: [...commentOf(comment), ...items] } };
}

const utf8 = (latin1: string) => Buffer.from(latin1, 'latin1').toString();
const textValue = (latin1: string): Value => textOrBytes(Buffer.from(latin1, 'latin1'));
const trim = (text: string) => text.replace(/^[\t-\r \u0085\u00a0]+|[\t-\r \u0085\u00a0]+$/g, '');

/** All comment lines of one place are one comment; the marker goes from the first only. */
const commentOf = (lines: readonly string[]): readonly Comment[] =>
  lines.length === 0
    ? []
    : [{ kind: 'comment', text: utf8(lines.join('\n').replace(/^[#;]\s*/, '')), inline: false }];

function take(reader: Reader): readonly string[] {
  const taken = reader.pending;
  reader.pending = [];
  return taken;
}

function readHeader(line: string, reader: Reader): Section {
  const close = line.lastIndexOf(']');
  if (close < 0) throw problem('a section header is not closed', reader, 'Write it as [name].');
  const name = line.slice(1, close);
  const behind = trim(line.slice(close + 1));
  const inline = /^[#;]/.test(behind) ? [behind] : [];
  return { name, comment: [...take(reader), ...inline], entries: new Map() };
}

function readEntry(line: string, reader: Reader, section: Section | undefined): void {
  const [key, rest] = splitKey(line, reader);
  const name = key === '-' ? `#${reader.autoKeys++}` : key;
  const { value, comment } = readValue(rest, reader);
  section?.entries.set(name, { value, comment: [...take(reader), ...comment] });
}

/** The key, and what stands behind its delimiter. */
function splitKey(line: string, reader: Reader): readonly [string, string] {
  const quote = line.startsWith('"""') ? '"""' : line.startsWith('"') ? '"' : line.startsWith('`') ? '`' : '';
  const end = quote === '' ? 0 : line.indexOf(quote, quote.length);
  if (end < 0) throw problem('a quoted key is not closed', reader, 'Close the quotes.');
  const delimiter = line.slice(end).search(/[=:]/);
  if (delimiter < 0)
    throw problem(
      'a line has neither "=" nor ":"',
      reader,
      'Write it as key = value, or as a comment with "#" or ";".',
    );
  const cut = end + delimiter;
  const key = quote === '' ? trim(line.slice(0, cut)) : line.slice(quote.length, end);
  if (key === '') throw problem('a key is empty', reader, 'Write it as key = value.');
  return [key, line.slice(cut + 1)];
}

function readValue(text: string, reader: Reader): Entry {
  let line = trim(text);
  if (line === '') return { value: '', comment: [] };
  const raw =
    line.startsWith('"""') && line.length > 3
      ? '"""'
      : line.startsWith('"""')
        ? '"""'
        : line.startsWith('`')
          ? '`'
          : '';
  if (raw !== '') return readRaw(line, raw, reader);
  while (line.endsWith('\\')) {
    const next = reader.lines[reader.at];
    line = line.slice(0, -1);
    if (next === undefined) break;
    reader.at += 1;
    if (trim(next) === '') break;
    line += trim(next);
  }
  const marker = line.search(/[#;]/);
  const comment = marker < 0 ? [] : [trim(line.slice(marker))];
  const value = marker < 0 ? line : trim(line.slice(0, marker));
  const quoted = /^(["'])(.*)\1$/s.exec(value);
  return { value: quoted && value.length > 1 ? (quoted[2] ?? '') : value, comment };
}

/** A value in backquotes or triple quotes: as it is, over several lines too. */
function readRaw(line: string, quote: string, reader: Reader): Entry {
  let body = line.slice(quote.length);
  let end = body.indexOf(quote);
  while (end < 0) {
    const next = reader.lines[reader.at];
    if (next === undefined) throw problem('a quoted value is not closed', reader, `Close it with ${quote}.`);
    reader.at += 1;
    body += `\n${next}`;
    end = body.indexOf(quote);
  }
  const behind = trim(body.slice(end + quote.length));
  return { value: body.slice(0, end), comment: /^[#;]/.test(behind) ? [behind] : [] };
}

const problem = (what: string, { at }: Reader, fix: string) =>
  new SopsError('generic', { what: `the INI file cannot be read: ${what}`, where: `line ${at}`, fix });
