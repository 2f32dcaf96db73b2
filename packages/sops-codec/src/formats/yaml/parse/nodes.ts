/** Follows go-yaml v3.0.4: `decode.go`, `parserc.go`. */
import { yamlError } from '../scan/yaml-error';
import type { Token, TokenKind } from '../scan/token';
import {
  emptyMapping,
  emptyScalar,
  emptySequence,
  noComments,
  type MappingNode,
  type Properties,
  type SequenceNode,
  type YamlNode,
} from './node';
import { anchored, peek, take, takeComments, takeIf, takeStem, type Parser } from './parser';

/** Where a node is: in a block or a flow collection; after a key, a list needs no indentation. */
type Context = 'block' | 'after-key' | 'flow';

/** Reads a node. Source: go-yaml `parserc.go` (parse_node) and `decode.go` (parser) */
export function readNode(parser: Parser, context: Context): YamlNode {
  const first = peek(parser);
  if (first.kind === 'alias') {
    const comments = takeComments(parser);
    take(parser);
    const target = parser.anchors.get(first.name);
    if (!target) throw yamlError('an alias of no anchor', first.mark);
    return { kind: 'alias', target, mark: first.mark, tag: undefined, ...comments };
  }
  const properties = readProperties(parser);
  const token = peek(parser);
  if (context === 'after-key' && token.kind === 'entry') return indentlessSequence(parser, properties);
  switch (token.kind) {
    case 'scalar':
      return readScalar(parser, properties, token);
    case 'flow-sequence-start':
      return flowSequence(parser, properties);
    case 'flow-mapping-start':
      return flowMapping(parser, properties);
    case 'sequence-start':
      if (context !== 'flow') return blockSequence(parser, properties);
      break;
    case 'mapping-start':
      if (context !== 'flow') return blockMapping(parser, properties);
      break;
    default:
  }
  if (properties.anchor === undefined && properties.tag === undefined)
    throw yamlError('a value is missing', token.mark);
  return anchored(parser, properties, emptyScalar(properties.mark, properties.tag));
}

function readScalar(
  parser: Parser,
  properties: Properties,
  { text, style }: Extract<Token, { kind: 'scalar' }>,
): YamlNode {
  const comments = takeComments(parser);
  take(parser);
  const { mark, tag } = properties;
  return anchored(parser, properties, { kind: 'scalar', mark, tag, text, style, ...comments });
}

/** An anchor and a tag, in any order. */
function readProperties(parser: Parser): Properties {
  const { mark } = peek(parser);
  let anchor: string | undefined;
  let tag: string | undefined;
  for (;;) {
    const token = peek(parser);
    if (token.kind === 'anchor' && anchor === undefined) anchor = token.name;
    else if (token.kind === 'tag' && tag === undefined) tag = fullTag(parser, token);
    else return { mark, tag, anchor };
    take(parser);
  }
}

function fullTag(parser: Parser, { handle, suffix, mark }: Extract<Token, { kind: 'tag' }>): string {
  if (handle === '') return suffix;
  const prefix = parser.tags.get(handle);
  if (prefix === undefined) throw yamlError('a tag with an unknown handle', mark);
  return prefix + suffix;
}

/** A list whose dashes are indented further than its container. */
function blockSequence(parser: Parser, properties: Properties): SequenceNode {
  const node = anchored(parser, properties, emptySequence(properties, takeStem(parser)));
  take(parser);
  readEntries(parser, node, ['entry', 'block-end']);
  const end = peek(parser);
  if (end.kind !== 'block-end') throw yamlError('a list entry was expected', end.mark);
  take(parser);
  return node;
}

/** A list after a key, with its dashes at the column of the key. */
function indentlessSequence(parser: Parser, properties: Properties): SequenceNode {
  const node = anchored(parser, properties, emptySequence(properties, noComments()));
  readEntries(parser, node, ['entry', 'key', 'value', 'block-end']);
  return node;
}

/** @param empty kinds of tokens after a dash that mean that the entry is empty */
function readEntries(parser: Parser, { elements }: SequenceNode, empty: readonly TokenKind[]): void {
  while (peek(parser).kind === 'entry') {
    const { mark } = peek(parser);
    const above = parser.comments.head;
    take(parser);
    splitStem(parser, above);
    elements.push(readOrEmpty(parser, 'block', empty, mark));
  }
}

/** A comment above an entry that is a container belongs to the container, not to its first node. */
function splitStem(parser: Parser, above: string): void {
  if (above === '') return;
  const { kind } = peek(parser);
  if (kind !== 'sequence-start' && kind !== 'mapping-start') return;
  parser.stem = above;
  parser.comments.head = parser.comments.head.slice(above.length + 1);
}

function readOrEmpty(
  parser: Parser,
  context: Context,
  empty: readonly TokenKind[],
  mark: YamlNode['mark'],
): YamlNode {
  return empty.includes(peek(parser).kind) ? emptyScalar(mark) : readNode(parser, context);
}

const emptyInMapping: readonly TokenKind[] = ['key', 'value', 'block-end'];

/** A mapping of lines. */
function blockMapping(parser: Parser, properties: Properties): MappingNode {
  const node = anchored(parser, properties, emptyMapping(properties, takeStem(parser)));
  take(parser);
  const { pairs } = node;
  for (;;) {
    const token = peek(parser);
    if (token.kind === 'block-end') break;
    if (token.kind !== 'key') throw yamlError('a key was expected', token.mark);
    take(parser);
    const key = readOrEmpty(parser, 'after-key', emptyInMapping, token.mark);
    const previous = pairs.at(-1);
    if (key.foot !== '' && previous) {
      // A comment below a value is only found when the next key is read.
      previous.key.foot = key.foot;
      key.foot = '';
    }
    const { mark } = peek(parser);
    const value = takeIf(parser, 'value')
      ? readOrEmpty(parser, 'after-key', emptyInMapping, mark)
      : emptyScalar(mark);
    if (key.foot === '' && value.foot !== '') {
      key.foot = value.foot;
      value.foot = '';
    }
    pairs.push({ key, value });
  }
  const { line, foot } = takeComments(parser);
  take(parser);
  node.line = line;
  const last = pairs.at(-1);
  if (foot !== '' && last) last.key.foot = foot;
  else node.foot = foot;
  return node;
}

/** `[…]`; a pair in it is a mapping of its own. */
function flowSequence(parser: Parser, properties: Properties): SequenceNode {
  const node = anchored(parser, properties, emptySequence(properties, takeComments(parser)));
  take(parser);
  for (let first = true; peek(parser).kind !== 'flow-sequence-end'; first = false) {
    if (!first) {
      separator(parser, '"," or "]"');
      if (peek(parser).kind === 'flow-sequence-end') break;
    }
    node.elements.push(takeIf(parser, 'key') ? pairInSequence(parser) : readNode(parser, 'flow'));
  }
  return close(parser, node);
}

/** `{…}`. */
function flowMapping(parser: Parser, properties: Properties): MappingNode {
  const node = anchored(parser, properties, emptyMapping(properties, takeComments(parser)));
  take(parser);
  for (let first = true; peek(parser).kind !== 'flow-mapping-end'; first = false) {
    if (!first) {
      separator(parser, '"," or "}"');
      if (peek(parser).kind === 'flow-mapping-end') break;
    }
    const key = takeIf(parser, 'key') ? keyOf(parser) : undefined;
    const alone = key ?? readNode(parser, 'flow');
    const value = key ? valueOf(parser, 'flow-mapping-end') : emptyScalar(peek(parser).mark);
    node.pairs.push(pairOf(alone, value));
  }
  return close(parser, node);
}

function separator(parser: Parser, wanted: string): void {
  const { mark } = peek(parser);
  if (!takeIf(parser, 'flow-entry')) throw yamlError(`${wanted} was expected`, mark);
}

function keyOf(parser: Parser): YamlNode {
  const { kind, mark } = peek(parser);
  return kind === 'value' || kind === 'flow-entry' || kind === 'flow-mapping-end'
    ? emptyScalar(mark)
    : readNode(parser, 'flow');
}

function valueOf(parser: Parser, end: 'flow-mapping-end' | 'flow-sequence-end'): YamlNode {
  const found = takeIf(parser, 'value');
  const { kind, mark } = peek(parser);
  return !found || kind === 'flow-entry' || kind === end ? emptyScalar(mark) : readNode(parser, 'flow');
}

/** `key: value` in a list. */
function pairInSequence(parser: Parser): MappingNode {
  const { kind, mark } = peek(parser);
  const empty = kind === 'value' || kind === 'flow-entry' || kind === 'flow-sequence-end';
  const key = empty ? emptyScalar(mark) : readNode(parser, 'flow');
  // go-yaml skips the token after an empty key, whatever it is.
  if (empty) take(parser);
  const value = valueOf(parser, 'flow-sequence-end');
  const node = emptyMapping({ mark, tag: undefined, anchor: undefined }, noComments());
  node.pairs.push(pairOf(key, value));
  return node;
}

/** A comment below a value belongs to its key. */
function pairOf(key: YamlNode, value: YamlNode): MappingNode['pairs'][number] {
  if (key.foot === '' && value.foot !== '') {
    key.foot = value.foot;
    value.foot = '';
  }
  return { key, value };
}

function close<Node extends SequenceNode | MappingNode>(parser: Parser, node: Node): Node {
  const { line, foot } = takeComments(parser);
  take(parser);
  node.line = line;
  node.foot = foot;
  return node;
}
