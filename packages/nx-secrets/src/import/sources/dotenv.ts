import { parse } from 'dotenv';
import { throwProblem, type Problem } from '../../problem';
import { textDocuments, type KeyNote, type Reading } from '../imported';

/** An assignment as the text has it: one line, or several where a quoted value goes on. */
interface Assignment {
  readonly key: string;
  /** Number of its first line, from 1. */
  readonly line: number;
  readonly text: string;
}

/**
 * Reads a `.env` file as the dotenv library does: that library gives each value. What it changes or skips on the way is
 * listed: quotes, `export`, `\n`, `#`, spaces, keys that are defined twice, lines that are no assignments.
 *
 * @param source for messages
 * @throws ProblemError where the library reads the whole otherwise than line by line, as with a quote that is not closed,
 *   and for names that it cannot hold
 */
export function readDotenv(text: string, source: string): Reading {
  // The library looks at each blank of a run again and again.
  if (/\s{500}/.test(text)) throwProblem(blanks(source));
  const { assignments, skipped } = split(text.replaceAll(/\r\n?/g, '\n'));
  const values = new Map<string, string>();
  const normalised: KeyNote[] = [];
  for (const assignment of assignments) {
    const { key, line } = assignment;
    const value = valueOf(assignment);
    if (value === undefined) return throwProblem(unreadable(source, line));
    if (/^-----BEGIN [A-Z0-9 ]+-----$/.test(value)) throwProblem(openKey(source, key, line));
    if (values.has(key))
      normalised.push({ key, what: `is defined again in line ${line}; the last definition counts` });
    const changes = changesOf(assignment, value);
    if (changes.length > 0) normalised.push({ key, what: changes.join(', ') });
    values.set(key, value);
  }
  const whole = new Map(Object.entries(parse(text)));
  const differs = [...new Set([...values.keys(), ...whole.keys()])].find(
    (key) => values.get(key) !== whole.get(key),
  );
  if (differs !== undefined)
    return throwProblem(unreadable(source, assignments.find(({ key }) => key === differs)?.line ?? 1));
  return {
    documents: textDocuments([...values]),
    normalised,
    leftOut: skipped.map((line) => ({ key: `line ${line}`, what: 'is not an assignment; dotenv skips it' })),
    notes: [],
  };
}

const assignmentStart = /^\s*(?:export\s+)?([\w.-]+)(?:\s*=|:\s)\s*(.*)$/s;

/** The assignments of a text, and the numbers of the lines that are neither that, nor blank, nor a comment. */
function split(text: string): {
  readonly assignments: readonly Assignment[];
  readonly skipped: readonly number[];
} {
  const lines = text.split('\n');
  const assignments: Assignment[] = [];
  const skipped: number[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const [, key, value = ''] = assignmentStart.exec(line) ?? [];
    if (key === undefined) {
      if (line.trim() !== '' && !line.trim().startsWith('#')) skipped.push(at + 1);
      continue;
    }
    const end = isQuote(value[0]) ? endOfQuote(lines, at, value) : at;
    assignments.push({ key, line: at + 1, text: lines.slice(at, end + 1).join('\n') });
    at = end;
  }
  return { assignments, skipped };
}

const isQuote = (character: string | undefined): boolean =>
  character === "'" || character === '"' || character === '`';

/** The line in which a quoted value ends; the first one where it does not end. */
function endOfQuote(lines: readonly string[], start: number, value: string): number {
  const quote = value[0] ?? '';
  const closes = (text: string) => {
    for (let at = 0; at < text.length; at += 1) {
      if (text[at] === '\\' && text[at + 1] === quote) at += 1;
      else if (text[at] === quote) return true;
    }
    return false;
  };
  if (closes(value.slice(1))) return start;
  const end = lines.findIndex((line, index) => index > start && closes(line));
  return end < 0 ? start : end;
}

/** The value as the library reads it; undefined where it reads no value of that name. */
function valueOf({ key, text }: Assignment): string | undefined {
  const read = Object.entries(parse(text));
  return read.length === 1 && read[0]?.[0] === key ? read[0][1] : undefined;
}

/** What the library does to the text of a value, in words without the value. */
function changesOf({ text }: Assignment, value: string): readonly string[] {
  const [, , raw = ''] = assignmentStart.exec(text) ?? [];
  const opening = isQuote(raw[0]) ? (raw[0] ?? '') : '';
  const quote = opening !== '' && !value.startsWith(opening) ? opening : undefined;
  const changes = [
    [/^\s*export\s/.test(text), '"export" removed'],
    [/^\s*(?:export\s+)?[\w.-]+:\s/.test(text), '":" read as "="'],
    [quote !== undefined, 'quotes removed'],
    [opening !== '' && quote === undefined, 'the quote is kept: it is not closed'],
    [quote === '"' && /\\[nr]/.test(raw), '\\n and \\r read as line breaks'],
    [/\\/.test(value), 'other backslashes kept'],
    [hasComment(raw, value, quote), 'all from # on is a comment'],
    [quote === undefined && raw !== raw.trimEnd() && !raw.includes('#'), 'spaces at the end removed'],
    [/\$(?:\{|\(|[A-Za-z_])/.test(value), '$ is not expanded'],
    [value === '', 'is empty'],
  ] as const;
  return changes.flatMap(([applies, what]) => (applies ? [what] : []));
}

function hasComment(raw: string, value: string, quote: string | undefined): boolean {
  const behind = quote === undefined ? raw.slice(value.length) : raw.slice(raw.lastIndexOf(quote) + 1);
  return behind.includes('#');
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
