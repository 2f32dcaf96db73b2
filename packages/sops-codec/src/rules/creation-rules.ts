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
import { identityText, type KeyGroup, type Recipient } from '../recipients/recipient';
import { parseAzureUrl, parseVaultUri } from '../recipients/recipient-text';
import { aliasTargets } from './alias-targets';
import { compileRegex } from './regex';
import { ruleNames, selectionRule, selectorOf, type SelectionRule } from './selection';

/** Recipients and selection for new files whose path matches. */
export interface CreationRule {
  /** RE2, searched in the path relative to the configuration; a rule without one is for every file. */
  readonly pathRegex: string | undefined;
  /** Empty where the rule names no recipients. */
  readonly groups: readonly KeyGroup[];
  readonly shamirThreshold: number;
  readonly rule: SelectionRule | undefined;
  readonly macOnlyEncrypted: boolean;
  /** Line of the configuration where the rule begins. */
  readonly line: number;
}

/** A `.sops.yaml`. */
export interface SopsConfig {
  /** Undefined where the file has no creation rules at all. */
  readonly rules: readonly CreationRule[] | undefined;
  readonly where: string;
}

/**
 * Reads a `.sops.yaml`. Fields that are not known are left alone. Source: sops `config/config.go`
 *
 * @param where its path, for messages
 * @throws SopsError with line and column
 */
export function readConfig(text: string, where: string): SopsConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'silent', uniqueKeys: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line, place: `${where}, line ${line}, column ${col}` };
  };
  const [error] = document.errors;
  if (error) throw configError('it is not YAML', at(error.pos[0]).place);
  const reader: Reader = {
    targets: aliasTargets(document, (what, offset) => configError(what, at(offset).place)),
    groups: new Map(),
    at: (node) => at(node?.range?.[0] ?? 0),
  };
  const root = resolve(document.contents, reader);
  if (root === null || (isScalar(root) && root.value === null)) return { rules: undefined, where };
  if (!isMap(root)) throw configError('it is not a mapping', where);
  const rules = field(root, 'creation_rules', reader);
  if (rules === undefined) return { rules: undefined, where };
  return { rules: mappings(rules, 'creation_rules', reader).map((rule) => readRule(rule, reader)), where };
}

/** The first rule whose pattern is found in the path, with forward slashes, relative to the configuration. */
export const ruleFor = ({ rules }: SopsConfig, path: string): CreationRule | undefined =>
  rules?.find(({ pathRegex }) => pathRegex === undefined || compileRegex(pathRegex, 'path_regex')(path));

interface Reader {
  /** What aliases stand for. */
  readonly targets: ReadonlyMap<Alias, Node>;
  /** Groups that were read: aliases may name one many times, and those that it merges as often again. */
  readonly groups: Map<YAMLMap, KeyGroup>;
  readonly at: (node: Node | null | undefined) => { readonly line: number; readonly place: string };
}

function readRule(node: YAMLMap, reader: Reader): CreationRule {
  const { line, place } = reader.at(node);
  const pathRegex = text(node, 'path_regex', reader);
  if (pathRegex !== undefined) compileRegex(pathRegex, `path_regex, ${place}`);
  const selections = ruleNames.flatMap((name) => {
    const value = text(node, name, reader);
    return value ? [selectionRule(name, value)] : [];
  });
  if (selections.length > 1) {
    throw new SopsError('conflictingParameters', {
      what: `a rule has more than one of ${selections.map(({ kind }) => kind).join(', ')}`,
      where: place,
      fix: 'Keep one of them.',
    });
  }
  selections.forEach(selectorOf);
  const groups = field(node, 'key_groups', reader);
  const flat = readFlat(node, reader);
  return {
    pathRegex,
    groups:
      groups === undefined
        ? flat.length > 0
          ? [flat]
          : []
        : mappings(groups, 'key_groups', reader).map((group) => readGroup(group, reader, 0)),
    shamirThreshold: Number(text(node, 'shamir_threshold', reader) ?? 0),
    rule: selections[0],
    macOnlyEncrypted: text(node, 'mac_only_encrypted', reader) === 'true',
    line,
  };
}

/** Recipients that stand in the rule itself: lists, or texts with commas. */
function readFlat(node: YAMLMap, reader: Reader): KeyGroup {
  const profile = text(node, 'aws_profile', reader) ?? '';
  return withoutDuplicates([
    ...texts(node, 'age', reader).map(ageRecipient),
    ...texts(node, 'pgp', reader).map(pgpRecipient),
    ...texts(node, 'kms', reader).map((one) => kmsRecipient(one, profile)),
    ...texts(node, 'gcp_kms', reader).map((resourceId): Recipient => ({ kind: 'gcp_kms', resourceId })),
    ...texts(node, 'hckms', reader).map((keyId): Recipient => ({ kind: 'hckms', keyId })),
    ...texts(node, 'azure_keyvault', reader).map(parseAzureUrl),
    ...texts(node, 'hc_vault_transit_uri', reader).map(parseVaultUri),
  ]);
}

function readGroup(node: YAMLMap, reader: Reader, depth: number): KeyGroup {
  const known = reader.groups.get(node);
  if (!known && depth > 100) throw configError('groups are merged too deeply', reader.at(node).place);
  const group = known ?? readNewGroup(node, reader, depth);
  reader.groups.set(node, group);
  return group;
}

function readNewGroup(node: YAMLMap, reader: Reader, depth: number): KeyGroup {
  const merge = field(node, 'merge', reader);
  const inner = (name: string) => {
    const value = field(node, name, reader);
    return value === undefined ? [] : mappings(value, name, reader);
  };
  return withoutDuplicates([
    ...(merge === undefined
      ? []
      : mappings(merge, 'merge', reader).flatMap((group) => readGroup(group, reader, depth + 1))),
    ...texts(node, 'age', reader).map(ageRecipient),
    ...texts(node, 'pgp', reader).map(pgpRecipient),
    ...inner('kms').map((kms) => kmsObject(kms, reader)),
    ...inner('gcp_kms').map((gcp): Recipient => ({
      kind: 'gcp_kms',
      resourceId: text(gcp, 'resource_id', reader) ?? '',
    })),
    ...inner('hckms').map((key): Recipient => ({ kind: 'hckms', keyId: text(key, 'key_id', reader) ?? '' })),
    ...inner('azure_keyvault').map((key): Recipient => ({
      kind: 'azure_kv',
      vaultUrl: text(key, 'vaultUrl', reader) ?? '',
      name: text(key, 'key', reader) ?? '',
      version: text(key, 'version', reader) ?? '',
    })),
    ...texts(node, 'hc_vault', reader).map(parseVaultUri),
  ]);
}

const ageRecipient = (recipient: string): Recipient => ({ kind: 'age', recipient });
const pgpRecipient = (fp: string): Recipient => ({ kind: 'pgp', fp: fp.replaceAll(' ', '') });

/** `arn` or `arn+roleArn`. */
function kmsRecipient(textForm: string, awsProfile: string): Recipient {
  const clean = textForm.replaceAll(' ', '');
  const cut = clean.indexOf('+arn:');
  return cut < 0
    ? { kind: 'kms', arn: clean, awsProfile }
    : { kind: 'kms', arn: clean.slice(0, cut), role: clean.slice(cut + 1), awsProfile };
}

function kmsObject(node: YAMLMap, reader: Reader): Recipient {
  const role = text(node, 'role', reader);
  const context = field(node, 'context', reader);
  if (context !== undefined && !isMap(context))
    throw configError('context is not a mapping', reader.at(context).place);
  const pairs = (context?.items ?? []).map(({ key }) => {
    const name = isScalar(key) ? String(key.source ?? key.value) : '';
    return [name, (context && text(context, name, reader)) ?? ''] as const;
  });
  return {
    kind: 'kms',
    arn: text(node, 'arn', reader) ?? '',
    ...(role ? { role } : {}),
    ...(pairs.length > 0 ? { context: Object.fromEntries(pairs) } : {}),
    awsProfile: text(node, 'aws_profile', reader) ?? '',
  };
}

function withoutDuplicates(recipients: readonly Recipient[]): KeyGroup {
  const known = new Set<string>();
  return recipients.filter((recipient) => {
    const identity = `${recipient.kind} ${identityText(recipient)}`;
    return !known.has(identity) && known.add(identity);
  });
}

const resolve = (node: unknown, { targets }: Reader): Node | null =>
  isAlias(node) ? (targets.get(node) ?? null) : (node as Node | null);

function field(map: YAMLMap, name: string, reader: Reader): Node | undefined {
  const pair = map.items.find(({ key }) => isScalar(key) && String(key.source ?? key.value) === name);
  const value = pair && resolve(pair.value, reader);
  return !value || (isScalar(value) && value.value === null) ? undefined : value;
}

function text(map: YAMLMap, name: string, reader: Reader): string | undefined {
  const value = field(map, name, reader);
  if (value === undefined) return undefined;
  if (isScalar(value)) return scalarText(value);
  throw configError(`${name} is not a text`, reader.at(value).place);
}

const scalarText = (node: { readonly value: unknown; readonly source?: string }): string =>
  typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));

/** A list of texts, or one text with commas. */
function texts(map: YAMLMap, name: string, reader: Reader): readonly string[] {
  const value = field(map, name, reader);
  if (value === undefined) return [];
  const all = isSeq(value) ? value.items.map((item) => resolve(item, reader)) : [value];
  return all.flatMap((node) => {
    if (!isScalar(node))
      throw configError(`${name} is neither a text nor a list of texts`, reader.at(node).place);
    return isSeq(value)
      ? [scalarText(node)]
      : scalarText(node)
          .split(',')
          .map((one) => one.trim())
          .filter(Boolean);
  });
}

function mappings(node: Node, name: string, reader: Reader): readonly YAMLMap[] {
  if (!isSeq(node)) throw configError(`${name} is not a list`, reader.at(node).place);
  return node.items.map((item) => {
    const resolved = resolve(item, reader);
    if (isMap(resolved)) return resolved;
    throw configError(`${name} has an entry that is not a mapping`, reader.at(resolved ?? node).place);
  });
}

const configError = (what: string, where: string) =>
  new SopsError('badConfig', {
    what: `the SOPS configuration cannot be read: ${what}`,
    where,
    fix: 'Correct it at that place.',
  });
