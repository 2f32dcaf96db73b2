import { rootArn } from '../../aws/arn';
import type { Actor, IdentityPolicy } from '../../access/actor';
import { askedActions } from '../../access/capability';
import { readPolicy } from '../../access/live-policy';
import { indexedByAction, statementsAbout } from '../../access/statement';
import { readIdentities, type RawIdentity, type RawPolicy } from '../../aws/iam/account-details';
import type { Clients } from '../../aws/clients';

/** The roles and users of an account, and its root user; and which of their policies cannot be read. */
export interface Identities {
  readonly actors: readonly Actor[];
  /** "managed policy x of role/y" */
  readonly unreadable: readonly string[];
}

/** The most characters that IAM takes of a policy. Source: IAM API Reference, PutRolePolicy */
const limit = 131_072;

/** @throws ProblemError where IAM refuses, or its client is not installed */
export async function identitiesOf(
  clients: Clients,
  account: string,
  partition: string,
): Promise<Identities> {
  const raw = await readIdentities(clients, account);
  const unreadable: string[] = [];
  const actors = raw
    .filter(({ arn }) => arn.startsWith('arn:'))
    .map((identity) => actorFor(identity, account, (name) => unreadable.push(`${name} of ${identity.arn}`)));
  const root: Actor = {
    kind: 'AWS',
    arn: rootArn(partition, account),
    account,
    rights: { kind: 'root' },
  };
  return { actors: [...actors, root], unreadable };
}

function actorFor(identity: RawIdentity, account: string, report: (name: string) => void): Actor {
  const { arn, boundary, trust } = identity;
  const policies = identity.policies
    .flatMap((raw) => readIdentityPolicy(raw, report) ?? [])
    .filter(({ policy }) => policy.statements.length > 0);
  const limits = boundary && readIdentityPolicy(boundary, report);
  return {
    kind: 'AWS',
    arn,
    account,
    rights: {
      kind: 'policies',
      policies,
      ...(boundary ? { boundary: limits?.policy ?? { statements: [], unreadable: [boundary.name] } } : {}),
    },
    ...(trust !== undefined && mayBeTagged(decoded(trust)) ? {} : { tags: lowerCase(identity.tags) }),
    ...(trust === undefined ? {} : { assumableBy: trusted(decoded(trust)) }),
  };
}

/** Statements about other actions than those that are asked about are left out: there are many, of every service of AWS. */
function readIdentityPolicy(
  { name, text }: RawPolicy,
  report: (name: string) => void,
): IdentityPolicy | undefined {
  const policy = readPolicy(decoded(text), 'identity', limit);
  if (typeof policy === 'string') {
    report(`${name} (${policy})`);
    return undefined;
  }
  policy.unreadable.forEach((statement) => report(`${statement} in ${name}`));
  return { name, policy: indexedByAction(policy, askedActions) };
}

const lowerCase = (tags: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map(Object.entries(tags).map(([key, value]) => [key.toLowerCase(), value]));

/**
 * Whether whoever assumes a role may bring tags along, which then count instead of its own.
 * Source: IAM User Guide, "Pass session tags in AWS STS".
 */
function mayBeTagged(trust: string): boolean {
  const policy = readPolicy(trust, 'resource', limit);
  if (typeof policy === 'string' || policy.unreadable.length > 0) return true;
  return statementsAbout(policy, 'sts:TagSession').some(({ effect }) => effect === 'Allow');
}

/** Whom a trust policy lets assume the role. */
function trusted(text: string): readonly string[] {
  const policy = readPolicy(text, 'resource', limit);
  if (typeof policy === 'string') return [];
  const names = policy.statements
    .filter(({ effect }) => effect === 'Allow')
    .flatMap(({ principals, conditions }) =>
      (principals?.names ?? []).map(({ id }) => (conditions.length > 0 ? `${id}, under conditions` : id)),
    );
  return [...new Set(names)];
}

/** Source: IAM API Reference, GetAccountAuthorizationDetails: policies are URL-encoded (RFC 3986). */
function decoded(text: string): string {
  if (text.trimStart().startsWith('{')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
