import { managedTags } from '../../aws/tags';
import type { PolicyDocument } from '../document';
import type { NamedPolicy } from '../named-policy';
import { keyDescription, policyDescription } from './describe';
import { identifiers, pascalCase } from './identifiers';

/** A CloudFormation resource, which the CDK makes, too. */
export interface Resource {
  readonly id: string;
  /** `AWS::IAM::ManagedPolicy` */
  readonly type: string;
  readonly properties: Readonly<Record<string, Property>>;
  /** Kept when the stack goes: what a key encrypted is lost without it. */
  readonly retain?: true;
}

/** What a property holds: plain data, tags, or the id of another resource. */
export type Property =
  | string
  | number
  | boolean
  | PolicyDocument
  | { readonly tags: Readonly<Record<string, string>> }
  | { readonly ref: string };

/**
 * The resources that carry policies. CloudFormation has no policy of a key by itself, so the key comes with its policy.
 */
export function resourcesOf(policies: readonly NamedPolicy[]): readonly Resource[] {
  const ids = identifiers(
    policies.map(({ name }) => name),
    pascalCase,
  );
  return policies.flatMap((policy) => forPolicy(policy, ids.get(policy.name) ?? ''));
}

function forPolicy(policy: NamedPolicy, id: string): readonly Resource[] {
  const { kind, name, subject, document } = policy;
  const { secretName, keyAlias } = subject.names;
  switch (kind) {
    case 'key':
      return [
        {
          id,
          type: 'AWS::KMS::Key',
          properties: {
            Description: keyDescription(subject),
            EnableKeyRotation: true,
            RotationPeriodInDays: subject.keyRotationDays,
            MultiRegion: subject.replicaRegions.length > 0,
            KeyPolicy: document,
            Tags: { tags: managedTags(subject.names) },
          },
          retain: true,
        },
        {
          id: `${id}Alias`,
          type: 'AWS::KMS::Alias',
          properties: { AliasName: keyAlias, TargetKeyId: { ref: id } },
          retain: true,
        },
      ];
    case 'secret':
      return [
        {
          id,
          type: 'AWS::SecretsManager::ResourcePolicy',
          properties: { SecretId: secretName, BlockPublicPolicy: true, ResourcePolicy: document },
        },
      ];
    default:
      return [
        {
          id,
          type: 'AWS::IAM::ManagedPolicy',
          properties: {
            ManagedPolicyName: name,
            Description: policyDescription(policy),
            PolicyDocument: document,
          },
        },
      ];
  }
}
