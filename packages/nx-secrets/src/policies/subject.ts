import { aliasArn, futureSecretArn, partitionOf } from '../aws/arn';
import { fillPattern, type Names } from '../config/names';
import { keyArnIn } from '../config/stage-key';
import type { Principals } from '../config/principals';
import type { StageOptions } from '../config/stage-options';
import { tasks, type StageRoles } from '../config/stage-roles';
import { filledTrust, type Trust } from '../config/trust';

/** What policies are about: one service's stage, where it lives, and who may do what with it. */
export interface PolicySubject {
  readonly names: Names;
  readonly accountId: string;
  /** Region of the key and the secret. */
  readonly region: string;
  /** Further regions that they are replicated to. */
  readonly replicaRegions: readonly string[];
  /** Days between two rotations of the key material. */
  readonly keyRotationDays: number;
  /** Absent where the IAM policies of the account decide. */
  readonly principals?: Principals;
  /** Roles that are assumed, by task. */
  readonly roles: StageRoles;
  /** Who may assume the stage's roles. */
  readonly trust?: Trust;
}

/** The subject of a service's stage: its options with the placeholders filled in. */
export function policySubject(
  names: Names,
  { principals, roleArn, roles, trust, replicaRegions = [], keyRotationDays = 365 }: StageOptions,
  { region, accountId }: { readonly region: string; readonly accountId: string },
): PolicySubject {
  const filled = (arns: readonly string[]) => arns.map((arn) => fillPattern(arn, names.service, names.stage));
  // While a rename is under way the service may run under a role of either name.
  const { former } = names;
  const filledFormer = (arns: readonly string[]) =>
    former ? arns.map((arn) => fillPattern(arn, former.service, names.stage)) : [];
  return {
    names,
    accountId,
    region,
    replicaRegions,
    keyRotationDays,
    roles: Object.fromEntries(
      tasks.flatMap((task) => {
        const role = roles?.[task] ?? roleArn;
        return role === undefined ? [] : [[task, fillPattern(role, names.service, names.stage)]];
      }),
    ),
    ...(trust === undefined ? {} : { trust: filledTrust(trust, names) }),
    ...(principals === undefined
      ? {}
      : {
          principals: {
            sync: filled(principals.sync),
            encrypt: filled(principals.encrypt),
            decrypt: filled(principals.decrypt),
            runtime: [...new Set([...filled(principals.runtime), ...filledFormer(principals.runtime)])],
            rotate: filled(principals.rotate),
            prune: filled(principals.prune),
            ...(principals.administrators === undefined
              ? {}
              : { administrators: filled(principals.administrators) }),
          },
        }),
  };
}

/** The region of the key and the secret, then those of their replicas. */
export const regionsOf = ({ region, replicaRegions }: PolicySubject): readonly string[] => [
  region,
  ...replicaRegions,
];

/** ARNs of the secret and its replicas. */
export const secretArns = (subject: PolicySubject): readonly string[] =>
  regionsOf(subject).map((region) => futureSecretArn(region, subject.accountId, subject.names.secretName));

/** ARNs of what the service reads: its secret, and while a rename is under way the one of the former name. */
export const readableSecretArns = (subject: PolicySubject): readonly string[] => {
  const { former } = subject.names;
  if (!former || former.secretName === subject.names.secretName) return secretArns(subject);
  return [...secretArns(subject), ...secretArns({ ...subject, names: { ...subject.names, ...former } })];
};

/** Every key of the account in the subject's regions. */
export const anyKey = (subject: PolicySubject): readonly string[] =>
  regionsOf(subject).map((region) => `arn:${partitionOf(region)}:kms:${region}:${subject.accountId}:key/*`);

/**
 * Keys that a policy is about: a key that somebody else makes, and its replicas, by their ARNs; otherwise every key, since
 * an own key's id is not known beforehand, and conditions tell which.
 */
export const keyArns = (subject: PolicySubject): readonly string[] =>
  subject.names.foreignKey
    ? regionsOf(subject).map((region) => keyArnIn(region, subject.accountId, subject.names))
    : anyKey(subject);

/** Every secret of the account in the subject's regions, where tags tell which. */
export const anySecret = (subject: PolicySubject): readonly string[] =>
  regionsOf(subject).map(
    (region) => `arn:${partitionOf(region)}:secretsmanager:${region}:${subject.accountId}:secret:*`,
  );

/** ARNs of the alias in each of the subject's regions. */
export const aliasArns = (subject: PolicySubject): readonly string[] =>
  regionsOf(subject).map((region) => aliasArn(region, subject.accountId, subject.names.keyAlias));
