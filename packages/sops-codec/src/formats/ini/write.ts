/** Follows sops v3.13.3: `stores/ini/store.go`; go-ini v1.67.3: `file.go`. */
import type { Comment, Document, Item, Mapping } from '../../model/tree';
import { SopsError } from '../../model/sops-error';
import { scalarText } from '../codec/scalar-text';
import { decodeText, encodeText, isQuoted, trim } from './text';

/**
 * Writes an INI file as go-ini does for sops: `=` aligned in each section, comments above their key. Backquotes enclose
 * what go-ini would lose when it reads it again. Source: sops `stores/ini/store.go`, go-ini `file.go`
 */
export function writeIni({ items }: Document): Uint8Array {
  const sections = items.filter((item) => item.kind === 'item');
  const texts = sections.flatMap(({ key, value }, index) => {
    if (value.kind !== 'map') throw unserializable('a value outside of any section', key);
    if (key === '') throw unserializable('a section without a name', key);
    const isLeading = index === 0 && key === 'DEFAULT';
    if (isLeading && value.items.length === 0) return [];
    return [sectionText(isLeading ? undefined : key, value)];
  });
  return encodeText(texts.join('\n'));
}

const unserializable = (what: string, key: string) =>
  new SopsError('unserializable', {
    what: `${what} cannot be written as INI`,
    where: `key ${JSON.stringify(key)}`,
    fix: 'Use YAML or JSON.',
  });

function sectionText(name: string | undefined, mapping: Mapping): string {
  const [first] = mapping.items;
  const heading = first?.kind === 'comment' ? commentText(first, (line) => line) : '';
  const entries = entriesOf(mapping);
  const width = Math.max(0, ...entries.map(({ key }) => Buffer.byteLength(key)));
  const lines = entries.map(({ key, value, comment }) => {
    const padding = ' '.repeat(width - Buffer.byteLength(key));
    return `${comment}${key}${padding} = ${value}\n`;
  });
  return `${heading}${name === undefined ? '' : `[${name}]\n`}${lines.join('')}`;
}

/** Items with the last comment after each, which is written above it. */
function entriesOf({ items }: Mapping): readonly { key: string; value: string; comment: string }[] {
  const entries: { key: string; value: string; comment: string }[] = [];
  for (const item of items) {
    const last = entries.at(-1);
    if (item.kind === 'item') entries.push({ key: keyText(item.key), value: valueText(item), comment: '' });
    else if (last) last.comment = commentText(item, trim);
  }
  return entries;
}

/** sops crashes on a comment of several lines whose first ones are empty: these are dropped. */
function commentText({ text }: Comment, clean: (line: string) => string): string {
  const filled = text.replace(/^(?:[ \t;#]*\n)+/, '');
  if (filled === '') return '';
  return filled
    .split('\n')
    .map((line) => (/^[#;]/.test(line) ? `${line[0] ?? ''} ${trim(line.slice(1))}\n` : `; ${clean(line)}\n`))
    .join('');
}

function keyText(key: string): string {
  // go-ini replaces `-` by a number, even in quotes.
  if (key === '' || key === '-') throw unserializable('a key that is empty or "-"', key);
  if (key.includes('`')) {
    if (/"""|"$/.test(key)) throw unserializable('a key with backquotes and such quotes', key);
    return `"""${key}"""`;
  }
  return /["=:]|^[#;[]/.test(key) ? `\`${key}\`` : key;
}

function valueText({ key, value }: Item): string {
  const text = value.kind === 'bytes' ? decodeText(value.bytes) : scalarText(value, key);
  if (text.includes('\n') && text.includes('"""')) {
    if (text.includes('`')) throw unserializable('lines with backquotes and triple quotes', key);
    return `\`${text}\``;
  }
  if (/[\n`]/.test(text)) return `"""${text}"""`;
  const hasOuterBlanks = trim(text) !== text;
  if (hasOuterBlanks && !/["#;]/.test(text)) return `"${text}"`;
  return hasOuterBlanks || /[#;]|^"""|\\$/.test(text) || isQuoted(text) ? `\`${text}\`` : text;
}
