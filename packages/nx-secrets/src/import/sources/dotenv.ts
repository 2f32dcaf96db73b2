import { parse } from 'dotenv';
import { throwProblem, type Problem } from '../../problem';
import type { Comment, Item } from 'sops-codec';
import type { KeyNote, Reading } from '../imported';

/** An assignment as the text has it: one line, or several where a quoted value goes on. */
interface Assignment {
  readonly kind: 'assignment';
  readonly key: string;
  /** Number of its first line, from 1. */
  readonly line: number;
  readonly text: string;
}

/** Any line that is neither blank nor part of an assignment. */
type Line =
  | Assignment
  | { readonly kind: 'comment'; readonly text: string }
  | { readonly kind: 'skipped'; readonly line: number };

/**
 * Reads a `.env` file as the dotenv library does: that library gives each value. What it changes or skips on the way is
 * listed: quotes, `export`, `\n`, `#`, spaces, keys that are defined twice, lines that are no assignments. Comments are kept.
 *
 * @param source for messages
 * @throws ProblemError where the library reads the whole otherwise than line by line, as with a quote that is not closed,
 *   and for names that it cannot hold
 */
export function readDotenv(text: string, source: string): Reading {
  // The library looks at each blank of a run again and again.
  if (/\s{500}/.test(text)) throwProblem(blanks(source));
  const lines = split(text.replaceAll(/\r\n?/g, '\n'));
  const assignments = lines.filter((line) => line.kind === 'assignment');
  const hasReturns = text.includes('\r');
  const items: (Item | Comment)[] = [];
  const places = new Map<string, number>();
  const values = new Map<string, string>();
  const normalised: KeyNote[] = [];
  for (const assignment of lines) {
    if (assignment.kind === 'comment') items.push(commentOf(assignment.text));
    if (assignment.kind !== 'assignment') continue;
    const { key, line } = assignment;
    const value = valueOf(assignment);
    if (value === undefined) return throwProblem(unreadable(source, line));
    if (/^-----BEGIN [A-Z0-9 ]+-----$/.test(value)) throwProblem(openKey(source, key, line));
    if (values.has(key))
      normalised.push({ key, what: `is defined again in line ${line}; the last definition counts` });
    const changes = changesOf(assignment, value, hasReturns);
    if (changes.length > 0) normalised.push({ key, what: changes.join(', ') });
    values.set(key, value);
    const behind = commentBehind(assignment, value);
    if (behind !== undefined) items.push(commentOf(behind));
    const item: Item = { kind: 'item', key, value: { kind: 'str', text: value } };
    const place = places.get(key);
    if (place === undefined) places.set(key, items.push(item) - 1);
    else items[place] = item;
  }
  const whole = new Map(Object.entries(parse(text)));
  const differs = [...new Set([...values.keys(), ...whole.keys()])].find(
    (key) => values.get(key) !== whole.get(key),
  );
  if (differs !== undefined)
    return throwProblem(unreadable(source, assignments.find(({ key }) => key === differs)?.line ?? 1));
  return {
    documents: [{ kind: 'map', items }],
    normalised,
    leftOut: lines.flatMap((line) =>
      line.kind === 'skipped'
        ? [{ key: `line ${line.line}`, what: 'is not an assignment; dotenv skips it' }]
        : [],
    ),
    notes: [],
  };
}

const assignmentStart = /^\s*(?:export\s+)?([\w.-]+)(?:\s*=|:\s)\s*(.*)$/s;

const commentOf = (text: string): Comment => ({ kind: 'comment', text, inline: false });

/** The lines of a text that are not blank; an assignment of several lines is one. */
function split(text: string): readonly Line[] {
  const lines = text.split('\n');
  const found: Line[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const [, key, value = ''] = assignmentStart.exec(line) ?? [];
    if (key === undefined) {
      const bare = line.trim();
      if (bare.startsWith('#')) found.push({ kind: 'comment', text: bare.slice(1) });
      else if (bare !== '') found.push({ kind: 'skipped', line: at + 1 });
      continue;
    }
    const end = isQuote(value[0]) ? endOfQuote(lines, at, value) : at;
    found.push({ kind: 'assignment', key, line: at + 1, text: lines.slice(at, end + 1).join('\n') });
    at = end;
  }
  return found;
}

const isQuote = (character: string | undefined): boolean =>
  character === "'" || character === '"' || character === '`';

/** The line in which a quoted value ends; the first one where it does not end. */
function endOfQuote(lines: readonly string[], start: number, value: string): number {
  const quote = value[0] ?? '';
  if (closingQuote(value, quote, 1) >= 0) return start;
  const end = lines.findIndex((line, index) => index > start && closingQuote(line, quote, 0) >= 0);
  return end < 0 ? start : end;
}

/** Where the first quote without a backslash before it is; -1 where there is none. */
function closingQuote(text: string, quote: string, start: number): number {
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === '\\' && text[at + 1] === quote) at += 1;
    else if (text[at] === quote) return at;
  }
  return -1;
}

/** The value as the library reads it; undefined where it reads no value of that name. */
function valueOf({ key, text }: Assignment): string | undefined {
  const read = Object.entries(parse(text));
  return read.length === 1 && read[0]?.[0] === key ? read[0][1] : undefined;
}

/** What the library does to the text of a value, in words without the value. */
function changesOf({ text }: Assignment, value: string, hasReturns: boolean): readonly string[] {
  const [, , raw = ''] = assignmentStart.exec(text) ?? [];
  const { opening, quote } = quotesOf(raw, value);
  const changes = [
    [/^\s*export\s/.test(text), '"export" removed'],
    [/^\s*(?:export\s+)?[\w.-]+:\s/.test(text), '":" read as "="'],
    [quote !== undefined, 'quotes removed'],
    [opening !== '' && quote === undefined, 'the quote is kept: it is not closed'],
    [quote === '"' && /\\[nr]/.test(raw), '\\n and \\r read as line breaks'],
    [hasReturns && text.includes('\n'), 'CRLF read as line breaks (LF)'],
    [/\\/.test(value), 'other backslashes kept'],
    [behindValue(raw, value, quote).includes('#'), 'all from # on is a comment'],
    [quote === undefined && raw !== raw.trimEnd() && !raw.includes('#'), 'spaces at the end removed'],
    [/\$(?:\{|\(|[A-Za-z_])/.test(value), '$ is not expanded'],
    [value === '', 'is empty'],
  ] as const;
  return changes.flatMap(([applies, what]) => (applies ? [what] : []));
}

/** The quote that a value begins with, and the one that the library removed. */
function quotesOf(
  raw: string,
  value: string,
): { readonly opening: string; readonly quote: string | undefined } {
  const opening = isQuote(raw[0]) ? (raw[0] ?? '') : '';
  return { opening, quote: opening !== '' && !value.startsWith(opening) ? opening : undefined };
}

const behindValue = (raw: string, value: string, quote: string | undefined): string =>
  raw.slice(quote === undefined ? value.length : closingQuote(raw, quote, 1) + 1);

/** The comment behind a value. */
function commentBehind({ text }: Assignment, value: string): string | undefined {
  const [, , raw = ''] = assignmentStart.exec(text) ?? [];
  const behind = behindValue(raw, value, quotesOf(raw, value).quote);
  const start = behind.indexOf('#');
  return start < 0 ? undefined : behind.slice(start + 1);
}

const blanks = (where: string): Problem => ({
  code: 'unreadableSource',
  what: 'hundreds of blanks or empty lines follow one another',
  where,
  fix: 'Remove them.',
});

/** Its next lines are read as nothing, or worse, as names of keys, which reports show. */
const openKey = (source: string, key: string, line: number): Problem => ({
  code: 'unreadableSource',
  what: `the value of ${key} begins a key or certificate of several lines without quotes, of which dotenv reads the first line only`,
  where: `${source}, line ${line}`,
  fix: 'Put all its lines into one pair of quotes.',
});

const unreadable = (source: string, line: number): Problem => ({
  code: 'unreadableSource',
  what: `dotenv reads no value in line ${line}, or another one than the line shows: a quote may not be closed, or the name is not one`,
  where: `${source}, line ${line}`,
  fix: 'Put the value into quotes that it does not contain (\', " or `), and close them. Names have letters, digits, "_", "-" and ".".',
});
