import { isMap, isPair, isScalar, isSeq, parseAllDocuments, type Scalar } from 'yaml';
import { inlinePairs, linePairs } from './line-pairs';
import type { Pair } from './pair';

/** A document as plain data; tags of YAML that name something else (`!Ref`) are left out. */
type Data = string | number | null | readonly Data[] | ReadonlyMap<string, Data>;

/** Deeper documents are none that somebody typed. */
const deepest = 100;
/** Longer YAML is read line by line. */
const longestYaml = 128 * 1024;

/** What JSON gives values to; undefined where it cannot be read as JSON. */
export function jsonPairs(text: string): readonly Pair[] | undefined {
  try {
    return documentPairs(fromJson(JSON.parse(text), 0));
  } catch {
    return undefined;
  }
}

/** What YAML, of one document or several, gives values to; undefined where it cannot be read. */
export function yamlPairs(text: string): readonly Pair[] | undefined {
  if (text.length > longestYaml) return undefined;
  try {
    const documents = [
      parseAllDocuments(text, { logLevel: 'silent', uniqueKeys: false, strict: false }),
    ].flat();
    if (documents.some(({ errors }) => errors.length > 0)) return undefined;
    return documents.flatMap(({ contents }) => documentPairs(fromYaml(contents, 0)));
  } catch {
    return undefined;
  }
}

function fromJson(value: unknown, depth: number): Data {
  if (depth > deepest) return null;
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (Array.isArray(value)) return value.map((one) => fromJson(one, depth + 1));
  if (typeof value !== 'object' || value === null) return null;
  return new Map(Object.entries(value).map(([key, one]) => [key, fromJson(one, depth + 1)]));
}

/** Aliases are not followed: what they stand for is in the document once already. */
function fromYaml(node: unknown, depth: number): Data {
  if (depth > deepest) return null;
  if (isScalar(node)) return isReference(node) ? null : fromJson(node.value, depth);
  if (isSeq(node)) return node.items.map((one) => fromYaml(one, depth + 1));
  if (!isMap(node)) return null;
  const entries = node.items.flatMap((item): [string, Data][] =>
    isPair(item) && isScalar(item.key) ? [[String(item.key.value), fromYaml(item.value, depth + 1)]] : [],
  );
  return new Map(entries);
}

/** `!Ref`, `!GetAtt`, `!reference`, `!vault`: the text names or wraps the value. `!Sub` has it in it. */
const isReference = ({ tag }: Scalar): boolean =>
  tag !== undefined && !tag.startsWith('tag:yaml.org,2002:') && tag !== '!' && tag !== '!Sub';

function documentPairs(document: Data): readonly Pair[] {
  const isKubernetesSecret = document instanceof Map && document.get('kind') === 'Secret';
  return pairsBelow(document, []).map((pair) =>
    isKubernetesSecret && pair.path[0] === 'data' ? { ...pair, value: decoded(pair.value) } : pair,
  );
}

function pairsBelow(data: Data, path: readonly string[]): readonly Pair[] {
  if (data === null) return [];
  if (typeof data !== 'object') return [{ path, value: String(data) }, ...embedded(String(data))];
  if (!(data instanceof Map)) return (data as readonly Data[]).flatMap((one) => pairsBelow(one, path));
  const map = data as ReadonlyMap<string, Data>;
  return [
    ...namedPair(map),
    ...[...map].flatMap(([key, value]) =>
      // Sealed Secrets for Kubernetes: encrypted for the cluster.
      key === 'encryptedData' ? [] : [...pairsBelow(value, [...path, key]), ...defaultPair(path, key, value)],
    ),
  ];
}

/** `{ name: KEY, value: text }`, as Kubernetes, ECS and CloudFormation list variables. */
function namedPair(map: ReadonlyMap<string, Data>): readonly Pair[] {
  const first = (...names: readonly string[]) => names.map((name) => map.get(name)).find(isText);
  const key = first('name', 'Name', 'key', 'Key', 'ParameterKey', 'variable');
  const value = first('value', 'Value', 'ParameterValue');
  return key === undefined || value === undefined ? [] : [{ path: [String(key)], value: String(value) }];
}

/** `KEY: { value: text }`, `KEY: { Type: String, Default: text }`. */
const defaultPair = (path: readonly string[], key: string, value: Data): readonly Pair[] =>
  path.length > 0 && isText(value) && /^(?:value|default|stringValue|secretString)$/i.test(key)
    ? [{ path, value: String(value) }]
    : [];

/** Variables in a text: a command, an item `KEY=value`, a file in a ConfigMap. */
const embedded = (text: string): readonly Pair[] =>
  text.includes('\n') ? linePairs(text) : text.includes('=') ? inlinePairs(text) : [];

const isText = (value: Data | undefined): value is string | number =>
  typeof value === 'string' || typeof value === 'number';

function decoded(value: string): string {
  return /^[A-Za-z0-9+/\s]+={0,2}$/.test(value) ? Buffer.from(value, 'base64').toString('utf8') : value;
}
