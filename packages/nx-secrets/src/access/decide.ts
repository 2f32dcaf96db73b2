import type { Actor, IdentityPolicy } from './actor';
import type { Grant } from '../aws/kms/key-grants';
import { wholeAccount } from '../aws/arn';
import type { LivePolicy } from './live-policy';
import type { AccessRequest } from './request';
import { matchStatement, statementsAbout } from './statement';

/** What allows something: the kind of policy, and the statement's or policy's name. */
export interface Source {
  readonly kind:
    'key policy' | 'grant' | 'secret policy' | 'IAM policy' | 'root user' | 'recipient of the file';
  readonly name: string;
}

/** One way in which a request is allowed. */
export interface Way {
  readonly sources: readonly Source[];
  /** What must hold besides, and cannot be determined from here. */
  readonly conditions: readonly string[];
  /** Whose word is missing: "IAM policies of account 111122223333". */
  readonly needs: readonly string[];
}

/** Whether a request is allowed. */
export type Decision =
  | { readonly allowed: true; readonly ways: readonly Way[] }
  | { readonly allowed: false; readonly why: string };

/** The policy of the key or the secret that a request is about, and the grants of the key. */
export interface ResourceRules {
  readonly policy: LivePolicy;
  readonly grants: readonly Grant[];
}

const refuse = (why: string): Decision => ({ allowed: false, why });

/**
 * Whether an actor's request is allowed. A key is opened by its policy or a grant alone: IAM policies count where the
 * policy names the account. A secret is opened by its policy or by IAM policies. Across accounts both sides have to. A Deny
 * on either side wins. Policies of an organisation are not known here.
 * Source: IAM User Guide, "Policy evaluation logic"; KMS Developer Guide, "Determining access to AWS KMS keys".
 */
export function decide(request: AccessRequest, actor: Actor, rules: ResourceRules): Decision {
  const label = request.on === 'key' ? 'key policy' : 'secret policy';
  if (actor.rights.kind === 'missing') return refuse('there is no such role or user');
  const denied = [
    ...denialsOf(rules.policy, label, request, actor),
    ...[...identityPolicies(actor), ...boundaryOf(actor)].flatMap(({ name, policy }) =>
      denialsOf(policy, name, request, actor),
    ),
  ];
  const flat = denied.find(({ conditions }) => conditions.length === 0);
  if (flat) return refuse(`denied by ${flat.name}`);
  const ways = [
    ...policyWays(label, request, actor, rules.policy),
    ...grantWays(request, actor, rules.grants),
  ];
  const all = request.on === 'key' ? ways : [...ways, ...ownWays(request, actor)];
  if (all.length === 0) return refuse(reason(request, actor, rules, label));
  const unless = denied.map(({ name, conditions }) => `unless ${conditions.join(' and ')} (${name})`);
  return { allowed: true, ways: all.map((way) => ({ ...way, conditions: [...way.conditions, ...unless] })) };
}

/** What the policy of the resource allows, with the IAM policies of the actor's account where it leaves it to them. */
function policyWays(
  label: 'key policy' | 'secret policy',
  request: AccessRequest,
  actor: Actor,
  policy: LivePolicy,
): readonly Way[] {
  return statementsAbout(policy, request.action).flatMap((statement): readonly Way[] => {
    if (statement.effect !== 'Allow') return [];
    const match = matchStatement(statement, request, actor);
    if (match.kind === 'no') return [];
    const way: Way = {
      sources: [{ kind: label, name: statement.name }],
      conditions: match.conditions,
      needs: [],
    };
    if (actor.kind !== 'AWS' || actor.arn === '*') return [way];
    if (actor.account !== request.account)
      return [{ ...way, needs: [iamOf(actor.account ?? 'its account')] }];
    if (match.principal === 'anybody') return [way];
    if (match.principal === 'direct') return inBoundary(way, request, actor);
    // To name the account gives its IAM policies the word; a secret's policy need not, they have it anyway.
    return request.on === 'key' ? identityWays(request, actor).map((own) => both(way, own)) : [];
  });
}

const ownWays = (request: AccessRequest, actor: Actor): readonly Way[] =>
  actor.kind === 'AWS' && actor.account === request.account ? identityWays(request, actor) : [];

/** What the IAM policies of an actor allow, within its permissions boundary. */
function identityWays(request: AccessRequest, actor: Actor): readonly Way[] {
  const { rights } = actor;
  if (rights.kind === 'unknown') return [{ sources: [], conditions: [], needs: [iamOf(request.account)] }];
  if (rights.kind === 'root')
    return [{ sources: [{ kind: 'root user', name: request.account }], conditions: [], needs: [] }];
  return identityPolicies(actor)
    .flatMap(({ name, policy }) => allowsOf({ name, policy }, request, actor))
    .flatMap((way) => inBoundary(way, request, actor));
}

function allowsOf({ name, policy }: IdentityPolicy, request: AccessRequest, actor: Actor): readonly Way[] {
  return statementsAbout(policy, request.action).flatMap((statement): readonly Way[] => {
    if (statement.effect !== 'Allow') return [];
    const match = matchStatement(statement, request, actor);
    if (match.kind === 'no') return [];
    return [{ sources: [{ kind: 'IAM policy', name }], conditions: match.conditions, needs: [] }];
  });
}

/**
 * A boundary limits what IAM policies allow, and what a policy allows a role by name; not what one allows a user by name, or
 * everybody. Source: IAM User Guide, "Permissions boundaries for IAM entities".
 */
function inBoundary(way: Way, request: AccessRequest, actor: Actor): readonly Way[] {
  const boundary = actor.rights.kind === 'policies' ? actor.rights.boundary : undefined;
  const isOfUser = /:user\//.test(actor.arn) && way.sources[0]?.kind !== 'IAM policy';
  if (!boundary || isOfUser) return [way];
  const within = allowsOf({ name: 'permissions boundary', policy: boundary }, request, actor).map(
    ({ conditions }) => ({
      ...way,
      conditions: [...way.conditions, ...conditions],
    }),
  );
  // What of it cannot be read may allow anything.
  return boundary.unreadable.length === 0
    ? within
    : [...within, { ...way, needs: [...way.needs, 'its permissions boundary'] }];
}

function grantWays(request: AccessRequest, actor: Actor, grants: readonly Grant[]): readonly Way[] {
  if (request.on !== 'key') return [];
  return grants
    .filter((grant) => isGranted(grant, request))
    .flatMap(({ id, grantee }): readonly Way[] => {
      const way: Way = { sources: [{ kind: 'grant', name: id }], conditions: [], needs: [] };
      if (grantee === actor.arn) return [way];
      // A grant for an account leaves it to the IAM policies of that account. Source: KMS API Reference, CreateGrant
      const account = wholeAccount(grantee);
      if (actor.kind !== 'AWS' || account === undefined || account !== actor.account) return [];
      return account === request.account
        ? identityWays(request, actor).map((own) => both(way, own))
        : [{ ...way, needs: [iamOf(account)] }];
    });
}

/** Whether a grant is for a request. No constraint has no pairs: a grant without one is for every context. */
function isGranted({ operations, context }: Grant, request: AccessRequest): boolean {
  if (!operations.includes(request.action.slice('kms:'.length))) return false;
  const wanted = Object.entries(context?.pairs ?? {});
  const given = request.context.get('kms:encryptioncontextkeys') ?? [];
  if (context?.kind === 'equals' && wanted.length > 0 && wanted.length !== given.length) return false;
  return wanted.every(([name, value]) => {
    const actual = request.context.get(`kms:encryptioncontext:${name.toLowerCase()}`);
    return given.includes(name) && (actual === undefined || actual.includes(value));
  });
}

interface Denial {
  readonly name: string;
  readonly conditions: readonly string[];
}

const denialsOf = (
  policy: LivePolicy,
  label: string,
  request: AccessRequest,
  actor: Actor,
): readonly Denial[] =>
  statementsAbout(policy, request.action).flatMap((statement) => {
    if (statement.effect !== 'Deny') return [];
    const match = matchStatement(statement, request, actor);
    return match.kind === 'no' ? [] : [{ name: `${label} ${statement.name}`, conditions: match.conditions }];
  });

const identityPolicies = ({ rights }: Actor): readonly IdentityPolicy[] =>
  rights.kind === 'policies' ? rights.policies : [];

const boundaryOf = ({ rights }: Actor): readonly IdentityPolicy[] =>
  rights.kind === 'policies' && rights.boundary
    ? [{ name: 'permissions boundary', policy: rights.boundary }]
    : [];

const both = (one: Way, other: Way): Way => ({
  sources: [...one.sources, ...other.sources],
  conditions: [...one.conditions, ...other.conditions],
  needs: [...one.needs, ...other.needs],
});

const iamOf = (account: string): string => `IAM policies of account ${account}`;

/** Which side lets it down. */
function reason(
  request: AccessRequest,
  actor: Actor,
  { policy }: ResourceRules,
  label: 'key policy' | 'secret policy',
): string {
  const { action } = request;
  if (request.on !== 'key') return `no policy allows ${action}`;
  const isLeftToIam = statementsAbout(policy, request.action).some(
    (one) => one.effect === 'Allow' && matchStatement(one, request, actor).kind === 'yes',
  );
  return isLeftToIam
    ? `no IAM policy of it allows ${action}`
    : `no statement of the ${label} allows ${action}`;
}
