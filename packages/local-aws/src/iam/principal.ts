import type { Listed, PolicyPrincipal } from './policy-document';

/** Who a request comes from, as policies of resources name it. */
export type Principal =
  | { readonly kind: 'user'; readonly arn: string; readonly account: string }
  | {
      readonly kind: 'session';
      readonly arn: string;
      readonly account: string;
      /** The role with its path. */
      readonly roleArn: string;
    }
  /** Somebody with a token of an identity provider, who has no account. */
  | { readonly kind: 'federated'; readonly arn: string };

/**
 * How the principals of a statement take in a request's: `itself` (its own ARN, or everyone), its `role`, its whole
 * `account` (which leaves it to the account's policies), or not at all.
 */
export type PrincipalMatch = 'itself' | 'role' | 'account' | undefined;

/** How a statement's Principal or NotPrincipal takes in a principal. */
export function matchPrincipal(named: Listed<PolicyPrincipal>, principal: Principal): PrincipalMatch {
  const matches = named.all.map((item) => matchOne(item, principal));
  const best = (['itself', 'role', 'account'] as const).find((item) => matches.includes(item));
  if (!named.negated) return best;
  return best === undefined ? 'itself' : undefined;
}

function matchOne(named: PolicyPrincipal, principal: Principal): PrincipalMatch {
  if (named.kind === 'Everyone') return 'itself';
  if (principal.kind === 'federated') {
    return named.kind === 'Federated' && named.value === principal.arn ? 'itself' : undefined;
  }
  if (named.kind !== 'AWS') return undefined;
  if (named.value === principal.arn) return 'itself';
  if (principal.kind === 'session' && named.value === principal.roleArn) return 'role';
  return accountOf(named.value) === principal.account ? 'account' : undefined;
}

/** The account that a principal stands for as a whole: twelve digits, or the ARN of the account's root. */
export function accountOf(named: string): string | undefined {
  return /^(?:arn:[a-z-]+:iam::)?(\d{12})(?::root)?$/.exec(named)?.[1];
}
