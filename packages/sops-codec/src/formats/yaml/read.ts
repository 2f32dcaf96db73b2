import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Scalar,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
  type Document as YamlDocument,
} from 'yaml';
import { textOrBytes } from '../../cipher/plaintext';
import { SopsError } from '../../model/sops-error';
import type { Comment, Document, Item, Leaf, List, Mapping, Value } from '../../model/tree';
import { resolvePlain, timeOf } from './scalar';

const maxDepth = 1_000;
/** Values that aliases may add up to, beyond which a file is taken for an alias bomb. */
const maxExpanded = 100_000;

/**
 * Reads all documents of a YAML text as go-yaml does for sops: aliases expanded, merge keys literal, scalars resolved
 * by go-yaml's own table.
 *
 * @throws SopsError with line and column
 */
export function readYaml(bytes: Uint8Array): readonly Document[] {
  const text = decode(bytes);
  const lines = new LineCounter();
  refuseControls(text);
  const parsed = parseAllDocuments(text, {
    schema: 'failsafe',
    uniqueKeys: false,
    lineCounter: lines,
    merge: false,
    strict: false,
    logLevel: 'silent',
  });
  if (!Array.isArray(parsed)) return [];
  return (parsed as YamlDocument[]).map((document, index) =>
    readDocument(document, lines, index === 0, text.endsWith('\n') ? undefined : text.length),
  );
}

function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new SopsError('generic', {
      what: 'the YAML is not UTF-8 text',
      fix: 'Save it as UTF-8, or restore it from Git.',
    });
  }
}

/** Raw control characters are no YAML; a parser that lets them pass would let a name hide what it is. */
function refuseControls(text: string): void {
  const at = text.search(/(?![\t\n\r\u0085])\p{Cc}/u);
  if (at < 0) return;
  throw new SopsError('generic', {
    what: 'not YAML that sops reads: a control character',
    where: `line ${text.slice(0, at).split('\n').length}`,
    fix: 'Remove it, or write it as an escape in double quotes.',
  });
}

interface Reading {
  readonly document: YamlDocument;
  readonly fail: (
    what: string,
    node: { readonly range?: readonly number[] | null | undefined } | undefined,
  ) => SopsError;
  /** Whether keys must be unique: in the first document only. */
  readonly unique: boolean;
  expanded: number;
  depth: number;
  readonly openAnchors: Set<string>;
  /** Where the text ends without a line break; a block that ends there has none either, as go-yaml has it. */
  readonly openEnd: number | undefined;
}

function readDocument(
  document: YamlDocument,
  lines: LineCounter,
  unique: boolean,
  openEnd: number | undefined,
): Document {
  const fail: Reading['fail'] = (what, node) => {
    const { line, col } = lines.linePos(node?.range?.[0] ?? 0);
    return new SopsError('generic', {
      what: `not YAML that sops reads: ${what}`,
      where: `line ${line}, column ${col}`,
      fix: 'Correct the file, or restore it from Git.',
    });
  };
  const [error] = document.errors;
  if (error) throw fail(error.code.toLowerCase().replaceAll('_', ' '), { range: [error.pos[0]] });
  if (document.directives?.yaml.explicit && document.directives.yaml.version !== '1.1')
    throw fail('incompatible %YAML version', undefined);
  const reading: Reading = { document, fail, unique, expanded: 0, depth: 0, openAnchors: new Set(), openEnd };
  const { contents } = document;
  const around = { before: commentsOf(document.commentBefore), after: commentsOf(document.comment) };
  if (contents === null || (isScalar(contents) && readScalar(contents, reading).kind === 'null')) {
    return { kind: 'map', items: [...around.before, ...around.after] };
  }
  if (!isMap(contents)) throw fail('the top level is not a mapping', contents);
  const { items } = readMap(contents, reading);
  return { kind: 'map', items: [...around.before, ...leading(contents), ...items, ...around.after] };
}

function readNode(node: Node | null, reading: Reading): Value {
  reading.expanded += 1;
  reading.depth += 1;
  if (reading.depth > maxDepth)
    throw reading.fail(`nested deeper than ${maxDepth} levels`, node ?? undefined);
  if (reading.expanded > maxExpanded && reading.openAnchors.size > 0)
    throw reading.fail('excessive aliasing', node ?? undefined);
  try {
    if (node === null) return { kind: 'null' };
    if (isAlias(node)) return readAlias(node, reading);
    if (isMap(node)) return readMap(node, reading);
    if (isSeq(node)) return readSeq(node, reading);
    if (isScalar(node)) return readScalar(node, reading);
    throw reading.fail('a node of unknown kind', node);
  } finally {
    reading.depth -= 1;
  }
}

function readAlias(
  node: Node & { source: string; resolve: (document: YamlDocument) => Node | undefined },
  reading: Reading,
): Value {
  const target = node.resolve(reading.document);
  if (!target) throw reading.fail('an alias of no anchor', node);
  if (reading.openAnchors.has(node.source)) throw reading.fail('an anchor that contains itself', node);
  reading.openAnchors.add(node.source);
  const value = readNode(target, reading);
  reading.openAnchors.delete(node.source);
  return value;
}

function readMap(map: YAMLMap, reading: Reading): Mapping {
  if (reading.unique) refuseDuplicates(map, reading);
  const items = (map.items as Pair<Node, Node | null>[]).flatMap((pair) => readPair(pair, reading));
  return { kind: 'map', items: [...items, ...commentsOf(map.comment)] };
}

/** go-yaml looks for duplicate keys in the first document only; in later ones both are kept. */
function refuseDuplicates(map: YAMLMap, reading: Reading): void {
  const seen = new Set<unknown>();
  for (const { key } of map.items as Pair<Node>[]) {
    if (!isScalar(key)) continue;
    if (seen.has(key.value)) throw reading.fail('a key that stands twice in one mapping', key);
    seen.add(key.value);
  }
}

/** Comments before the first item of a container: its own, where it stands behind a key. */
const leading = (node: Node | null): readonly Comment[] =>
  isMap(node) || isSeq(node) ? commentsOf(node.commentBefore) : [];

const withLeading = (value: Value, comments: readonly Comment[]): Value =>
  value.kind === 'map'
    ? { kind: 'map', items: [...comments, ...value.items] }
    : value.kind === 'list'
      ? { kind: 'list', elements: [...comments, ...value.elements] }
      : value;

function readPair({ key, value }: Pair<Node, Node | null>, reading: Reading): readonly (Item | Comment)[] {
  const name = isScalar(key) ? readScalar(key, reading) : isAlias(key) ? readNode(key, reading) : undefined;
  const text = name?.kind === 'str' ? name.text : isMergeKey(key) ? '<<' : undefined;
  if (text === undefined) throw reading.fail('a key that is not a string', key);
  const leaf = isScalar(value) || isAlias(value);
  return [
    ...commentsOf(key.commentBefore),
    ...commentsOf(key.comment),
    ...(leaf ? commentsOf(value.commentBefore) : []),
    ...(leaf ? commentsOf(value.comment, true) : []),
    { kind: 'item', key: text, value: withLeading(readNode(value, reading), leading(value)) },
  ];
}

const isMergeKey = (key: Node) => isScalar(key) && key.source === '<<';

function readSeq(seq: YAMLSeq, reading: Reading): List {
  const elements = (seq.items as (Node | null)[]).flatMap((node): (Value | Comment)[] => [
    ...commentsOf(node?.commentBefore),
    ...(isScalar(node) || isAlias(node) ? commentsOf(node.comment, true) : []),
    readNode(node, reading),
  ]);
  return { kind: 'list', elements: [...elements, ...commentsOf(seq.comment)] };
}

const commentsOf = (text: string | null | undefined, inline = false): readonly Comment[] =>
  text
    ? text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => ({ kind: 'comment', text: line, inline }))
    : [];

const coreTag = /^tag:yaml\.org,2002:(.+)$/;

function withoutAddedBreak(node: Scalar, { openEnd }: Reading): string {
  const text = typeof node.value === 'string' ? node.value : (node.source ?? '');
  const isBlock = node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED';
  return isBlock && openEnd !== undefined && (node.range?.[1] ?? 0) >= openEnd
    ? text.replace(/\n$/, '')
    : text;
}

function readScalar(node: Scalar, reading: Reading): Leaf {
  const source = withoutAddedBreak(node, reading);
  const tag = coreTag.exec(node.tag ?? '')?.[1];
  const resolved =
    node.type === 'PLAIN' || node.type === undefined
      ? resolvePlain(source)
      : { kind: 'str' as const, text: source };
  if (resolved === undefined) throw reading.fail('an integer beyond 64 bits', node);
  switch (tag) {
    case undefined:
      return resolved;
    case 'str':
      return { kind: 'str', text: source };
    case 'binary':
      return textOrBytes(Buffer.from(source, 'base64'));
    case 'null':
    case 'bool':
    case 'int':
    case 'float':
    case 'timestamp':
      return tagged(tag, source) ?? failTag(tag, node, reading);
    default:
      return resolved;
  }
}

function failTag(tag: string, node: Scalar, reading: Reading): never {
  throw reading.fail(`a value that is no ${tag} as its tag says`, node);
}

function tagged(tag: 'null' | 'bool' | 'int' | 'float' | 'timestamp', source: string): Leaf | undefined {
  if (tag === 'timestamp') {
    const text = timeOf(source);
    return text === undefined ? undefined : { kind: 'time', text };
  }
  const resolved = resolvePlain(source);
  if (tag === 'float' && resolved?.kind === 'int') return { kind: 'float', value: Number(resolved.value) };
  return resolved?.kind === tag ? resolved : undefined;
}
