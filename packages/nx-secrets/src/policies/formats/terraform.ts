import { managedTags } from '../../aws/tags';
import type { NamedPolicy } from '../named-policy';
import { keyDescription, policyDescription } from './describe';
import { block, hcl } from './hcl';
import { identifiers } from './identifiers';

/** Terraform and OpenTofu: resources for each policy, its document in `jsonencode`. */
export function terraform(policies: readonly NamedPolicy[]): string {
  const ids = identifiers(
    policies.map(({ name }) => name),
    (name) => name.replaceAll(/[^A-Za-z0-9_]/g, '_').replace(/^(?=[0-9])/, '_'),
  );
  const blocks = policies.flatMap((policy) => blocksOf(policy, ids.get(policy.name) ?? ''));
  return `${blocks.join('\n\n')}\n`;
}

function blocksOf(policy: NamedPolicy, id: string): readonly string[] {
  const { kind, name, subject, document } = policy;
  const { secretName, keyAlias } = subject.names;
  const encoded = `jsonencode(${hcl(document, '  ')})`;
  switch (kind) {
    case 'key':
      return [
        block('resource', ['aws_kms_key', id], {
          description: hcl(keyDescription(subject)),
          enable_key_rotation: hcl(true),
          rotation_period_in_days: hcl(subject.keyRotationDays),
          multi_region: hcl(subject.replicaRegions.length > 0),
          policy: encoded,
          tags: hcl(managedTags(subject.names), '  '),
        }),
        block('resource', ['aws_kms_alias', id], {
          name: hcl(keyAlias),
          target_key_id: `aws_kms_key.${id}.key_id`,
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
