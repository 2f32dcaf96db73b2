import { wholeAccount } from '../aws/arn';
import type { LivePolicy, PrincipalName } from './live-policy';

/** Who might have access: a role or user, all that a pattern matches, a service of AWS, a federated identity. */
export interface Actor {
  readonly kind: 'AWS' | 'Service' | 'Federated';
  /** An ARN, which may have wildcards; for everybody `*`; for a service its name. */
  readonly arn: string;
  /** Undefined where it may be of any account, or of none. */
  readonly account: string | undefined;
  readonly rights: Rights;
  /** Tags of the role or user; undefined where they are not known. */
  readonly tags?: ReadonlyMap<string, string> | undefined;
  /** Who may assume the role, as its trust policy names them. */
  readonly assumableBy?: readonly string[];
}

/** What the IAM policies of an actor's own account say. */
export type Rights =
  /** They were not read. */
  | { readonly kind: 'unknown' }
  /** The root user of an account, whom no IAM policy limits. */
  | { readonly kind: 'root' }
  /** It does not exist. */
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'policies';
      readonly policies: readonly IdentityPolicy[];
      readonly boundary?: LivePolicy | undefined;
    };

/** A policy of a role or user, by the name that IAM shows. */
export interface IdentityPolicy {
  /** `inline policy x`, `managed policy y`, `group g, managed policy z`. */
  readonly name: string;
  readonly policy: LivePolicy;
}

/** The account in an ARN of a role, user or session; undefined where a wildcard is in its place, or it is not an ARN. */
export const accountIn = (arn: string): string | undefined =>
  /^arn:aws[\w-]*:(?:iam|sts)::([0-9]{12}):/.exec(arn)?.[1];

/** Everybody of an account whom no statement names. */
export const anybodyOf = (partition: string, account: string): string => `arn:${partition}:iam::${account}:*`;

/** The actor that a principal of a policy is. */
export function actorOf({ kind, id }: PrincipalName, partition: string): Actor | undefined {
  const unknown = { kind: 'unknown' } as const;
  if (kind === 'Service' || kind === 'Federated')
    return { kind, arn: id, account: undefined, rights: unknown };
  if (kind !== 'AWS') return undefined;
  const account = wholeAccount(id);
  if (account !== undefined) return { kind, arn: anybodyOf(partition, account), account, rights: unknown };
  return { kind, arn: id, account: accountIn(id), rights: unknown };
}

/** How an actor is called: a role or user without the account where that is the stage's own. */
export function actorName({ kind, arn }: Pick<Actor, 'kind' | 'arn'>, account: string): string {
  if (kind === 'Service') return `AWS service ${arn}`;
  if (kind === 'Federated') return `identity provider ${arn}`;
  if (arn === '*') return 'everybody, of any account';
  const [, of, name] = /^arn:[\w-]+:(?:iam|sts)::([0-9]{12}):(.+)$/.exec(arn) ?? [];
  if (of === undefined || name === undefined) return arn;
  if (name === '*') return `anybody of account ${of}`;
  if (name === 'root') return `the root user of account ${of}`;
  return of === account && !wholeAccount(arn) ? name : arn;
}
