import { isLike } from '../../aws/arn';
import type { PolicyDocument } from '../../policies/document';
import { ownSids } from '../../policies/secret-policy';
import { policyDifference, type PolicyChange } from '../policy-difference';

/** What becomes of a secret's policy. */
export interface MergedPolicy {
  /** JSON. */
  readonly text: string;
  /** Statements that come, go or change; none where the policy is as it should be. */
  readonly changes: readonly PolicyChange[];
  /** Statements of others that stay, JSON. */
  readonly kept: readonly string[];
}

type Foreign = Readonly<Record<string, unknown>>;

/**
 * The policy of a secret with the stage's own statements in it. Of what others put there, a Deny stays: it only narrows.
 * An Allow stays where it is for principals that nx.json names, such as a service in another account, which needs one;
 * an Allow for anybody else goes.
 *
 * @param actual the policy as Secrets Manager has it, JSON; undefined where there is none
 */
export function mergedPolicy(actual: string | undefined, desired: PolicyDocument): MergedPolicy {
  const named = namedIn(desired);
  const kept = statementsOf(actual).filter(
    (statement) =>
      !ownSids.has(String(statement['Sid'])) &&
      (statement['Effect'] === 'Deny' || isFor(principalsOf(statement), named)),
  );
  const merged = { Version: desired.Version, Statement: [...desired.Statement, ...kept] };
  return {
    text: JSON.stringify(merged),
    changes: policyDifference(actual ?? nothing, merged),
    kept: kept.map((statement) => JSON.stringify(statement)),
  };
}

const nothing = JSON.stringify({ Version: '2012-10-17', Statement: [] });

function statementsOf(policy: string | undefined): readonly Foreign[] {
  try {
    const parsed = JSON.parse(policy ?? nothing) as { readonly Statement?: unknown } | null;
    return [parsed?.Statement]
      .flat()
      .filter((one): one is Foreign => typeof one === 'object' && one !== null);
  } catch {
    return [];
  }
}

/** ARNs and patterns of those that the stage's statements spare. */
const namedIn = ({ Statement }: PolicyDocument): readonly string[] =>
  Statement.flatMap(({ Condition }) => Condition?.['ArnNotLike']?.['aws:PrincipalArn'] ?? []).filter(
    (arn) => !arn.endsWith(':root'),
  );

const isFor = (principals: readonly string[] | undefined, named: readonly string[]): boolean =>
  principals !== undefined &&
  principals.length > 0 &&
  principals.every((arn) => named.some((pattern) => isLike(arn, pattern)));

/** Users and roles that a statement is for; undefined where it is for others, or for more than it names. */
function principalsOf({ Principal, NotPrincipal }: Foreign): readonly string[] | undefined {
  if (NotPrincipal !== undefined || typeof Principal !== 'object' || Principal === null) return undefined;
  const { AWS, ...others } = Principal as Foreign;
  const arns = [AWS].flat();
  return Object.keys(others).length === 0 && arns.every((arn) => typeof arn === 'string') ? arns : undefined;
}
