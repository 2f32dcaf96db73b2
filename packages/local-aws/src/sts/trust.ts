import { authorize } from '../iam/authorize';
import { roleOf } from '../iam/directory';
import type { ResourcePolicy } from '../iam/evaluate';
import { parsePolicyText } from '../iam/parse-policy';
import type { ContextEntries } from '../iam/request-context';
import { AwsError } from '../protocol/aws-error';
import type { Call, Caller } from '../protocol/operation';
import { readRoleArn, type SessionRequest } from './sessions';
import type { WebIdentity } from './web-identity';

/**
 * Asks the trust policy of a role, and where that leaves it to the account the caller's policies, whether the caller
 * may assume it. A role that does not exist is answered as one that does not trust the caller.
 * @throws AwsError AccessDeniedException, MalformedPolicyDocumentException
 */
export function checkTrust(call: Call, request: SessionRequest, context: ContextEntries = []): void {
  const { RoleArn: roleArn } = request;
  const { account } = readRoleArn(roleArn);
  if (request.Policy !== undefined) checkSessionPolicy(request.Policy);
  if (call.directory === undefined) return;
  authorize(call, {
    resource: roleArn,
    resourceAccount: account,
    policy: trustPolicy(call, roleArn),
    context: [['sts:RoleSessionName', request.RoleSessionName], ...context],
  });
}

/** As `checkTrust`, for somebody whom an identity provider vouches for: the trust policy alone decides. */
export function checkWebTrust(call: Call, request: SessionRequest, identity: WebIdentity): void {
  const { partition, account } = readRoleArn(request.RoleArn);
  const provider = identity.provider.replace(/^https:\/\//, '');
  const arn = `arn:${partition}:iam::${account}:oidc-provider/${provider}`;
  const caller: Caller = {
    account,
    arn,
    userId: identity.subject,
    identity: { principal: { kind: 'federated', arn }, policies: [], limits: [], context: [] },
  };
  const claims = Object.entries(identity.claims).map(
    ([name, value]) => [`${provider}:${name}`, value] as const,
  );
  try {
    checkTrust({ ...call, caller }, request, claims);
  } catch (error) {
    // Who brings a token has no ARN that AWS could name.
    if (!(error instanceof AwsError) || error.code !== 'AccessDeniedException') throw error;
    throw new AwsError(error.code, `Not authorized to perform ${call.action}`);
  }
}

function trustPolicy(call: Call, roleArn: string): ResourcePolicy {
  const role = call.directory === undefined ? undefined : roleOf(call.directory, roleArn);
  return { policy: role?.trust, accountCounts: 'where-named' };
}

function checkSessionPolicy(policy: string): void {
  const parsed = parsePolicyText(policy, 'identity');
  if (parsed.kind === 'policy') return;
  const { place, what } = parsed.problem;
  throw new AwsError('MalformedPolicyDocumentException', `The policy is not valid: ${place} ${what}`);
}
