import { conditionHolds } from './conditions';
import { matchesAction, matchesArn } from './match';
import type { Listed, PolicyDocument, Statement } from './policy-document';
import { matchPrincipal, type Principal, type PrincipalMatch } from './principal';
import type { RequestContext } from './request-context';

/** What is asked: may this principal do this action to this resource, in these circumstances? */
export interface AccessRequest {
  readonly principal: Principal;
  readonly action: string;
  /** An ARN, or `*` for actions that are about no resource. */
  readonly resource: string;
  readonly resourceAccount: string;
  readonly context: RequestContext;
}

/** Where a policy that decides is attached. */
export type Origin = 'identity' | 'boundary' | 'session' | 'resource';

/** A permissions boundary or a session policy: grants nothing, but what it does not allow is not allowed. */
export interface PermissionBoundary {
  readonly origin: 'boundary' | 'session';
  readonly policy: PolicyDocument;
}

/** The policy of a resource. */
export interface ResourcePolicy {
  readonly policy: PolicyDocument | undefined;
  /**
   * Whether policies of users and roles of the resource's own account count: always, or only where the resource's
   * policy names the account, as with KMS keys and with the trust of roles.
   */
  readonly accountCounts: 'always' | 'where-named';
}

/** All policies that have a say in a request. */
export interface Policies {
  readonly identity: readonly PolicyDocument[];
  readonly permissionBoundaries: readonly PermissionBoundary[];
  readonly resource: ResourcePolicy;
}

export type Verdict =
  | { readonly allowed: true }
  /** A statement denies, or none of the policies of this kind allows. */
  | { readonly allowed: false; readonly reason: 'denied' | 'not-allowed'; readonly origin: Origin };

const allowed: Verdict = { allowed: true };

/**
 * Decides a request as AWS does: a Deny anywhere wins; in the resource's own account its policy or the caller's is
 * enough, across accounts both must allow; boundaries and session policies limit what the caller's policies allow.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 * Key policies: https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html
 */
export function evaluate(request: AccessRequest, policies: Policies): Verdict {
  const { identity, permissionBoundaries, resource } = policies;
  const bounded = permissionBoundaries.some(({ origin }) => origin === 'boundary');
  const byResource = resourceVerdict(request, resource.policy, bounded);
  if (identity.some((policy) => denies(request, policy))) return refused('denied', 'identity');
  const denying = permissionBoundaries.find(({ policy }) => denies(request, policy));
  if (denying !== undefined) return refused('denied', denying.origin);
  if (byResource === 'denied') return refused('denied', 'resource');

  const limiting = permissionBoundaries.find(({ policy }) => !allows(request, policy));
  const byIdentity = identity.some((policy) => allows(request, policy));
  if (account(request.principal) !== request.resourceAccount && request.principal.kind !== 'federated') {
    if (!byIdentity) return refused('not-allowed', 'identity');
    if (limiting !== undefined) return refused('not-allowed', limiting.origin);
    return byResource === undefined ? refused('not-allowed', 'resource') : allowed;
  }
  if (byResource === 'itself') return allowed;
  if (byResource === 'role') {
    return limiting === undefined ? allowed : refused('not-allowed', limiting.origin);
  }
  if (resource.accountCounts === 'where-named' && byResource !== 'account') {
    return refused('not-allowed', 'resource');
  }
  if (!byIdentity) return refused('not-allowed', 'identity');
  return limiting === undefined ? allowed : refused('not-allowed', limiting.origin);
}

/** How the policy of a resource takes in a request: denies it, or allows the caller itself, its role or its account. */
function resourceVerdict(
  request: AccessRequest,
  policy: PolicyDocument | undefined,
  bounded: boolean,
): 'denied' | PrincipalMatch {
  const matching = (policy?.statements ?? []).flatMap((statement) => {
    const who = principalMatch(request.principal, statement, bounded);
    const applies = who !== undefined && statementApplies(request, statement, policy?.variables ?? false);
    return applies ? [{ effect: statement.effect, who }] : [];
  });
  if (matching.some(({ effect }) => effect === 'Deny')) return 'denied';
  return (['itself', 'role', 'account'] as const).find((item) => matching.some(({ who }) => who === item));
}

/** With a permissions boundary, whoever a NotPrincipal names is denied, too; AWS warns of that. */
function principalMatch(
  principal: Principal,
  { effect, principals }: Statement,
  bounded: boolean,
): PrincipalMatch {
  if (principals === undefined) return undefined;
  if (bounded && effect === 'Deny' && principals.negated) return 'itself';
  return matchPrincipal(principals, principal);
}

function denies(request: AccessRequest, policy: PolicyDocument): boolean {
  return hasStatement(request, policy, 'Deny');
}

function allows(request: AccessRequest, policy: PolicyDocument): boolean {
  return hasStatement(request, policy, 'Allow');
}

function hasStatement(request: AccessRequest, policy: PolicyDocument, effect: Statement['effect']): boolean {
  return policy.statements.some(
    (statement) => statement.effect === effect && statementApplies(request, statement, policy.variables),
  );
}

/** Whether a statement is about a request, leaving aside whom it names. */
function statementApplies(request: AccessRequest, statement: Statement, variables: boolean): boolean {
  const { action, resource, context } = request;
  return (
    isListed(statement.actions, (written) => matchesAction(written, action)) &&
    (statement.resources === undefined ||
      resourceIsListed(statement.resources, resource, context, variables)) &&
    statement.conditions.every((condition) => conditionHolds(condition, context, variables))
  );
}

function isListed<T>(listed: Listed<T>, test: (item: T) => boolean): boolean {
  return listed.all.some(test) !== listed.negated;
}

/**
 * Actions about no resource (`kms:ListKeys`) are only allowed or denied by `*`. A variable without a value makes a
 * Resource match nothing, and a NotResource too.
 */
function resourceIsListed(
  { all, negated }: Listed<string>,
  resource: string,
  context: RequestContext,
  variables: boolean,
): boolean {
  const matches = all.map((written) =>
    resource === '*' ? written === '*' : matchesArn(written, resource, context, variables),
  );
  return negated ? matches.every((item) => item === false) : matches.includes(true);
}

function account(principal: Principal): string | undefined {
  return principal.kind === 'federated' ? undefined : principal.account;
}

function refused(reason: 'denied' | 'not-allowed', origin: Origin): Verdict {
  return { allowed: false, reason, origin };
}
