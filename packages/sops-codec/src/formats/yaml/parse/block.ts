import { yamlError } from '../yaml-error';
import type { TokenKind } from '../scan/token';
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
import { readNode, type Context } from './nodes';
import { anchored, peek, take, takeComments, takeIf, takeStem, type Parser } from './parser';

/** A list of entries with dashes that stand further right than what holds it. */
export function blockSequence(parser: Parser, properties: Properties): SequenceNode {
  const node = anchored(parser, properties, emptySequence(properties, takeStem(parser)));
  take(parser);
  readEntries(parser, node, ['entry', 'block-end']);
  const end = peek(parser);
  if (end.kind !== 'block-end') throw yamlError('a list entry was expected', end.mark);
  take(parser);
  return node;
}

/** A list behind a key, whose dashes stand at the key's own column. */
export function indentlessSequence(parser: Parser, properties: Properties): SequenceNode {
  const node = anchored(parser, properties, emptySequence(properties, noComments()));
  readEntries(parser, node, ['entry', 'key', 'value', 'block-end']);
  return node;
}

/** @param empty kinds of tokens behind a dash that show that the entry is empty */
function readEntries(parser: Parser, { elements }: SequenceNode, empty: readonly TokenKind[]): void {
  while (peek(parser).kind === 'entry') {
    const { mark } = peek(parser);
    const above = parser.comments.head;
    take(parser);
    splitStem(parser, above);
    elements.push(readOrEmpty(parser, 'block', empty, mark));
  }
}

/** A comment above an entry that is a container goes to the container, not to the first thing in it. */
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
export function blockMapping(parser: Parser, properties: Properties): MappingNode {
  const node = anchored(parser, properties, emptyMapping(properties, takeStem(parser)));
  take(parser);
  const { pairs } = node;
  for (;;) {
    const token = peek(parser);
    if (token.kind === 'block-end') break;
    if (token.kind !== 'key') throw yamlError('a key was expected', token.mark);
    take(parser);
    const key = readOrEmpty(parser, 'behind-key', emptyInMapping, token.mark);
    const previous = pairs.at(-1);
    if (key.foot !== '' && previous) {
      // What is below a value shows only when the next key is read.
      previous.key.foot = key.foot;
      key.foot = '';
    }
    const behind = peek(parser).mark;
    const value = takeIf(parser, 'value')
      ? readOrEmpty(parser, 'behind-key', emptyInMapping, behind)
      : emptyScalar(behind);
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
