import { wholeAccount } from '../aws/arn';
import { actorOf, anybodyOf, type Actor } from './actor';
import { covers, hasWildcard } from './glob';
import type { Grant } from '../aws/kms/key-grants';
import type { LivePolicy, PrincipalName } from './live-policy';
import { leftOutByConditions, namedByConditions, namesThemselves } from './named-by-condition';
import { askedActions } from './capability';
import { matchesAction } from './statement';

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
  const exact = new Set(actors.map(({ arn }) => arn));
  const patterns = [...exact].filter(hasWildcard);
  // Everybody of the account is asked by the IAM policies that somebody has.
  const isNamed = (arn: string) =>
    exact.has(arn) ||
    patterns.some((one) => one !== anybodyOf(account.partition, account.id) && covers(one, arn));
  const able = (identities ?? []).filter((one) => isNamed(one.arn) || hasRights(one));
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
      const leftOut = leftOutByConditions(conditions).map(aws);
      if (effect === 'Deny') return principals?.negated ? [...leftOut, ...principals.names] : leftOut;
      const byCondition = namedByConditions(conditions).map(aws);
      if (principals?.negated) return [aws('*'), ...byCondition, ...leftOut];
      const names = principals?.names ?? [];
      // Where a condition names them, the account that the statement names is not meant as a whole.
      const isNarrowed = byCondition.length > 0 && conditions.some(namesThemselves);
      return [
        ...byCondition,
        ...leftOut,
        ...names.filter(
          ({ kind, id }) => !(isNarrowed && kind === 'AWS' && (id === '*' || wholeAccount(id))),
        ),
      ];
    });
}

const aws = (id: string): PrincipalName => ({ kind: 'AWS', id });

const granteeName = (grantee: string): PrincipalName =>
  grantee.startsWith('arn:') || wholeAccount(grantee) ? aws(grantee) : { kind: 'Service', id: grantee };

/** The actors that a name of nx.json stands for. */
export const matching = (actors: readonly Actor[], pattern: string): readonly Actor[] =>
  actors.filter(({ kind, arn }) => kind === 'AWS' && covers(pattern, arn));
