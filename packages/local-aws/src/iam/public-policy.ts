import { conditionHolds } from './conditions';
import { matchesAction, matchesPattern, readPattern } from './match';
import type { Condition, PolicyDocument, Statement } from './policy-document';
import { matchPrincipal, type Principal } from './principal';
import { requestContext, type RequestContext } from './request-context';

/** An account that no policy names, and an address (RFC 5737) that no network of anybody has. */
const strangerAccount = '000000000000';
const strangerAddress = '203.0.113.1';

/** Condition keys whose values nobody chooses for themselves: they tell strangers from others. */
const identifyingKeys = [
  /^aws:Principal(?:Arn|Account|OrgID|OrgPaths|IsAWSService|ServiceName|Tag\/.*)$/i,
  /^aws:Source(?:Arn|Account|OrgID|OrgPaths|Owner|Ip|Vpc|Vpce)$/i,
  /^aws:(?:VpcSourceIp|userid|username)$/i,
];

/**
 * Whether a policy of a resource lets strangers do one of some actions: somebody of an account that it does not name,
 * who chooses everything about the request that a caller can choose. What a policy allows and denies elsewhere again
 * is not allowed. After what Secrets Manager says of BlockPublicPolicy:
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html
 */
export function allowsStrangers(policy: PolicyDocument, actions: readonly string[]): boolean {
  return strangers(policy).some((arn) => {
    const principal: Principal = { kind: 'user', arn, account: strangerAccount };
    const context = requestContext([
      ['aws:PrincipalArn', arn],
      ['aws:PrincipalAccount', strangerAccount],
      ['aws:SourceIp', strangerAddress],
    ]);
    const takesIn = (statement: Statement, action: string): boolean =>
      statement.principals !== undefined &&
      matchPrincipal(statement.principals, principal) !== undefined &&
      statement.actions.all.some((written) => matchesAction(written, action)) !== statement.actions.negated &&
      statement.conditions.every((item) =>
        identifiesCaller(item)
          ? conditionHolds(item, context, policy.variables)
          : statement.effect === 'Allow',
      );
    return actions.some((action) => {
      const matching = policy.statements.filter((statement) => takesIn(statement, action));
      return matching.length > 0 && matching.every(({ effect }) => effect === 'Allow');
    });
  });
}

function identifiesCaller({ key }: Condition): boolean {
  return identifyingKeys.some((form) => form.test(key));
}

/** The ARNs that a stranger would take to fit the policy: names are free, accounts are not. */
function strangers(policy: PolicyDocument): readonly string[] {
  const wanted = policy.statements
    .flatMap(({ conditions }) => conditions)
    .filter(({ key }) => key.toLowerCase() === 'aws:principalarn')
    .flatMap(({ values }) => values)
    .flatMap((written) => ownName(written) ?? []);
  return [`arn:aws:iam::${strangerAccount}:user/stranger`, ...wanted];
}

function ownName(written: string): string | undefined {
  const [, , , , account = '', ...name] = written.split(':');
  const free: RequestContext = new Map();
  const pattern = readPattern(account, free, false);
  if (pattern === undefined || !matchesPattern(pattern, strangerAccount) || name.length === 0)
    return undefined;
  return `arn:aws:iam::${strangerAccount}:${name.join(':').replace(/[*?]/g, 'x')}`;
}
