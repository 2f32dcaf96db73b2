/** Follows go-yaml v3.0.4: `decode.go`, `parserc.go`. */
import { yamlError } from '../scan/yaml-error';
import type { Token, TokenKind } from '../scan/token';
import { emptyScalar, type DocumentNode, type YamlNode } from './node';
import { readNode } from './nodes';
import { parserOf, peek, take, takeComments, takeIf, type Parser } from './parser';

/** Parses all documents of a text. @throws SopsError `syntax` with line and column */
export function parseYaml(text: string): readonly DocumentNode[] {
  const parser = parserOf(text);
  peek(parser);
  take(parser);
  const documents: DocumentNode[] = [];
  for (;;) {
    if (documents.length > 0) while (takeIf(parser, 'document-end'));
    const token = peek(parser);
    if (token.kind === 'stream-end') return documents;
    documents.push(
      documents.length === 0 && !isExplicit(token) ? implicitDocument(parser) : explicitDocument(parser),
    );
  }
}

const isExplicit = ({ kind }: Token): boolean =>
  kind === 'version-directive' || kind === 'tag-directive' || kind === 'document-start';

/** The first document, without `---`. */
function implicitDocument(parser: Parser): DocumentNode {
  parser.tags = defaultTags();
  const head = splitHead(parser);
  return finish(parser, head, readNode(parser, 'block'));
}

/** Comments above the first document's content that an empty line separates belong to the document. */
function splitHead({ comments }: Parser): string {
  const { head } = comments;
  for (let at = head.length - 1; at > 0; at -= 1) {
    if (head[at] !== '\n') continue;
    if (at !== head.length - 1 && head[at - 1] !== '\n') continue;
    comments.head = head.slice(at + 1);
    return head.slice(0, at === head.length - 1 ? at : at - 1);
  }
  return '';
}

const endsContent: readonly TokenKind[] = [
  'version-directive',
  'tag-directive',
  'document-start',
  'document-end',
  'stream-end',
];

function explicitDocument(parser: Parser): DocumentNode {
  parser.tags = readDirectives(parser);
  const start = peek(parser);
  if (start.kind !== 'document-start') throw yamlError('"---" was expected', start.mark);
  take(parser);
  const { kind, mark } = peek(parser);
  return finish(parser, '', endsContent.includes(kind) ? emptyScalar(mark) : readNode(parser, 'block'));
}

function finish(parser: Parser, head: string, content: YamlNode): DocumentNode {
  takeIf(parser, 'document-end');
  const comments = takeComments(parser);
  return { head, line: '', foot: comments.foot || comments.head, content };
}

const defaultTags = (): Map<string, string> =>
  new Map([
    ['!', '!'],
    ['!!', 'tag:yaml.org,2002:'],
  ]);

function readDirectives(parser: Parser): ReadonlyMap<string, string> {
  const own = new Map<string, string>();
  let versioned = false;
  for (;;) {
    const token = peek(parser);
    if (token.kind === 'version-directive') {
      if (versioned) throw yamlError('%YAML is defined twice', token.mark);
      if (!/^0?1\.0?1$/.test(token.version)) throw yamlError('an incompatible %YAML version', token.mark);
      versioned = true;
    } else if (token.kind === 'tag-directive') {
      if (own.has(token.handle)) throw yamlError('%TAG is defined twice for one handle', token.mark);
      own.set(token.handle, token.prefix);
    } else return new Map([...defaultTags(), ...own]);
    take(parser);
  }
}
