import { normalTime } from '../cipher/plaintext';
import { SopsError } from '../model/sops-error';
import type { Mapping } from '../model/tree';
import type { KeyGroup, WrappedKey } from '../recipients/recipient';
import { defaultRule, ruleNames, selectionRule, type SelectionRule } from '../rules/selection';
import { fieldsOf, metadataError, type Fields } from './fields';
import { recipientLists, type Metadata } from './metadata';

const ownFields: readonly string[] = [
  ...recipientLists,
  'key_groups',
  'shamir_threshold',
  'lastmodified',
  'mac',
  'mac_only_encrypted',
  'version',
  ...ruleNames,
];

/**
 * Reads the metadata of a file, in any version's layout. Source: sops `stores/stores.go`.
 *
 * @throws SopsError `badMetadata` where a field is missing or of the wrong type, or where two selection rules are set
 */
export function readMetadata(mapping: Mapping): Metadata {
  const fields = fieldsOf(mapping, 'sops');
  const rules = ruleNames.flatMap((name) => {
    const text = fields.text(name);
    return text ? [selectionRule(name, text)] : [];
  });
  return {
    ...readGroups(mapping, fields),
    shamirThreshold: fields.count('shamir_threshold'),
    lastModified: readLastModified(fields.requiredText('lastmodified')),
    mac: fields.text('mac') ?? '',
    rule: onlyRule(rules),
    hasExplicitRule: rules.length > 0,
    macOnlyEncrypted: fields.flag('mac_only_encrypted'),
    version: fields.text('version') ?? '',
    unknown: fields.others(ownFields),
  };
}

function onlyRule(rules: readonly SelectionRule[]): SelectionRule {
  if (rules.length <= 1) return rules[0] ?? defaultRule;
  throw new SopsError('badMetadata', {
    what: `more than one selection rule is set: ${rules.map(({ kind }) => kind).join(', ')}`,
    where: 'sops',
    fix: 'Restore the file from Git; one of them was added by hand.',
  });
}

/** sops parses and formats `lastmodified` before it uses it: `+00:00` becomes `Z`, and fractions of seconds are dropped. */
function readLastModified(text: string): string {
  const time = normalTime(text) ?? metadataError('lastmodified is not an RFC 3339 time');
  return time.replace(/\.\d+/, '');
}

function readGroups(mapping: Mapping, fields: Fields): Pick<Metadata, 'groups' | 'unknownInGroups'> {
  const single = readGroup(mapping, 'sops');
  // Read even where they are not used: sops refuses a file in which they are of a wrong type.
  const mappings = fields.mappings('key_groups');
  const groups = mappings.map((group, index) => readGroup(group, `sops.key_groups[${index}]`));
  if (single.length > 0) return { groups: [single] };
  if (groups.length === 0) return metadataError('it names no recipients');
  return { groups, unknownInGroups: mappings.map((group) => fieldsOf(group, 'sops').others(recipientLists)) };
}

function readGroup(mapping: Mapping, place: string): KeyGroup<WrappedKey> {
  const fields = fieldsOf(mapping, place);
  return recipientLists.flatMap((kind) =>
    fields.mappings(kind).map((entry, index) => readKey(kind, fieldsOf(entry, `${place}.${kind}[${index}]`))),
  );
}

const keyFields: Readonly<Record<(typeof recipientLists)[number], readonly string[]>> = {
  kms: ['arn', 'aws_profile', 'role', 'context'],
  gcp_kms: ['resource_id'],
  hckms: ['key_id'],
  azure_kv: ['vault_url', 'name', 'version'],
  hc_vault: ['vault_address', 'engine_path', 'key_name'],
  pgp: ['fp'],
  age: ['recipient'],
};

function readKey(kind: (typeof recipientLists)[number], fields: Fields): WrappedKey {
  const key = readKnown(kind, fields);
  const unknown = fields.others(['enc', 'created_at', ...keyFields[kind]]);
  return unknown.length > 0 ? { ...key, unknown } : key;
}

function readKnown(kind: (typeof recipientLists)[number], fields: Fields): WrappedKey {
  const text = (name: string) => fields.text(name) ?? '';
  const enc = text('enc');
  if (kind === 'age') return { kind, recipient: text('recipient'), enc };
  const createdAt = fields.requiredText('created_at');
  if (normalTime(createdAt) === undefined)
    metadataError(`created_at of a ${kind} entry is not an RFC 3339 time`);
  switch (kind) {
    case 'kms': {
      const context = fields.texts('context');
      const role = fields.text('role');
      return {
        kind,
        arn: text('arn'),
        awsProfile: text('aws_profile'),
        ...(role ? { role } : {}),
        ...(context ? { context } : {}),
        enc,
        createdAt,
      };
    }
    case 'pgp':
      return { kind, fp: text('fp'), enc, createdAt };
    case 'gcp_kms':
      return { kind, resourceId: text('resource_id'), enc, createdAt };
    case 'azure_kv':
      return {
        kind,
        vaultUrl: text('vault_url'),
        name: text('name'),
        version: text('version'),
        enc,
        createdAt,
      };
    case 'hc_vault':
      return {
        kind,
        vaultAddress: text('vault_address'),
        enginePath: text('engine_path'),
        keyName: text('key_name'),
        enc,
        createdAt,
      };
    case 'hckms':
      return { kind, keyId: text('key_id'), enc, createdAt };
  }
}
