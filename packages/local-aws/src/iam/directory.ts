import { partitionOf } from '../arn';
import type { PolicyDocument } from './policy-document';

/** A user or a role, as far as policies go. */
export interface Entity {
  readonly account: string;
  /** With its path: `ci/sync`. */
  readonly name: string;
  readonly policies: readonly PolicyDocument[];
  /** The permissions boundary. */
  readonly boundary: PolicyDocument | undefined;
  readonly tags: readonly (readonly [string, string])[];
}

export interface Role extends Entity {
  readonly trust: PolicyDocument;
}

/** The long-term credentials of a user. */
export interface AccessKey {
  readonly secret: string;
  readonly user: Entity;
}

/** Everybody that local AWS knows when it evaluates policies. */
export interface Directory {
  /** By access key id. */
  readonly accessKeys: ReadonlyMap<string, AccessKey>;
  readonly accounts: ReadonlySet<string>;
  /** By `account/path/name`, as roles are. */
  readonly users: ReadonlyMap<string, Entity>;
  readonly roles: ReadonlyMap<string, Role>;
}

/** The role that an ARN names, in any partition; `undefined` where there is none, or it is not a role's. */
export function roleOf(directory: Directory, roleArn: string): Role | undefined {
  const [, account, name] = /^arn:[a-z-]+:iam::(\d{12}):role\/(.+)$/.exec(roleArn) ?? [];
  return account === undefined || name === undefined ? undefined : directory.roles.get(`${account}/${name}`);
}

/** The ARN of a user or role in the partition of a region. */
export function entityArn(kind: 'user' | 'role', { account, name }: Entity, region: string): string {
  return `arn:${partitionOf(region)}:iam::${account}:${kind}/${name}`;
}
