/** Follows sops v3.13.3: `stores/yaml/store.go`; go-yaml v3.0.4: `decode.go`, `readerc.go`. */
import type { Comment, Document, Item, List, Mapping, Value } from '../../model/tree';
import { positionOf, syntaxError, type TextPosition } from '../codec/syntax-error';
import { parseYaml } from './parse/documents';
import type { AliasNode, DocumentNode, MappingNode, SequenceNode, YamlNode } from './parse/node';
import { isMergeKey, scalarValue } from './resolve/scalar-value';
import { maxDepth } from './scan/simple-keys';
import { yamlError } from './scan/yaml-error';

/** How many values aliases may expand to; a file with more is taken for an alias bomb. */
const maxExpanded = 100_000;

/**
 * Reads all documents of a YAML text as sops does: aliases expanded, merge keys literal, scalars resolved by go-yaml's
 * table, comments where go-yaml finds them. Source: sops `stores/yaml/store.go`
 *
 * @throws SopsError `syntax` with line and column
 */
export function readYaml(bytes: Uint8Array): readonly Document[] {
  const text = decode(bytes);
  assertNoControls(text);
  // An empty file has no document; sops cannot read a file with only comments.
  const documents = parseYaml(text);
  if (documents.length === 0 && text !== '') throw yamlError('there is no document', { line: 0, column: 0 });
  return documents.map(readDocument);
}

function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw syntaxError(
      'the YAML is not UTF-8 text',
      positionOfDamage(bytes),
      'Save it as UTF-8, or restore it from Git.',
    );
  }
}

/** Where the first bytes are that are not UTF-8. */
function positionOfDamage(bytes: Uint8Array): TextPosition {
  const lossy = new TextDecoder('utf-8').decode(bytes);
  return positionOf(lossy, lossy.indexOf('\ufffd'));
}

/** Raw control characters are not YAML; they would also hide the real name of a key in a terminal. */
function assertNoControls(text: string): void {
  const at = text.search(/(?![\t\n\r\u0085])\p{Cc}|[\ufffe\uffff]/u);
  if (at < 0) return;
  const { line, column } = positionOf(text, at);
  throw yamlError('a control character; remove it, or write it as an escape in double quotes', {
    line: line - 1,
    column: column - 1,
  });
}

interface Reading {
  /** Whether keys must be unique: in the first document only, as in go-yaml. */
  readonly unique: boolean;
  expanded: number;
  depth: number;
  /** The targets of the aliases that are being expanded. */
  readonly open: Set<YamlNode>;
}

function readDocument({ content, head, foot }: DocumentNode, index: number): Document {
  const reading: Reading = { unique: index === 0, expanded: 0, depth: 0, open: new Set() };
  const root = content.kind === 'alias' ? content.target : content;
  return {
    kind: 'map',
    items: [...commentsOf(head), ...readRoot(root, reading), ...commentsOf(foot)],
  };
}

function readRoot(root: YamlNode, reading: Reading): Mapping['items'] {
  if (root.kind === 'mapping') return readMapping(root, reading).items;
  if (root.kind === 'scalar' && scalarValue(root).kind === 'null') {
    return [...commentsOf(root.head), ...commentsOf(root.line), ...commentsOf(root.foot)];
  }
  throw yamlError('the top level is not a mapping', root.mark);
}

function readNode(node: YamlNode, reading: Reading, ownComments: boolean): Value {
  reading.expanded += 1;
  reading.depth += 1;
  if (reading.depth > maxDepth) throw yamlError(`nested deeper than ${maxDepth} levels`, node.mark);
  if (reading.expanded > maxExpanded && reading.open.size > 0)
    throw yamlError('excessive aliasing', node.mark);
  const value = readKind(node, reading, ownComments);
  reading.depth -= 1;
  return value;
}

function readKind(node: YamlNode, reading: Reading, ownComments: boolean): Value {
  switch (node.kind) {
    case 'alias':
      return readAlias(node, reading);
    case 'mapping':
      return readMapping(node, reading, ownComments);
    case 'sequence':
      return readSequence(node, reading, ownComments);
    case 'scalar':
      return scalarValue(node);
  }
}

function readAlias({ target, mark }: AliasNode, reading: Reading): Value {
  if (reading.open.has(target)) throw yamlError('an anchor that contains itself', mark);
  reading.open.add(target);
  const value = readNode(target, reading, true);
  reading.open.delete(target);
  return value;
}

/** @param ownComments whether the node's own comments go into it; else they are already next to it */
function readMapping(node: MappingNode, reading: Reading, ownComments = true): Mapping {
  if (reading.unique) assertUniqueKeys(node);
  const items: (Item | Comment)[] = ownComments ? [...commentsOf(node.head), ...commentsOf(node.line)] : [];
  for (const pair of node.pairs) readPair(pair, reading, items);
  if (ownComments) append(items, commentsOf(node.foot));
  return { kind: 'map', items };
}

function readPair(
  { key, value }: MappingNode['pairs'][number],
  reading: Reading,
  items: (Item | Comment)[],
): void {
  const name = key.kind === 'scalar' || key.kind === 'alias' ? readNode(key, reading, true) : undefined;
  if (name?.kind !== 'str') throw yamlError('a key that is not a string', key.mark);
  if (reading.unique && isMergeKey(key) && !holdsMappings(value))
    throw yamlError('a merge key without a mapping', value.mark);
  const leaf = value.kind === 'scalar' || value.kind === 'alias';
  if (key.head !== '' || key.line !== '') append(items, commentsOf(key.head), commentsOf(key.line));
  if (leaf && (value.head !== '' || value.line !== ''))
    append(items, commentsOf(value.head), commentsOf(value.line, true));
  items.push({ kind: 'item', key: name.text, value: readNode(value, reading, !leaf) });
  if (leaf && value.foot !== '') append(items, commentsOf(value.foot));
  if (key.foot !== '') append(items, commentsOf(key.foot));
}

function holdsMappings(value: YamlNode): boolean {
  const isMapping = (node: YamlNode) => (node.kind === 'alias' ? node.target : node).kind === 'mapping';
  return value.kind === 'sequence' ? value.elements.every(isMapping) : isMapping(value);
}

/** go-yaml checks for duplicate keys in the first document only; later ones keep both. */
function assertUniqueKeys({ pairs }: MappingNode): void {
  const seen = new Set<string>();
  for (const { key } of pairs) {
    if (key.kind !== 'scalar') continue;
    if (seen.has(key.text)) throw yamlError('a key is defined twice in one mapping', key.mark);
    seen.add(key.text);
  }
}

function readSequence(node: SequenceNode, reading: Reading, ownComments: boolean): List {
  const elements: (Value | Comment)[] = ownComments
    ? [...commentsOf(node.head), ...commentsOf(node.line)]
    : [];
  for (const element of node.elements) {
    append(elements, commentsOf(element.head), commentsOf(element.line, true));
    elements.push(readNode(element, reading, false));
    append(elements, commentsOf(element.foot));
  }
  if (ownComments) append(elements, commentsOf(node.foot));
  return { kind: 'list', elements };
}

/** Without `push(...)`: a comment may have more lines than a call may have arguments. */
function append<T>(list: (T | Comment)[], ...comments: readonly (readonly Comment[])[]): void {
  for (const some of comments) for (const comment of some) list.push(comment);
}

const none: readonly Comment[] = [];

/** A comment for each line that is not empty. */
const commentsOf = (text: string, inline = false): readonly Comment[] =>
  text === ''
    ? none
    : text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => ({ kind: 'comment', text: line.slice(1), inline }));
