import { allTags } from '../../aws/tags';
import { keyArnIn } from '../../config/stage-key';
import type { NamedPolicy } from '../named-policy';
import type { NamedRole } from '../named-role';
import { attachedTo, type Attachment } from './attachments';
import { keyDescription, policyDescription } from './describe';
import { block, hcl } from './hcl';
import { identifiers } from './identifiers';

/** Terraform and OpenTofu: resources for each policy, its document in `jsonencode`. */
export function terraform(policies: readonly NamedPolicy[], roles: readonly NamedRole[] = []): string {
  const ids = identifiers([...roles.map(roleKey), ...policies.map(({ name }) => name)], (name) =>
    name.replaceAll(/[^A-Za-z0-9_]/g, '_').replace(/^(?=[0-9])/, '_'),
  );
  const idOf = (key: string) => ids.get(key) ?? '';
  // Names that differ in punctuation only, or in where one ends, must not share an attachment.
  const attachmentIds = identifiers(
    policies.flatMap((policy) => attachedTo(policy, roles).map((one) => attachmentKey(policy, one))),
    (key) => {
      const [policy = '', role = ''] = key.split(' ');
      return `${idOf(policy)}_${role.replaceAll(/\W/g, '_')}`;
    },
  );
  const nameOf = ({ name, role }: Attachment) =>
    role === undefined ? hcl(name) : `aws_iam_role.${idOf(roleKey(role))}.name`;
  const blocks = [
    ...roles.map((role) => roleBlock(role, idOf(roleKey(role)))),
    ...policies.flatMap((policy) => {
      const id = idOf(policy.name);
      const attached = attachedTo(policy, roles);
      return [
        ...blocksOf(policy, id),
        ...attached.map((one) =>
          block(
            'resource',
            ['aws_iam_role_policy_attachment', attachmentIds.get(attachmentKey(policy, one)) ?? ''],
            {
              role: nameOf(one),
              policy_arn: `aws_iam_policy.${id}.arn`,
            },
          ),
        ),
      ];
    }),
  ];
  return `${blocks.join('\n\n')}\n`;
}

const roleKey = ({ name }: NamedRole): string => `${name}-role`;

/** Neither name can have a space. */
const attachmentKey = (policy: NamedPolicy, { name }: Attachment): string => `${policy.name} ${name}`;

const roleBlock = ({ name, path, description, trust }: NamedRole, id: string): string =>
  block('resource', ['aws_iam_role', id], {
    name: hcl(name),
    path: hcl(path),
    description: hcl(description),
    assume_role_policy: `jsonencode(${hcl(trust, '  ')})`,
  });

function blocksOf(policy: NamedPolicy, id: string): readonly string[] {
  const { kind, name, subject, document, region } = policy;
  const { secretName, keyAlias } = subject.names;
  const encoded = `jsonencode(${hcl(document, '  ')})`;
  switch (kind) {
    case 'key':
      if (subject.names.foreignKey)
        return [
          `# For whoever makes the key: add what their own policy of it says, AdministerKey above all.\n${block(
            'resource',
            ['aws_kms_key_policy', id],
            { key_id: hcl(keyArnIn(region, subject.accountId, subject.names)), policy: encoded },
          )}`,
        ];
      return [
        ...(region === subject.region ? [primaryKey(policy, id, encoded)] : replicaKey(policy, id, encoded)),
        block('resource', ['aws_kms_alias', id], {
          name: hcl(keyAlias),
          target_key_id: `${region === subject.region ? 'aws_kms_key' : 'aws_kms_replica_key'}.${id}.key_id`,
        }),
      ];
    case 'secret':
      return [
        block('data', ['aws_secretsmanager_secret', id], { name: hcl(secretName) }),
        block('resource', ['aws_secretsmanager_secret_policy', id], {
          secret_arn: `data.aws_secretsmanager_secret.${id}.arn`,
          block_public_policy: hcl(true),
          policy: encoded,
        }),
      ];
    default:
      return [
        block('resource', ['aws_iam_policy', id], {
          name: hcl(name),
          description: hcl(policyDescription(policy)),
          policy: encoded,
        }),
      ];
  }
}

const primaryKey = ({ subject }: NamedPolicy, id: string, policy: string): string =>
  block('resource', ['aws_kms_key', id], {
    description: hcl(keyDescription(subject)),
    enable_key_rotation: hcl(true),
    rotation_period_in_days: hcl(subject.keyRotationDays),
    multi_region: hcl(subject.replicaRegions.length > 0),
    policy,
    tags: hcl(allTags(subject.names), '  '),
  });

/** The primary key is in another region, so in another module. */
const replicaKey = ({ subject }: NamedPolicy, id: string, policy: string): readonly string[] => [
  block('variable', [`${id}_primary_arn`], {
    type: 'string',
    description: hcl("ARN of the multi-Region key in the stage's region"),
  }),
  block('resource', ['aws_kms_replica_key', id], {
    primary_key_arn: `var.${id}_primary_arn`,
    description: hcl(keyDescription(subject)),
    policy,
    tags: hcl(allTags(subject.names), '  '),
  }),
];
