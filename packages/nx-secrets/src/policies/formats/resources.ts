import { allTags } from '../../aws/tags';
import type { PolicyDocument } from '../document';
import type { NamedPolicy } from '../named-policy';
import type { NamedRole } from '../named-role';
import type { TrustPolicy } from '../trust-policy';
import { attachedTo } from './attachments';
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

/** What a property holds: plain data, tags, the id of another resource, or a parameter of the template. */
export type Property =
  | string
  | number
  | boolean
  | PolicyDocument
  | TrustPolicy
  | { readonly tags: Readonly<Record<string, string>> }
  | Reference
  | { readonly list: readonly (string | Reference)[] }
  | { readonly parameter: string };

export interface Reference {
  readonly ref: string;
}

/**
 * The resources that carry policies: roles first, which policies are attached to. CloudFormation has no policy of a key by
 * itself, so the key comes with its policy.
 */
export function resourcesOf(
  policies: readonly NamedPolicy[],
  roles: readonly NamedRole[] = [],
): readonly Resource[] {
  const ids = identifiers([...roles.map(roleKey), ...policies.map(({ name }) => name)], pascalCase);
  const idOf = (key: string) => ids.get(key) ?? '';
  return [
    ...roles.map((role) => forRole(role, idOf(roleKey(role)))),
    ...policies.flatMap((policy) => {
      const attached = attachedTo(policy, roles).map((one) =>
        one.role === undefined ? one.name : { ref: idOf(roleKey(one.role)) },
      );
      return forPolicy(policy, idOf(policy.name), attached);
    }),
  ];
}

const roleKey = ({ name }: NamedRole): string => `${name}-role`;

const forRole = ({ name, path, description, trust }: NamedRole, id: string): Resource => ({
  id,
  type: 'AWS::IAM::Role',
  properties: {
    RoleName: name,
    Path: path,
    Description: description,
    AssumeRolePolicyDocument: trust,
  },
});

function forPolicy(
  policy: NamedPolicy,
  id: string,
  roles: readonly (string | Reference)[],
): readonly Resource[] {
  const { kind, name, subject, document, region } = policy;
  const { secretName, keyAlias } = subject.names;
  switch (kind) {
    case 'key': {
      const common = {
        Description: keyDescription(subject),
        KeyPolicy: document,
        Tags: { tags: allTags(subject.names) },
      };
      const key: Omit<Resource, 'id'> =
        region === subject.region
          ? {
              type: 'AWS::KMS::Key',
              properties: {
                ...common,
                EnableKeyRotation: true,
                RotationPeriodInDays: subject.keyRotationDays,
                MultiRegion: subject.replicaRegions.length > 0,
              },
            }
          : {
              type: 'AWS::KMS::ReplicaKey',
              properties: { ...common, PrimaryKeyArn: { parameter: `${id}PrimaryArn` } },
            };
      return [
        { id, ...key, retain: true },
        {
          id: `${id}Alias`,
          type: 'AWS::KMS::Alias',
          properties: { AliasName: keyAlias, TargetKeyId: { ref: id } },
          retain: true,
        },
      ];
    }
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
            ...(roles.length === 0 ? {} : { Roles: { list: roles } }),
          },
        },
      ];
  }
}

/** The parameters that resources ask for: ARNs of primary keys, which another region's stack has. */
export const parametersOf = (resources: readonly Resource[]): readonly string[] =>
  resources.flatMap(({ properties }) =>
    Object.values(properties).flatMap((value) =>
      typeof value === 'object' && 'parameter' in value ? [value.parameter] : [],
    ),
  );
