import { yamlError } from '../yaml-error';
import type { Token } from '../scan/token';
import { blockMapping, blockSequence, indentlessSequence } from './block';
import { flowMapping, flowSequence } from './flow';
import { emptyScalar, type Properties, type YamlNode } from './node';
import { anchored, peek, take, takeComments, type Parser } from './parser';

/** Where a node stands: in a block or a flow collection; behind a key, a list needs no indentation. */
export type Context = 'block' | 'behind-key' | 'flow';

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
  if (context === 'behind-key' && token.kind === 'entry') return indentlessSequence(parser, properties);
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
