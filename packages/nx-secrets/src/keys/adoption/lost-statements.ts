import { wholeAccount } from '../../aws/arn';
import type { PolicyDocument } from '../../policies/document';
import { policyDifference } from '../policy-difference';

/** What a policy loses where another one takes its place, and what is left of it without that. */
export interface PolicyLoss {
  /** Statements by which somebody in particular uses the key, JSON. */
  readonly statements: readonly string[];
  /** The policy without them, JSON. */
  readonly remaining: string;
}

/**
 * The statements of a key's policy that let somebody in particular in, and that the policy in its place lacks. Those that
 * leave it to the account's IAM policies are not among them: that they go is what the stage's policy is for. Nor are
 * those for principals that the stage names.
 *
 * @param actual the policy as KMS has it, JSON
 * @param accountId the key's account
 */
export function lostStatements(actual: string, desired: PolicyDocument, accountId: string): PolicyLoss {
  const going = new Set(
    policyDifference(actual, desired).flatMap((change) => (change.kind === 'added' ? [] : [change.before])),
  );
  const named = new Set(desired.Statement.flatMap(principalsNamed));
  const statements = statementsOf(actual);
  const lost = statements.filter(
    (statement) =>
      going.has(JSON.stringify(statement)) &&
      statement['Effect'] !== 'Deny' &&
      principalsOf(statement).some((arn) => wholeAccount(arn) !== accountId && !named.has(arn)),
  );
  const kept = statements.filter((statement) => !lost.includes(statement));
  return {
    statements: lost.map((statement) => JSON.stringify(statement)),
    remaining: JSON.stringify({
      Version: '2012-10-17',
      Statement: kept.some((statement) => leavesToAccount(statement, accountId))
        ? kept
        : [...kept, delegation(accountId)],
    }),
  };
}

type Statement = Readonly<Record<string, unknown>>;

const delegation = (accountId: string): Statement => ({
  Sid: 'EnableIAMPolicies',
  Effect: 'Allow',
  Principal: { AWS: accountId },
  Action: 'kms:*',
  Resource: '*',
});

function statementsOf(policy: string): readonly Statement[] {
  try {
    const parsed = JSON.parse(policy) as { readonly Statement?: unknown } | null;
    const found = parsed?.Statement;
    return (Array.isArray(found) ? found : [found]).filter(
      (one): one is Statement => typeof one === 'object' && one !== null,
    );
  } catch {
    return [];
  }
}

/** Whom a statement is for; a service of AWS by its name, everybody as `*`. */
function principalsOf({ Principal, NotPrincipal }: Statement): readonly string[] {
  if (NotPrincipal !== undefined) return ['*'];
  if (typeof Principal === 'string') return [Principal];
  if (typeof Principal !== 'object' || Principal === null) return [];
  return Object.values(Principal)
    .flat()
    .filter((one) => typeof one === 'string');
}

/** Users and roles that a statement names, as principals or by condition. */
const principalsNamed = (statement: PolicyDocument['Statement'][number]): readonly string[] => [
  ...(statement.Principal?.AWS ?? []),
  ...(statement.Condition?.['ArnLike']?.['aws:PrincipalArn'] ?? []),
];

/** Whether whoever may set policies by IAM can set this one again. */
const leavesToAccount = (statement: Statement, accountId: string): boolean =>
  statement['Effect'] === 'Allow' &&
  statement['Condition'] === undefined &&
  principalsOf(statement).some((arn) => wholeAccount(arn) === accountId) &&
  [statement['Action']]
    .flat()
    .some((action) => typeof action === 'string' && /^(?:\*|kms:(?:\*|PutKeyPolicy))$/i.test(action));
