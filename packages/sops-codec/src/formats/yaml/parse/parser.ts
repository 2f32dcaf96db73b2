/** Follows go-yaml v3.0.4: `parserc.go`. */
import { yamlError } from '../scan/yaml-error';
import { scannerOf, type Scanner } from '../scan/scanner';
import { comment, type Token, type TokenKind } from '../scan/token';
import { readAhead } from '../scan/tokens';
import { noComments, type Comments, type Properties, type YamlNode } from './node';

/** The state of reading nodes from tokens. */
export interface Parser {
  readonly scanner: Scanner;
  /** The next token, if it has been read. */
  next: Token | undefined;
  /** Comments that belong to no node yet. */
  readonly comments: Comments;
  /** The next comment of the scanner. */
  commentAt: number;
  /** A comment above a list entry that is itself a container. */
  stem: string;
  readonly anchors: Map<string, YamlNode>;
  /** Prefixes by tag handle. */
  tags: ReadonlyMap<string, string>;
}

export const parserOf = (text: string): Parser => ({
  scanner: scannerOf(text),
  next: undefined,
  comments: noComments(),
  commentAt: 0,
  stem: '',
  anchors: new Map(),
  tags: new Map(),
});

/** The next token. Comments up to it are in `comments` from now on. */
export function peek(parser: Parser): Token {
  if (parser.next) return parser.next;
  const { scanner } = parser;
  readAhead(scanner);
  const token = scanner.tokens[scanner.taken];
  if (!token) throw yamlError('the text ends too early', scanner);
  parser.next = token;
  collectComments(parser, token);
  return token;
}

/** Source: go-yaml `parserc.go` (unfold_comments) */
function collectComments(parser: Parser, token: Token): void {
  const { comments } = parser.scanner;
  for (;;) {
    const one = comments[parser.commentAt];
    if (!one || token.mark.index < one.token) return;
    // A comment at the end of a block is the head of what follows the block.
    if (one.head !== '' && token.kind === 'block-end') return;
    add(parser.comments, 'head', one.head);
    add(parser.comments, 'foot', one.foot);
    add(parser.comments, 'line', one.line);
    comments[parser.commentAt] = comment({});
    parser.commentAt += 1;
  }
}

function add(comments: Comments, place: keyof Comments, text: string): void {
  if (text !== '') comments[place] += comments[place] === '' ? text : `\n${text}`;
}

/** Consumes the next token. */
export function take(parser: Parser): void {
  parser.next = undefined;
  parser.scanner.taken += 1;
}

/** Consumes the next token if it is of a kind. */
export function takeIf(parser: Parser, kind: TokenKind): boolean {
  if (peek(parser).kind !== kind) return false;
  take(parser);
  return true;
}

/** The comments collected so far, for one node. */
export function takeComments(parser: Parser): Comments {
  const taken = { ...parser.comments };
  Object.assign(parser.comments, noComments());
  parser.stem = '';
  return taken;
}

/** The comment above a list entry, for the container that the entry is. */
export function takeStem(parser: Parser): Comments {
  const { stem } = parser;
  parser.stem = '';
  return { ...noComments(), head: stem };
}

/** Registers a node by its anchor, before its content is read. */
export function anchored<Node extends YamlNode>(parser: Parser, { anchor }: Properties, node: Node): Node {
  if (anchor !== undefined) parser.anchors.set(anchor, node);
  return node;
}
