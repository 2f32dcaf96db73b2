import { guarded } from '../model/guarded';
import { isMap, type YAMLMap } from 'yaml';
import { SopsError } from '../model/sops-error';
import { identityText, type KeyGroup, type Recipient } from '../recipients/recipient';
import { parseAzureUrl, parseVaultUri } from '../recipients/recipient-text';
import {
  configError,
  count,
  field,
  flag,
  list,
  mappings,
  names,
  openConfig,
  text,
  texts,
  type ConfigReader,
} from './config-node';
import { compileRegex } from './regex';
import { ruleNames, selectionRule, selectorOf, type SelectionRule } from './selection';

/** Recipients and selection for new files whose path matches. */
export interface CreationRule {
  /** RE2, searched in the path relative to the configuration; a rule without one applies to every file. */
  readonly pathRegex: string | undefined;
  /** Empty where the rule names no recipients. */
  readonly groups: readonly KeyGroup[];
  /** How many groups are needed to decrypt; 0 for all of them. */
  readonly shamirThreshold: number;
  /** Which values are encrypted. */
  readonly rule: SelectionRule | undefined;
  /** Whether the MAC covers encrypted values only. */
  readonly macOnlyEncrypted: boolean;
  /** The line of the configuration where the rule starts. */
  readonly line: number;
}

/** A `.sops.yaml`. */
export interface SopsConfig {
  /** Undefined where the file has no creation rules at all. */
  readonly rules: readonly CreationRule[] | undefined;
  /** Its path, for messages. */
  readonly where: string;
}

/**
 * Reads a `.sops.yaml`. Unknown fields are ignored; `readDestinations` reads `destination_rules`. Source: sops `config/config.go`
 *
 * @param where its path, for messages
 * @throws SopsError `badConfig` with the path, line and column
 */
export const readConfig = guarded('readConfig', function readConfig(text: string, where: string): SopsConfig {
  const { root, reader: nodes } = openConfig(text, where);
  const rules = root && field(root, 'creation_rules', nodes);
  const destinations = root && field(root, 'destination_rules', nodes);
  if (destinations) mappings(destinations, 'destination_rules', nodes);
  if (rules === undefined) return { rules: undefined, where };
  return { rules: mappings(rules, 'creation_rules', nodes).map(ruleReader(nodes)), where };
});

/** Reads rules of a configuration: groups that several of them name by an alias are read once. */
export function ruleReader(nodes: ConfigReader): (rule: YAMLMap) => CreationRule {
  const reader: Reader = { ...nodes, groups: new Map() };
  return (rule) => readRule(rule, reader);
}

/** The first rule whose pattern is found in the path, with forward slashes, relative to the configuration. */
export const ruleFor = guarded('ruleFor', ({ rules }: SopsConfig, path: string): CreationRule | undefined =>
  rules?.find(({ pathRegex }) => pathRegex === undefined || compileRegex(pathRegex, 'path_regex')(path)),
);

interface Reader extends ConfigReader {
  /** Groups that have been read: aliases may name one many times, and its merged groups as often again. */
  readonly groups: Map<YAMLMap, KeyGroup>;
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
      exitCode: 1,
      what: `a rule has more than one of ${selections.map(({ kind }) => kind).join(', ')}`,
      where: place,
      fix: 'Keep one of them.',
    });
  }
  selections.forEach(selectorOf);
  const listed = field(node, 'key_groups', reader);
  const groups =
    listed === undefined
      ? []
      : mappings(listed, 'key_groups', reader).map((group) => readGroup(group, reader, 0));
  // As in sops, recipients of the rule itself count only where it has no groups.
  const flat = groups.length > 0 ? [] : readFlat(node, reader);
  return {
    pathRegex,
    groups: groups.length > 0 ? groups : flat.length > 0 ? [flat] : [],
    shamirThreshold: count(node, 'shamir_threshold', reader),
    rule: selections[0],
    macOnlyEncrypted: flag(node, 'mac_only_encrypted', reader),
    line,
  };
}

/** Recipients of the rule itself: lists, or texts with commas. */
function readFlat(node: YAMLMap, reader: Reader): KeyGroup {
  const profile = text(node, 'aws_profile', reader) ?? '';
  return withoutDuplicates([
    ...texts(node, 'age', reader).flatMap(ageRecipients),
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
    ...list(node, 'age', reader).flatMap(ageRecipients),
    ...list(node, 'pgp', reader).map(pgpRecipient),
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
    ...list(node, 'hc_vault', reader).map(parseVaultUri),
  ]);
}

/** An entry of a list can be several, with commas. */
const ageRecipients = (entry: string): readonly Recipient[] =>
  entry === '' ? [] : entry.split(',').map((one) => ({ kind: 'age', recipient: one.trim() }));
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
  const pairs = context
    ? names(context, reader).map((name) => [name, text(context, name, reader) ?? ''] as const)
    : [];
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
