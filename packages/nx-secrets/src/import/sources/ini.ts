import type { Comment, Document, Item } from 'sops-codec';
import { keyText } from '../../secret-file/key-path';
import { throwProblem, type Problem } from '../../problem';
import type { KeyNote, Reading } from '../imported';
import { definedTwice } from './tree';

/** A section while it is read. */
interface Section {
  readonly items: (Item | Comment)[];
  readonly names: Set<string>;
}

/**
 * Reads an INI file: sections, `key = value` or `key: value`, comments with `#` or `;`. Programs differ in what they make of
 * a value: what is common to Python's configparser, PHP, npm's ini and go-ini is taken, what one of them reads otherwise is
 * listed, and what they read as other keys is refused. Keys before the first section are in DEFAULT.
 *
 * @param source for messages
 * @throws ProblemError with the number of the line
 */
export function readIni(text: string, source: string): Reading {
  const sections = new Map<string, Section>();
  const open = (name: string): Section => {
    const section = sections.get(name) ?? { items: [], names: new Set<string>() };
    sections.set(name, section);
    return section;
  };
  const normalised: KeyNote[] = [];
  let name = 'DEFAULT';
  let section = open(name);
  /** How far the last key is indented: a line that is further in goes on with its value, for some programs. */
  let indent: number | undefined;
  text.split(/\r\n?|\n/).forEach((line, index) => {
    const where = `${source}, line ${index + 1}`;
    const bare = line.trim();
    if (bare === '') return;
    if (bare.startsWith('#') || bare.startsWith(';')) {
      section.items.push({ kind: 'comment', text: bare.slice(1), inline: false });
      return;
    }
    const [, header] = /^\[([^[\]]+)\](?:\s*[#;].*)?$/.exec(bare) ?? [];
    const depth = line.length - line.trimStart().length;
    if (header !== undefined) {
      name = header.trim();
      indent = undefined;
      const isKnown = sections.has(name) && !(name === 'DEFAULT' && section.names.size === 0);
      if (isKnown) throwProblem(definedTwice(keyText([name], 'yaml'), where));
      section = open(name);
      if (name === 'DEFAULT')
        normalised.push({
          key: name,
          what: "is read as keys without a section; Python's configparser gives them to each section",
        });
      return;
    }
    if (indent !== undefined && depth > indent) throwProblem(furtherIn(where));
    const end = bare.search(/[=:]/);
    const key = bare.slice(0, Math.max(0, end)).trimEnd();
    if (key === '') return throwProblem(noAssignment(where));
    indent = depth;
    const path = name === 'DEFAULT' ? [key] : [name, key];
    if (section.names.has(key)) throwProblem(definedTwice(keyText(path, 'yaml'), where));
    section.names.add(key);
    const value = valueOf(bare.slice(end + 1).trimStart(), where);
    if (value.changes.length > 0)
      normalised.push({ key: keyText(path, 'yaml'), what: value.changes.join(', ') });
    section.items.push({ kind: 'item', key, value: { kind: 'str', text: value.text } });
  });
  const items = [...sections].flatMap(([key, { items }]): Document['items'] =>
    key === 'DEFAULT' && items.length === 0 ? [] : [{ kind: 'item', key, value: { kind: 'map', items } }],
  );
  return { documents: [{ kind: 'map', items }], normalised, leftOut: [], notes: [] };
}

/** A value without its quotes and comment, and what programs read otherwise; never with the value. */
function valueOf(raw: string, where: string): { readonly text: string; readonly changes: readonly string[] } {
  if (raw.startsWith('"""') || raw.startsWith("'''")) throwProblem(longQuotes(where));
  const [, quote = '', inner, comment] = /^(["'`])((?:(?!\1).)*)\1(\s+[#;].*)?$/.exec(raw) ?? [];
  // A value that begins with one of them is a value: few write a comment instead of a value.
  const end = inner === undefined ? raw.search(/\s[#;]/) : -1;
  const text = inner ?? (end < 0 ? raw : raw.slice(0, end).trimEnd());
  const changes = [
    [inner !== undefined, `quotes removed${quote === '`' ? '' : " (Python's configparser keeps them)"}`],
    [comment !== undefined || end >= 0, 'all from the # or ; behind a blank on is a comment'],
    [/[#;]/.test(text), '# and ; in it are part of the value; some programs begin a comment there'],
    [inner === undefined && /^["'`]|["'`]$/.test(text), 'quotes are part of the value'],
    [text.includes('\\'), 'backslashes are part of the value'],
    [text.includes('%'), '% is not interpolated'],
    [/\$[{(A-Za-z_]/.test(text), '$ is not expanded'],
    [text === '', 'is empty'],
  ] as const;
  return { text, changes: changes.flatMap(([applies, what]) => (applies ? [what] : [])) };
}

const noAssignment = (where: string): Problem => ({
  code: 'unreadableSource',
  what: 'the line is neither a section nor a key with "=" or ":"',
  where,
  fix: 'Write it as key = value, or as a comment with "#" or ";".',
});

const furtherIn = (where: string): Problem => ({
  code: 'unreadableSource',
  what: "the line is indented further than the key before it, which goes on with that key's value for some programs and begins a new key for others",
  where,
  fix: 'Put the value on one line, or indent all keys alike.',
});

const longQuotes = (where: string): Problem => ({
  code: 'unreadableSource',
  what: 'three quotes begin a value of several lines for some programs only',
  where,
  fix: 'Remove this key, import the rest, then set its value with the generator set.',
});
