import { yamlError } from '../yaml-error';
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
import { readNode } from './nodes';
import { anchored, peek, take, takeComments, takeIf, type Parser } from './parser';

/** `[…]`; a pair in it is a mapping of its own. */
export function flowSequence(parser: Parser, properties: Properties): SequenceNode {
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
export function flowMapping(parser: Parser, properties: Properties): MappingNode {
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
  // go-yaml goes over the token behind an empty key, whatever it is.
  if (empty) take(parser);
  const value = valueOf(parser, 'flow-sequence-end');
  const node = emptyMapping({ mark, tag: undefined, anchor: undefined }, noComments());
  node.pairs.push(pairOf(key, value));
  return node;
}

/** What is below a value belongs to its key. */
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
