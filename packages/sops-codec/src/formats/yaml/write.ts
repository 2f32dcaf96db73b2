import type { Document, Item, List, Mapping, Value } from '../../model/tree';
import { isBlock, leafText, stringText } from './write-scalar';

/**
 * Writes documents as go-yaml prints them for sops: block style, `---` between documents.
 *
 * @param exact for encrypted files, whose values in clear must read back as they were hashed
 */
export function writeYaml(documents: readonly Document[], indent: number, exact = false): string {
  return documents.map((document) => documentText(document, { column: 0, indent, exact })).join('---\n');
}

function documentText(document: Document, at: Position): string {
  if (document.items.length === 0) return '{}\n';
  return `${mappingLines(document, at).join('\n')}\n`;
}

/** Writes one value: a container as a document of its own, a leaf as one line. */
export function writeYamlValue(value: Value, indent: number): string {
  const at = { column: 0, indent, exact: false };
  if (value.kind === 'map') return documentText(value, at);
  const lines =
    value.kind === 'list' && value.elements.length > 0 ? listLines(value, at) : valueLines(value, at);
  return `${lines.join('\n')}\n`;
}

type Lines = readonly string[];

/** How far a block stands below what holds it. */
interface Position {
  /** Column at which the holder stands. */
  readonly column: number;
  readonly indent: number;
  /** Spell values so that they read back as the same type and value, where sops's own spelling does not. */
  readonly exact: boolean;
}

/** A block below a key stands at the next multiple of the indent, wherever the key stands. Source: go-yaml `emitterc.go` */
const below = ({ column, indent, exact }: Position): Position => ({
  column: indent * Math.floor((column + indent) / indent),
  indent,
  exact,
});

const padding = (from: Position, to: Position): string => ' '.repeat(to.column - from.column);

const padded = (lines: Lines, pad: string): Lines => lines.map((line) => (line === '' ? '' : pad + line));

function mappingLines(mapping: Mapping, at: Position): Lines {
  const lines: string[] = [];
  let inline: string[] = [];
  for (const item of mapping.items) {
    if (item.kind === 'comment') {
      if (item.inline) inline.push(item.text);
      else lines.push(commentLine(item.text));
      continue;
    }
    // Behind a container a comment would become the container's own: it goes above.
    if (!isLeaf(item.value)) lines.push(...inline.splice(0).map(commentLine));
    lines.push(...itemLines(item, inline, at));
    inline = [];
  }
  return [...lines, ...inline.map(commentLine)];
}

const commentLine = (text: string) => `#${text}`;
const isLeaf = (value: Value) => value.kind !== 'map' && value.kind !== 'list';

function itemLines({ key, value }: Item, inline: readonly string[], at: Position): Lines {
  const behind = inline.length > 0 ? ` #${inline.join(' #')}` : '';
  const keys = keyLines(key, value, at);
  const lead = keys.at(-1) ?? '';
  const [first = '', ...rest] = valueLines(value, at);
  const before = keys.slice(0, -1);
  if (first !== '') return [...before, `${lead} ${first}${behind}`, ...rest];
  // Behind a long key a container begins on the colon's line.
  if (keys.length === 1) return [`${lead}${behind}`, ...rest];
  return [...before, `${lead}${(rest[0] ?? '').slice(1)}${behind}`, ...rest.slice(1)];
}

/** A key, with its colon on the last line. */
function keyLines(key: string, value: Value, at: Position): Lines {
  // A merge key must hold mappings; quoted, it is a key like any other.
  if (key === '<<') return [holdsMappings(value) ? '!!merge <<:' : '"<<":'];
  const block = isBlock(key) && !/^\s/.test(key);
  if (!block && Buffer.byteLength(key) <= 128 && !key.includes('\n')) return [`${stringText(key)}:`];
  const [first = '', ...rest] = block ? blockLines(key, at) : [stringText(key)];
  return [`? ${first}`, ...rest, ':'];
}

const holdsMappings = (value: Value): boolean =>
  value.kind === 'map' ||
  (value.kind === 'list' && value.elements.every(({ kind }) => kind === 'map' || kind === 'comment'));

/** Lines of a value behind a key or a dash; the first is empty where the value begins on the next line. */
function valueLines(value: Value, at: Position): Lines {
  const inner = below(at);
  const pad = padding(at, inner);
  if (value.kind === 'map') {
    if (value.items.length === 0) return ['{}'];
    const lines = padded(mappingLines(value, inner), pad);
    return value.items.some((item) => item.kind === 'item') ? ['', ...lines] : ['{', ...lines, '}'];
  }
  if (value.kind === 'list') {
    if (value.elements.length === 0) return ['[]'];
    const lines = padded(listLines(value, inner), pad);
    return value.elements.some((element) => element.kind !== 'comment')
      ? ['', ...lines]
      : ['[', ...lines, ']'];
  }
  if (value.kind === 'str' && isBlock(value.text) && !misindented(value.text, at))
    return blockLines(value.text, at);
  return [leafText(value, at.exact)];
}

function listLines(list: List, at: Position): Lines {
  const lines: string[] = [];
  let inline: string[] = [];
  for (const element of list.elements) {
    if (element.kind === 'comment') {
      if (element.inline) inline.push(element.text);
      else lines.push(commentLine(element.text));
      continue;
    }
    if (!isLeaf(element)) lines.push(...inline.splice(0).map(commentLine));
    const behind = inline.length > 0 ? ` #${inline.join(' #')}` : '';
    inline = [];
    const [first = '', ...rest] = elementLines(element, { ...at, column: at.column + 2 });
    lines.push(`- ${first}${behind}`, ...rest);
  }
  return [...lines, ...inline.map(commentLine)];
}

/** The lines behind a dash: a container that holds something begins on the dash's line. */
function elementLines(element: Value, at: Position): Lines {
  const holds =
    (element.kind === 'map' &&
      element.items.some((item) => item.kind === 'item') &&
      mappingLines(element, at)) ||
    (element.kind === 'list' &&
      element.elements.some((inner) => inner.kind !== 'comment') &&
      listLines(element, at));
  if (!holds) return valueLines(element, { ...at, column: at.column - 2 });
  return holds.map((line, index) => (index === 0 || line === '' ? line : `  ${line}`));
}

/** Below a list go-yaml's indentation digit is wrong for a text that begins with a blank: such a text is quoted. */
const misindented = (text: string, at: Position): boolean => /^\s/.test(text) && at.column % at.indent !== 0;

/** A literal block; the digit tells the indentation where the first line begins with a blank or a break. */
function blockLines(text: string, at: Position): Lines {
  const pad = padding(at, below(at));
  const chomp = /(?:^|\n)\n$/.test(text) ? '+' : text.endsWith('\n') ? '' : '-';
  const digit = /^[ \n]/.test(text) ? String(pad.length) : '';
  const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  return [`|${digit}${chomp}`, ...padded(lines, pad)];
}
