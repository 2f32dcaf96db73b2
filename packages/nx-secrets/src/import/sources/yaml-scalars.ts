import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Node,
  type Scalar,
} from 'yaml';
import type { Document, Item, Leaf, Value } from 'sops-codec';
import { isExactNumber } from '../../secret-file/exact-json';
import { keyText } from '../../secret-file/key-path';
import { throwProblem, type Problem } from '../../problem';
import type { KeyNote } from '../imported';
import { sameNumber } from './json-numbers';

/** Documents whose values are those of the source, and what was kept in another form. */
export interface Written {
  readonly documents: readonly Document[];
  readonly normalised: readonly KeyNote[];
}

/**
 * Compares what the codec reads with what the source has. A value that libraries of YAML read differently (`010`, `1e3`,
 * `yes`, a date) is kept as the text of the source; a number that they agree on stays a number. Both are listed.
 * Sources: YAML 1.1 types (int, float, bool, timestamp), YAML 1.2.2 core schema.
 *
 * @param documents what the codec reads of it: one document
 * @param source for messages
 * @param texts every value is a text, as in the export of a tool that has no other ones
 * @throws ProblemError for tags of other programs, for numbers that a secret cannot hold, and where the codec and another
 *   library of YAML read different documents
 */
export function asWritten(
  documents: readonly Document[],
  text: string,
  source: string,
  texts = false,
): Written {
  const [document, ...rest] = documents;
  if (document === undefined || rest.length > 0) return { documents, normalised: [] };
  const lines = new LineCounter();
  const reading: Reading = { source, lines, texts, normalised: [] };
  const value = walk(document, nodeOf(text, lines) ?? refuse(differs, reading), [], reading);
  return {
    documents: value.kind === 'map' ? [value] : refuse(differs, reading),
    normalised: reading.normalised,
  };
}

interface Reading {
  readonly source: string;
  readonly lines: LineCounter;
  readonly texts: boolean;
  readonly normalised: KeyNote[];
}

type Parsed = { readonly node: Node; readonly resolve: (node: Node) => Node | undefined };

/** The only document of a text, with every scalar as text; undefined where the library reads none, or several. */
function nodeOf(text: string, lineCounter: LineCounter): Parsed | undefined {
  const options = {
    schema: 'failsafe',
    resolveKnownTags: false,
    uniqueKeys: false,
    logLevel: 'silent',
    lineCounter,
  } as const;
  try {
    const parsed = parseAllDocuments(text, options);
    const found = Array.isArray(parsed) ? parsed.filter(({ contents }) => contents !== null) : [];
    const [document, ...rest] = found;
    if (document === undefined || rest.length > 0 || document.errors.length > 0) return undefined;
    const node = document.contents;
    if (node === null) return undefined;
    // The codec has bounded what aliases come to.
    const resolve = (one: Node): Node | undefined => (isAlias(one) ? one.resolve(document) : one);
    return { node, resolve };
  } catch {
    // Its errors quote the text.
    return undefined;
  }
}

function walk(value: Value, parsed: Parsed, path: readonly string[], reading: Reading): Value {
  const node = parsed.resolve(parsed.node);
  const below = (one: unknown): Parsed => ({ ...parsed, node: one as Node });
  if (node === undefined) return refuse(differs, reading, parsed.node);
  assertTag(node, path, reading);
  if (value.kind === 'map' && isMap(node)) {
    const pairs = [...node.items];
    const items = value.items.map((item): Document['items'][number] => {
      if (item.kind === 'comment') return item;
      const pair = pairs.shift();
      if (pair === undefined) return refuse(differs, reading, node);
      const keys = [...path, item.key];
      noteName(item, parsed.resolve(pair.key as Node), keys, reading);
      return { ...item, value: walk(item.value, below(pair.value), keys, reading) };
    });
    return pairs.length > 0 ? refuse(differs, reading, node) : { ...value, items };
  }
  if (value.kind === 'list' && isSeq(node)) {
    const nodes = [...node.items];
    const elements = value.elements.map((element, index) =>
      element.kind === 'comment'
        ? element
        : walk(element, below(nodes.shift()), [...path, String(index)], reading),
    );
    return nodes.length > 0 ? refuse(differs, reading, node) : { ...value, elements };
  }
  if (value.kind === 'map' || value.kind === 'list' || !isScalar(node)) return refuse(differs, reading, node);
  return leafOf(value, node, path, reading);
}

/** A key that is a boolean for some libraries (`on`, `no`) has another name for their programs. */
function noteName({ key }: Item, node: Node | undefined, keys: readonly string[], reading: Reading): void {
  if (!isScalar(node) || node.value !== key) return refuse(differs, reading, node);
  if (node.type === 'PLAIN' && isAmbiguous(key))
    reading.normalised.push({
      key: keyText(keys, 'yaml'),
      what: 'its name is kept as text; some libraries of YAML read a boolean or a number',
    });
}

function leafOf(leaf: Leaf, node: Scalar, path: readonly string[], reading: Reading): Leaf {
  const key = keyText(path, 'yaml');
  const text = typeof node.value === 'string' ? node.value : '';
  const note = (what: string) => reading.normalised.push({ key, what });
  const type = node.tag?.replace('tag:yaml.org,2002:', '');
  if (type === 'binary') {
    note('base64 decoded');
    return leaf;
  }
  const isText = type === 'str' || type === '!' || (type === undefined && node.type !== 'PLAIN');
  if (isText || isPlainText(text))
    return leaf.kind === 'str' && 'text' in leaf && leaf.text === text
      ? leaf
      : refuse(differs, reading, node);
  if (reading.texts) return { kind: 'str', text };
  if (leaf.kind === 'null' || leaf.kind === 'bool') return leaf;
  if (infinite.test(text)) return refuse(notFinite(key), reading, node);
  if (leaf.kind !== 'str' && isNumber(text)) {
    const literal = jsonNumber(text);
    if (!isExactNumber(literal)) return refuse(notExact(key), reading, node);
    if ('value' in leaf && String(leaf.value) !== text) note(sameNumber);
    return leaf;
  }
  note('kept as its text; libraries of YAML read it differently: as a number, a time, a boolean or text');
  return { kind: 'str', text };
}

/** Numbers that libraries of YAML 1.1 and 1.2 read alike. */
const isNumber = (text: string): boolean =>
  /^(?:0x[0-9a-fA-F]+|[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]*(?:[eE][-+][0-9]+)?)?|[-+]?\.[0-9]+(?:[eE][-+][0-9]+)?)$/.test(
    text,
  );

const isPlainText = (text: string): boolean =>
  !isNumber(text) &&
  !isAmbiguous(text) &&
  !infinite.test(text) &&
  !/^(?:~|null|Null|NULL|true|True|TRUE|false|False|FALSE|)$/.test(text);

const infinite = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** What one library reads as a text, and another one as a number, boolean or time, or as another number. */
const isAmbiguous = (text: string): boolean => !isNumber(text) && ambiguous.some((form) => form.test(text));

const ambiguous: readonly RegExp[] = [
  // Binary, octal, a sign before hexadecimal, underscores, leading zeros, exponents without a point or sign.
  /^[-+]?0(?:b[01_]+|o[0-7_]+|x[0-9a-fA-F_]+)$/,
  /^[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9_]+)(?:[eE][-+]?[0-9]+)?$/,
  // Base 60.
  /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/,
  /^(?:y|n|yes|no|on|off)$/i,
  /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::?[0-9]{2})?))?)?$/,
];

/** A number that libraries agree on, as JSON may have it. */
function jsonNumber(text: string): string {
  if (text.startsWith('0x')) return BigInt(text).toString();
  return text
    .replace(/^\+/, '')
    .replace(/^(-?)\./, '$10.')
    .replace(/\.(?![0-9])/, '');
}

const knownTags = ['str', 'int', 'float', 'bool', 'null', 'timestamp', 'binary', 'map', 'seq'];

/** A tag of another program makes another value of what is written. @throws ProblemError */
function assertTag({ tag, ...node }: Node, path: readonly string[], reading: Reading): void {
  if (tag === undefined || tag === '!') return;
  const known =
    tag.startsWith('tag:yaml.org,2002:') && knownTags.includes(tag.slice('tag:yaml.org,2002:'.length));
  if (!known) refuse(foreignTag(keyText(path, 'yaml')), reading, node);
}

type Found = Omit<Problem, 'where' | 'code'>;

const differs: Found = {
  what: 'libraries of YAML do not read the same here, so a secret file might hold another value',
  fix: 'Write it as JSON does: texts in double quotes, names once, no tags.',
};

const foreignTag = (key: string): Found => ({
  what: `the value of ${key} has a tag of YAML that only its own program can interpret`,
  fix: 'Write the value that the program makes of it, without the tag.',
});

const notExact = (key: string): Found => ({
  what: `the number of ${key} has more digits than a double or int64, so a secret file would hold another value`,
  fix: 'Write it as a text in quotes, as the service then has to read it.',
});

const notFinite = (key: string): Found => ({
  what: `${key} is infinite or not a number, which a secret cannot hold`,
  fix: 'Write it as a text in quotes, as the service then has to read it.',
});

function refuse(found: Found, { lines, source }: Reading, node?: Pick<Node, 'range'>): never {
  const at = node?.range?.[0];
  const where = at === undefined ? source : `${source}, line ${lines.linePos(at).line}`;
  return throwProblem({ code: 'unreadableSource', ...found, where });
}
