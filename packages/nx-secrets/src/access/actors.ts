import { wholeAccount } from '../aws/arn';
import { accountIn, actorOf, anybodyOf, type Actor } from './actor';
import { covers, hasWildcard } from './glob';
import type { Grant } from '../aws/kms/key-grants';
import type { Condition, LivePolicy, PrincipalName } from './live-policy';
import { askedActions } from './capability';
import { matchesAction } from './statement';

/** Condition operators by which a statement names whom it is about. */
const naming = /^(?:ForAnyValue:)?(?:Arn|String)(?:Equals|Like|EqualsIgnoreCase)(?:IfExists)?$/;
/** Those by which it names whom it is not about. */
const leavingOut = /^(?:ForAllValues:)?(?:Arn|String)Not(?:Equals|Like|EqualsIgnoreCase)(?:IfExists)?$/;

/**
 * All who might have access: the roles and users of the account where they are known, and whoever policies and grants name
 * besides. An account as a whole is somebody whom no statement names.
 *
 * @param identities the account's roles, users and root user; undefined where they are not known
 * @param named ARNs that nx.json names
 */
export function actorsOf(
  account: { readonly id: string; readonly partition: string },
  policies: readonly LivePolicy[],
  grants: readonly Grant[],
  identities: readonly Actor[] | undefined,
  named: readonly string[],
): readonly Actor[] {
  const names = [
    ...policies.flatMap(namesIn),
    ...grants.map(({ grantee }) => granteeName(grantee)),
    ...named.map(aws),
    // Whoever the account's IAM policies let, where a policy leaves it to them.
    aws(anybodyOf(account.partition, account.id)),
  ];
  const actors = names.flatMap((name) => actorOf(name, account.partition) ?? []);
  const strangers = identities
    ? actors.filter((actor) => actor.account !== account.id || isSession(actor))
    : actors;
  const missing = identities ? missingOnes(actors, identities, account.id) : [];
  const isNamed = new Set(actors.map(({ arn }) => arn));
  const able = (identities ?? []).filter((one) => isNamed.has('*') || isNamed.has(one.arn) || hasRights(one));
  const all = [...able, ...strangers, ...missing];
  return [...new Map(all.map((actor) => [`${actor.kind} ${actor.arn}`, actor])).values()];
}

/** Whether IAM policies let somebody do anything that is asked about. */
const hasRights = ({ rights }: Actor): boolean => rights.kind !== 'policies' || rights.policies.length > 0;

/** Roles and users of the account by exact names that are not there. */
const missingOnes = (
  actors: readonly Actor[],
  identities: readonly Actor[],
  account: string,
): readonly Actor[] => {
  const known = new Set(identities.map(({ arn }) => arn));
  return actors
    .filter((actor) => actor.account === account && !hasWildcard(actor.arn) && !isSession(actor))
    .filter(({ arn }) => !known.has(arn))
    .map((actor) => ({ ...actor, rights: { kind: 'missing' } }));
};

const isSession = ({ arn }: Actor): boolean => /^arn:[\w-]+:sts::/.test(arn);

/** Those whom the Allow statements of a policy name, as principals or by condition, and whom its statements leave out. */
function namesIn({ statements }: LivePolicy): readonly PrincipalName[] {
  return statements
    .filter(({ actions }) => askedActions.some((one) => matchesAction(actions, one)))
    .flatMap(({ effect, principals, conditions }): readonly PrincipalName[] => {
      const leftOut = namedBy(conditions, leavingOut);
      if (effect === 'Deny') return principals?.negated ? [...leftOut, ...principals.names] : leftOut;
      const byCondition = namedBy(conditions, naming);
      if (principals?.negated) return [aws('*'), ...byCondition, ...leftOut];
      const names = principals?.names ?? [];
      // Where a condition names them, the account that the statement names is not meant as a whole.
      const isNarrowed = byCondition.length > 0;
      return [
        ...byCondition,
        ...leftOut,
        ...names.filter(
          ({ kind, id }) => !(isNarrowed && kind === 'AWS' && (id === '*' || wholeAccount(id))),
        ),
      ];
    });
}

/** The roles and users that conditions of a kind name; a name with a variable in it is nobody's until it is filled in. */
const namedBy = (conditions: readonly Condition[], operators: RegExp): readonly PrincipalName[] =>
  conditions
    .filter(({ operator, key }) => key === 'aws:principalarn' && operators.test(operator))
    .flatMap(({ values }) => values)
    .filter((arn) => !arn.includes('${') && (accountIn(arn) !== undefined || hasWildcard(arn)))
    .map(aws);

const aws = (id: string): PrincipalName => ({ kind: 'AWS', id });

const granteeName = (grantee: string): PrincipalName =>
  grantee.startsWith('arn:') || wholeAccount(grantee) ? aws(grantee) : { kind: 'Service', id: grantee };

/** The actors that a name of nx.json stands for. */
export const matching = (actors: readonly Actor[], pattern: string): readonly Actor[] =>
  actors.filter(({ kind, arn }) => kind === 'AWS' && covers(pattern, arn));
