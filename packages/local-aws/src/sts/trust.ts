import { authorize } from '../operation/authorize';
import { roleOf } from '../iam/directory';
import { parsePolicyText } from '../iam/parse-policy';
import type { ContextEntries } from '../iam/request-context';
import { AwsError } from '../protocol/aws-error';
import type { Call, Caller } from '../operation/operation';
import { readRoleArn, type SessionRequest } from './sessions';
import { attributeKeys, type RequestedAttributes, type SessionAttributes } from './session-attributes';
import type { WebIdentity } from './web-identity';

/** What a request for a session asks beyond its role. */
export interface SessionAuthorization {
  readonly requested: RequestedAttributes;
  readonly attributes: SessionAttributes;
  /** Condition keys of the operation. */
  readonly context: ContextEntries;
}

/**
 * Asks the trust policy of a role, and where that leaves it to the account the caller's policies, whether the caller
 * may assume it, and may set or pass on the source identity (sts:SetSourceIdentity) and tags (sts:TagSession) of the
 * session. A role that does not exist is answered as one that does not trust the caller.
 * @throws AwsError AccessDeniedException, MalformedPolicyDocumentException
 */
export function authorizeRole(call: Call, request: SessionRequest, ask: SessionAuthorization): void {
  const { RoleArn: roleArn } = request;
  const { account } = readRoleArn(roleArn);
  if (request.Policy !== undefined) assertSessionPolicy(request.Policy);
  if (call.directory === undefined) return;
  const role = roleOf(call.directory, roleArn);
  const { sourceIdentity, tags } = ask.attributes;
  const actions = [
    call.action,
    ...(sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
    ...(tags.length === 0 ? [] : ['sts:TagSession']),
  ];
  for (const action of actions) {
    authorize(call, {
      action,
      resource: roleArn,
      resourceAccount: account,
      policy: { policy: role?.trust, accountCounts: 'where-named' },
      context: [
        ['sts:RoleSessionName', request.RoleSessionName],
        ...attributeKeys(ask.requested, ask.attributes),
        ...(role?.tags ?? []).flatMap(([key, value]) => [
          [`aws:ResourceTag/${key}`, value] as const,
          [`iam:ResourceTag/${key}`, value] as const,
        ]),
        ...ask.context,
      ],
    });
  }
}

/**
 * As `authorizeRole`, for the bearer of an identity provider's token: the trust policy alone decides.
 * @returns the ARN of the provider
 */
export function authorizeRoleByToken(
  call: Call,
  request: SessionRequest,
  identity: WebIdentity,
  attributes: SessionAttributes,
): string {
  const { partition, account } = readRoleArn(request.RoleArn);
  const provider = identity.provider.replace(/^https:\/\//, '');
  const arn = `arn:${partition}:iam::${account}:oidc-provider/${provider}`;
  const caller: Caller = {
    account,
    arn,
    userId: identity.subject,
    identity: { principal: { kind: 'federated', arn }, policies: [], permissionBoundaries: [], context: [] },
  };
  const claims = Object.entries(identity.claims).map(
    ([name, value]) => [`${provider}:${name}`, value] as const,
  );
  const context: ContextEntries = [['aws:FederatedProvider', arn], ...claims];
  try {
    authorizeRole({ ...call, caller }, request, { requested: identity.requested, attributes, context });
    return arn;
  } catch (error) {
    // The bearer of a token has no ARN that AWS could name.
    if (!(error instanceof AwsError) || error.code !== 'AccessDeniedException') throw error;
    throw new AwsError(error.code, `Not authorized to perform ${call.action}`);
  }
}

function assertSessionPolicy(policy: string): void {
  const parsed = parsePolicyText(policy, 'identity');
  if (parsed.kind === 'policy') return;
  const { place, what } = parsed.problem;
  throw new AwsError('MalformedPolicyDocumentException', `The policy is not valid: ${place} ${what}`);
}
