import type { Item, Mapping, Value } from '../model/tree';
import type { KeyGroup, WrappedKey } from '../recipients/recipient';
import { ruleText } from '../rules/selection';
import { recipientLists, type Metadata } from './metadata';

/** Metadata as the mapping of a file: keys sorted bytewise, empty ones left out. Source: sops 3.13 `stores/metadata.go`. */
export function writeMetadata(metadata: Metadata): Mapping {
  const { groups, shamirThreshold, lastModified, mac, rule, hasExplicitRule, macOnlyEncrypted, version } =
    metadata;
  const { unknown, unknownInGroups = [] } = metadata;
  const [first] = groups;
  return sorted([
    ...(groups.length === 1 && first
      ? writeGroup(first, [])
      : [item('key_groups', list(groups.map((group, at) => writeOneOf(group, unknownInGroups[at] ?? []))))]),
    ...(shamirThreshold > 0
      ? [item('shamir_threshold', { kind: 'int', value: BigInt(shamirThreshold) })]
      : []),
    item('lastmodified', str(lastModified)),
    item('mac', str(mac)),
    ...(hasExplicitRule ? [item(rule.kind, str(ruleText(rule)))] : []),
    ...(macOnlyEncrypted ? [item('mac_only_encrypted', { kind: 'bool', value: true })] : []),
    item('version', str(version)),
    ...unknown,
  ]);
}

const writeOneOf = (group: KeyGroup<WrappedKey>, unknown: readonly Item[]): Mapping =>
  sorted([...writeGroup(group, ['hc_vault', 'age']), ...unknown]);

/** The lists of a group that have entries, and those that are written even when empty. */
function writeGroup(group: KeyGroup<WrappedKey>, always: readonly string[]): readonly Item[] {
  return recipientLists.flatMap((kind) => {
    const keys = group.filter((key) => key.kind === kind);
    return keys.length > 0 || always.includes(kind) ? [item(kind, list(keys.map(writeKey)))] : [];
  });
}

function writeKey(key: WrappedKey): Mapping {
  const texts = Object.entries(keyFields(key)).map(([name, text]) => item(name, str(text)));
  const context = key.kind === 'kms' ? Object.entries(key.context ?? {}) : [];
  return sorted([
    ...texts,
    ...(context.length > 0
      ? [item('context', sorted(context.map(([name, text]) => item(name, str(text)))))]
      : []),
    ...(key.createdAt === undefined ? [] : [item('created_at', str(key.createdAt))]),
    item('enc', str(key.enc)),
    ...(key.unknown ?? []),
  ]);
}

function keyFields(key: WrappedKey): Readonly<Record<string, string>> {
  switch (key.kind) {
    case 'kms':
      return { arn: key.arn, aws_profile: key.awsProfile ?? '', ...(key.role ? { role: key.role } : {}) };
    case 'age':
      return { recipient: key.recipient };
    case 'pgp':
      return { fp: key.fp };
    case 'gcp_kms':
      return { resource_id: key.resourceId };
    case 'azure_kv':
      return { name: key.name, vault_url: key.vaultUrl, version: key.version };
    case 'hc_vault':
      return { engine_path: key.enginePath, key_name: key.keyName, vault_address: key.vaultAddress };
    case 'hckms':
      return { key_id: key.keyId };
  }
}

const item = (key: string, value: Value): Item => ({ kind: 'item', key, value });
const str = (text: string): Value => ({ kind: 'str', text });
const list = (elements: readonly Value[]): Value => ({ kind: 'list', elements });

const sorted = (items: readonly Item[]): Mapping => ({
  kind: 'map',
  items: [...items].sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key))),
});
