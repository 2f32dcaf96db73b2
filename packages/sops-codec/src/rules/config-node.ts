import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Alias,
  type Node,
  type YAMLMap,
} from 'yaml';
import { SopsError } from '../model/sops-error';
import { aliasTargets } from './alias-targets';

/** What is needed to read nodes of a configuration. */
export interface ConfigReader {
  /** The targets of aliases. */
  readonly targets: ReadonlyMap<Alias, Node>;
  /** The place of a node. */
  readonly at: (node: Node | null | undefined) => { readonly line: number; readonly place: string };
}

/**
 * Parses a configuration.
 *
 * @param where its path, for messages
 * @returns its mapping, undefined for an empty file
 * @throws SopsError `badConfig` with the path, line and column
 */
export function openConfig(
  text: string,
  where: string,
): { readonly root: YAMLMap | undefined; readonly reader: ConfigReader } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'silent', uniqueKeys: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line, place: `${where}, line ${line}, column ${col}` };
  };
  const [error] = document.errors;
  if (error) throw configError('it is not YAML', at(error.pos[0]).place);
  const reader: ConfigReader = {
    targets: aliasTargets(document, (what, offset) => configError(what, at(offset).place)),
    at: (node) => at(node?.range?.[0] ?? 0),
  };
  const root = resolve(document.contents, reader);
  if (root === null || (isScalar(root) && root.value === null)) return { root: undefined, reader };
  if (isMap(root)) return { root, reader };
  throw configError('it is not a mapping', reader.at(root).place);
}

/** A node, or the target of an alias. */
const resolve = (node: unknown, { targets }: ConfigReader): Node | null =>
  isAlias(node) ? (targets.get(node) ?? null) : (node as Node | null);

const isNull = (node: Node | null): boolean => node === null || (isScalar(node) && node.value === null);

const nameOf = (key: unknown): string | undefined =>
  isScalar(key) ? String(key.source ?? key.value) : undefined;

/**
 * A mapping and those that it merges (`<<`), in the order in which their keys count: own ones first, then those of earlier
 * mappings. Source: go-yaml `decode.go` (merge)
 *
 * @throws SopsError `badConfig` for a merge key without mappings
 */
function withMerged(map: YAMLMap, reader: ConfigReader, known = new Set<YAMLMap>()): ReadonlySet<YAMLMap> {
  if (known.has(map)) return known;
  known.add(map);
  for (const { key, value } of map.items) {
    if (!isScalar(key) || key.type !== 'PLAIN' || nameOf(key) !== '<<') continue;
    const merged = resolve(value, reader);
    for (const one of isSeq(merged) ? merged.items.map((item) => resolve(item, reader)) : [merged]) {
      if (!isMap(one))
        throw configError('a merge key requires a mapping or a list of mappings', reader.at(merged).place);
      withMerged(one, reader, known);
    }
  }
  return known;
}

/** The value of a key, also of a merged mapping; undefined for null. */
export function field(map: YAMLMap, name: string, reader: ConfigReader): Node | undefined {
  for (const one of withMerged(map, reader)) {
    const pair = one.items.find(({ key }) => nameOf(key) === name);
    if (!pair) continue;
    const value = resolve(pair.value, reader);
    return !value || (isScalar(value) && value.value === null) ? undefined : value;
  }
  return undefined;
}

/** The keys of a mapping and those that it merges. */
export const names = (map: YAMLMap, reader: ConfigReader): readonly string[] => [
  ...new Set(
    [...withMerged(map, reader)].flatMap(({ items }) =>
      items.map(({ key }) => nameOf(key) ?? '').filter((name) => name !== '<<'),
    ),
  ),
];

/** The text of a key. */
export function text(map: YAMLMap, name: string, reader: ConfigReader): string | undefined {
  const value = field(map, name, reader);
  if (value === undefined) return undefined;
  if (isScalar(value)) return scalarText(value);
  throw configError(`${name} is not a text`, reader.at(value).place);
}

const scalarText = (node: { readonly value: unknown; readonly source?: string }): string =>
  typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));

/** Words of YAML 1.1 that go-yaml takes where a truth value is wanted, quoted or not. Source: go-yaml 3 `decode.go` */
const otherTrue = /^(?:y|Y|yes|Yes|YES|on|On|ON)$/;
const otherFalse = /^(?:n|N|no|No|NO|off|Off|OFF)$/;

/** Whether a key is set. */
export function flag(map: YAMLMap, name: string, reader: ConfigReader): boolean {
  const value = field(map, name, reader);
  if (value === undefined) return false;
  const word = isScalar(value) ? scalarText(value) : '';
  const isUnquoted = isScalar(value) && isPlain(value);
  if (otherTrue.test(word) || (isUnquoted && /^(?:true|True|TRUE)$/.test(word))) return true;
  if (otherFalse.test(word) || (isUnquoted && /^(?:false|False|FALSE)$/.test(word))) return false;
  throw configError(`${name} is not true or false`, reader.at(value).place);
}

const isPlain = ({ type }: { readonly type?: string }): boolean => type === 'PLAIN';

/** The whole number of a key; 0 where it is missing. */
export function count(map: YAMLMap, name: string, reader: ConfigReader, missing = 0): number {
  const value = field(map, name, reader);
  if (value === undefined) return missing;
  if (isScalar(value) && Number.isSafeInteger(value.value)) return Number(value.value);
  throw configError(`${name} is not a whole number`, reader.at(value).place);
}

/** A list of texts, or one text with commas. */
export function texts(map: YAMLMap, name: string, reader: ConfigReader): readonly string[] {
  const value = field(map, name, reader);
  if (!isScalar(value)) return list(map, name, reader);
  if (typeof value.value !== 'string')
    throw configError(`${name} is not a text or a list of texts`, reader.at(value).place);
  return value.value
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
}

/** A list of texts; go-yaml leaves out null. */
export function list(map: YAMLMap, name: string, reader: ConfigReader): readonly string[] {
  const value = field(map, name, reader);
  if (value === undefined) return [];
  if (!isSeq(value)) throw configError(`${name} is not a list of texts`, reader.at(value).place);
  return value.items.flatMap((item) => {
    const node = resolve(item, reader);
    if (isNull(node)) return [];
    if (isScalar(node)) return [scalarText(node)];
    throw configError(`${name} is not a list of texts`, reader.at(node ?? value).place);
  });
}

/** A list of mappings; go-yaml leaves out null. */
export function mappings(node: Node, name: string, reader: ConfigReader): readonly YAMLMap[] {
  if (!isSeq(node)) throw configError(`${name} is not a list`, reader.at(node).place);
  return node.items.flatMap((item) => {
    const resolved = resolve(item, reader);
    if (isMap(resolved)) return [resolved];
    if (isNull(resolved)) return [];
    throw configError(`${name} has an entry that is not a mapping`, reader.at(resolved ?? node).place);
  });
}

/** The error of a configuration. */
export const configError = (what: string, where: string) =>
  new SopsError('badConfig', {
    what: `the SOPS configuration cannot be read: ${what}`,
    where,
    fix: 'Correct it at that place.',
  });
