import type { Comment, Document, Item, Mapping } from '../../model/tree';
import { SopsError } from '../../model/sops-error';
import { scalarText } from '../scalar-text';

/** Writes an INI file as go-ini does for sops: `=` aligned in each section, comments above their key. */
export function writeIni({ items }: Document): Uint8Array {
  const sections = items.flatMap((item) => (item.kind === 'item' ? [item] : []));
  const texts = sections.flatMap(({ key, value }, index) => {
    if (value.kind !== 'map')
      throw new SopsError('unserializable', {
        what: 'a value outside of any section cannot be written as INI',
        where: `key ${JSON.stringify(key)}`,
        fix: 'Use YAML or JSON.',
      });
    const isLeading = index === 0 && key === 'DEFAULT';
    if (isLeading && value.items.length === 0) return [];
    return [sectionText(isLeading ? undefined : key, value)];
  });
  return Buffer.from(texts.join('\n'), 'latin1');
}

const latin1 = (text: string) => Buffer.from(text).toString('latin1');

function sectionText(name: string | undefined, mapping: Mapping): string {
  const first = mapping.items[0];
  const heading = first?.kind === 'comment' ? commentText(first) : '';
  const entries = entriesOf(mapping);
  const width = Math.max(0, ...entries.map(({ key }) => key.length));
  const lines = entries.map(({ key, value, comment }) => `${comment}${key.padEnd(width)} = ${value}\n`);
  return `${heading}${name === undefined ? '' : `[${latin1(name)}]\n`}${lines.join('')}`;
}

/** Items with the comment that stands behind each: it is written above. */
function entriesOf({ items }: Mapping): readonly { key: string; value: string; comment: string }[] {
  return items.flatMap((item, index) => {
    if (item.kind !== 'item') return [];
    const next = items[index + 1];
    return [
      {
        key: keyText(item),
        value: valueText(latin1Value(item)),
        comment: next?.kind === 'comment' ? commentText(next) : '',
      },
    ];
  });
}

function commentText({ text }: Comment): string {
  return text
    .split('\n')
    .map((line) => {
      const trimmed = latin1(line).trim();
      const marked = /^[#;]/.test(trimmed)
        ? `${trimmed[0] ?? ''} ${trimmed.slice(1).trim()}`
        : `; ${trimmed}`;
      return `${marked}\n`;
    })
    .join('');
}

function keyText({ key }: Item): string {
  const text = latin1(key);
  if (/["=:]|^[#;[-]/.test(text)) return `\`${text}\``;
  return text;
}

const latin1Value = ({ key, value }: Item) =>
  value.kind === 'bytes' ? Buffer.from(value.bytes).toString('latin1') : latin1(scalarText(value, key));

function valueText(text: string): string {
  if (/[\n`]/.test(text)) return `"""${text}"""`;
  // Quotes around a whole value are taken off when it is read.
  if (/[#;]|^(["']).*\1$/.test(text)) return `\`${text}\``;
  return text.trim() === text ? text : `"${text}"`;
}
