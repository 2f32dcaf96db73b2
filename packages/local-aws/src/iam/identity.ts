import { type Entity, entityArn, type Role } from './directory';
import type { PermissionBoundary } from './evaluate';
import type { PolicyDocument } from './policy-document';
import type { Principal } from './principal';
import type { ContextEntries } from './request-context';
import type { Session } from '../store/model';

/** A caller as policies see it. */
export interface Identity {
  readonly principal: Principal;
  readonly policies: readonly PolicyDocument[];
  readonly permissionBoundaries: readonly PermissionBoundary[];
  /** The condition keys that are about the caller. */
  readonly context: ContextEntries;
}

/** The identity of a user. */
export function userIdentity(user: Entity, region: string): Identity {
  const { account } = user;
  const arn = entityArn('user', user, region);
  return {
    principal: { kind: 'user', arn, account },
    policies: user.policies,
    permissionBoundaries: boundaryOf(user),
    context: [
      ...callerKeys(account, arn, 'User'),
      ['aws:username', lastName(user.name)],
      ...principalTags(user.tags),
    ],
  };
}

/**
 * The identity of a session of a role.
 * @param policy the session policy
 */
export function sessionIdentity(
  role: Role,
  session: Session,
  policy: PolicyDocument | undefined,
  region: string,
): Identity {
  const { account } = role;
  const roleArn = entityArn('role', role, region);
  const { issuedAt } = session;
  return {
    principal: { kind: 'session', arn: session.arn, account, roleArn },
    policies: role.policies,
    permissionBoundaries: [
      ...boundaryOf(role),
      ...(policy === undefined ? [] : [{ origin: 'session' as const, policy }]),
    ],
    context: [
      ...callerKeys(account, roleArn, 'AssumedRole'),
      ['aws:userid', session.userId],
      ['aws:MultiFactorAuthPresent', 'false'],
      ['aws:TokenIssueTime', issuedAt === undefined ? undefined : new Date(issuedAt).toISOString()],
      ['aws:SourceIdentity', session.sourceIdentity],
      ['aws:FederatedProvider', session.federatedProvider],
      ...principalTags(sessionTags(role, session)),
    ],
  };
}

/** The tags of a session: its own in the place of the role's, whatever the case of their keys. */
function sessionTags(role: Role, { tags }: Session): Entity['tags'] {
  const own = new Set(tags.map(({ key }) => key.toLowerCase()));
  return [
    ...role.tags.filter(([key]) => !own.has(key.toLowerCase())),
    ...tags.map(({ key, value }) => [key, value] as const),
  ];
}

function boundaryOf({ boundary }: Entity): readonly PermissionBoundary[] {
  return boundary === undefined ? [] : [{ origin: 'boundary', policy: boundary }];
}

function callerKeys(account: string, arn: string, type: string): ContextEntries {
  return [
    ['aws:PrincipalArn', arn],
    ['aws:PrincipalAccount', account],
    ['aws:PrincipalType', type],
    ['aws:PrincipalIsAWSService', 'false'],
  ];
}

function principalTags(tags: Entity['tags']): ContextEntries {
  return tags.map(([key, value]) => [`aws:PrincipalTag/${key}`, value]);
}

function lastName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
