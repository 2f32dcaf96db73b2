import { wholeAccount } from '../aws/arn';
import type { Actor } from './actor';
import { conditionText, evaluateCondition, type Lookup } from './conditions';
import { namesThemselves } from './named-by-condition';
import { covers, hasWildcard } from './glob';
import type { LivePolicy, LiveStatement, Patterns, Principals } from './live-policy';
import type { AccessRequest } from './request';

/** Whether a statement is about a request, and under which conditions that cannot be determined from here. */
export type Match =
  | { readonly kind: 'no' }
  | {
      readonly kind: 'yes';
      readonly conditions: readonly string[];
      /**
       * `direct`: it names the role or user; `anybody`: everybody, or all but some; `delegated`: it names an account, whose
       * IAM policies then decide.
       */
      readonly principal: PrincipalMatch;
    };

type PrincipalMatch = 'direct' | 'anybody' | 'delegated';

const no: Match = { kind: 'no' };

/**
 * Whether a statement about an action is about what an actor asks for. An Allow for some of those whom a pattern stands for is not an Allow for
 * the pattern where they are looked at by their own name. Otherwise, and for a Deny, it is a condition.
 */
export function matchStatement(statement: LiveStatement, request: AccessRequest, actor: Actor): Match {
  const resource = matchResource(statement.resources, request.resource);
  if (resource === 'no') return no;
  const isDeny = statement.effect === 'Deny';
  const principal = statement.principals ? matchPrincipals(statement.principals, actor, isDeny) : 'direct';
  if (principal === 'no') return no;
  const conditions = [
    ...(resource === 'unknown' ? [`resource ${statement.resources.patterns.slice(0, 3).join(', ')}`] : []),
    ...(principal === 'in-part' ? [principalsText(statement.principals)] : []),
  ];
  const lookup = lookupFor(request, actor);
  for (const condition of statement.conditions) {
    const isLookedAt = namesThemselves(condition);
    const verdict = evaluateCondition(condition, lookup, isLookedAt);
    if (verdict === 'no' || (verdict === 'in-part' && !isDeny && isLookedAt)) return no;
    if (verdict !== 'yes') conditions.push(conditionText(condition));
  }
  return { kind: 'yes', conditions, principal: principal === 'in-part' ? 'anybody' : principal };
}

/** The statements of a policy that are about an action. */
export const statementsAbout = (
  { byAction, statements }: LivePolicy,
  action: string,
): readonly LiveStatement[] =>
  byAction?.get(action) ?? statements.filter(({ actions }) => matchesAction(actions, action));

/** The policy with its statements by action, and without those about none of these actions. */
export function indexedByAction(
  { statements, unreadable }: LivePolicy,
  asked: readonly string[],
): LivePolicy {
  const byAction = new Map(
    asked.map((action) => [action, statements.filter(({ actions }) => matchesAction(actions, action))]),
  );
  const kept = new Set([...byAction.values()].flat());
  return { statements: statements.filter((one) => kept.has(one)), unreadable, byAction };
}

/** Whether a statement is about an action at all. */
export const matchesAction = ({ negated, patterns }: Patterns, action: string): boolean =>
  patterns.some((pattern) => covers(pattern, action.toLowerCase())) !== negated;

function matchResource({ negated, patterns }: Patterns, resource: string): 'yes' | 'no' | 'unknown' {
  if (patterns.some((pattern) => covers(pattern, resource))) return negated ? 'no' : 'yes';
  if (patterns.some((pattern) => pattern.includes('${'))) return 'unknown';
  return negated ? 'yes' : 'no';
}

/** Source: IAM User Guide, "Principal": `*`, an account, a role or user by ARN; there are no other wildcards. */
function matchPrincipals(
  { negated, names }: Principals,
  actor: Actor,
  isDeny: boolean,
): 'no' | PrincipalMatch | 'in-part' {
  const found = names.map(({ kind, id }) => matchName(kind, id, actor, isDeny));
  const best =
    (['anybody', 'direct', 'delegated', 'in-part'] as const).find((one) => found.includes(one)) ?? 'no';
  if (!negated) return best;
  return best === 'no' ? 'anybody' : best === 'in-part' ? 'in-part' : 'no';
}

function matchName(kind: string, id: string, actor: Actor, isDeny: boolean) {
  if (kind === 'AWS' && id === '*') return 'anybody';
  if (kind !== actor.kind) return 'no';
  if (id === actor.arn) return 'direct';
  const account = kind === 'AWS' ? wholeAccount(id) : undefined;
  if (account !== undefined) return account === actor.account ? 'delegated' : 'no';
  return isDeny && hasWildcard(actor.arn) && covers(actor.arn, id) ? 'in-part' : 'no';
}

const principalsText = (principals: Principals | undefined): string =>
  `${principals?.negated ? 'anybody but' : 'principal'} ${(principals?.names ?? [])
    .slice(0, 3)
    .map(({ id }) => id)
    .join(', ')}`;

/** What the request and the actor say of a condition key. */
const lookupFor =
  ({ action, context }: AccessRequest, actor: Actor): Lookup =>
  (key) => {
    // A service's own keys are in its own requests only.
    if (/^(?:kms|secretsmanager):/.test(key) && key.split(':')[0] !== action.split(':')[0]) return [];
    if (context.has(key)) return context.get(key);
    // Whoever asks decides what the context is, and the requests here name all of it.
    if (key.startsWith('kms:encryptioncontext:')) return [];
    if (key.startsWith('aws:requesttag/')) return context.get('aws:tagkeys');
    const tag = key.startsWith('aws:principaltag/') ? key.slice('aws:principaltag/'.length) : undefined;
    if (tag !== undefined && actor.tags) return actor.tags.has(tag) ? [actor.tags.get(tag) ?? ''] : [];
    switch (key) {
      case 'aws:principalarn':
        // That of a session is its role's, with a path that the session's own ARN does not tell.
        if (actor.arn.includes(':assumed-role/')) return undefined;
        return actor.kind === 'AWS' ? [actor.arn] : [];
      case 'aws:principalaccount':
      case 'kms:calleraccount':
        if (actor.kind !== 'AWS') return [];
        return actor.account === undefined ? undefined : [actor.account];
      case 'aws:principalisawsservice':
        return [String(actor.kind === 'Service')];
      default:
        return undefined;
    }
  };
