import { AwsError } from '../protocol/aws-error';
import type { Call } from './operation';
import { evaluate, type ResourcePolicy, type Verdict } from '../iam/evaluate';
import type { Identity } from '../iam/identity';
import { parsePolicyText } from '../iam/parse-policy';
import { type ContextEntries, requestContext } from '../iam/request-context';

/** What an operation is about to do, as policies see it. */
export interface AuthorizationRequest {
  /** The operation's own action by default. */
  readonly action?: string;
  /** An ARN, or `*` for what is about no resource. */
  readonly resource: string;
  /** The resource as AWS's message names it, where that is not its ARN. */
  readonly named?: string;
  readonly resourceAccount: string;
  readonly policy?: ResourcePolicy | StoredPolicy;
  /** The service that asks on behalf of the caller, where it is not the caller itself. */
  readonly viaService?: string | undefined;
  /** Condition keys beyond those that every request has. */
  readonly context?: ContextEntries;
}

/** The policy of a resource as it was stored: it is parsed where somebody has to be allowed something by it. */
export interface StoredPolicy {
  readonly text: string | undefined;
  readonly accountCounts: ResourcePolicy['accountCounts'];
}

/** Throws AwsError AccessDeniedException, unless the policies allow what is asked, or none are evaluated. */
export function authorize(call: Call, ask: AuthorizationRequest): void {
  const { identity } = call.caller;
  if (identity === undefined) return;
  const verdict = verdictFor(call, identity, ask);
  if (!verdict.allowed) throw denial(call, ask, verdict);
}

/** As `authorize`, for what is about no resource: lists, and what makes something new. */
export function authorizeAny(call: Call, context: ContextEntries = []): void {
  authorize(call, { resource: '*', resourceAccount: call.caller.account, context });
}

/** What the policies say to what is asked. */
export function verdictFor(call: Call, identity: Identity, ask: AuthorizationRequest): Verdict {
  return evaluate(
    {
      principal: identity.principal,
      action: ask.action ?? call.action,
      resource: ask.resource,
      resourceAccount: ask.resourceAccount,
      context: requestContext(identity.context, requestKeys(call, ask), ask.context ?? []),
    },
    {
      identity: identity.policies,
      permissionBoundaries: identity.permissionBoundaries,
      resource: resourcePolicy(ask.policy ?? { policy: undefined, accountCounts: 'always' }),
    },
  );
}

/** Stored text that is not a valid policy counts as none. */
function resourcePolicy(given: ResourcePolicy | StoredPolicy): ResourcePolicy {
  if (!('text' in given)) return given;
  const parsed = given.text === undefined ? undefined : parsePolicyText(given.text, 'resource');
  return {
    policy: parsed?.kind === 'policy' ? parsed.policy : undefined,
    accountCounts: given.accountCounts,
  };
}

/** The keys that AWS adds to every request. They are those of a request over TLS, as it would be sent to AWS. */
function requestKeys(call: Call, ask: AuthorizationRequest): ContextEntries {
  return [
    ['aws:RequestedRegion', call.store.region],
    ['aws:CurrentTime', new Date(call.now).toISOString()],
    ['aws:EpochTime', String(Math.floor(call.now / 1000))],
    ['aws:SecureTransport', 'true'],
    ['aws:SourceIp', '127.0.0.1'],
    ['aws:ViaAWSService', String(ask.viaService !== undefined)],
    ['aws:ResourceAccount', ask.resource === '*' ? undefined : ask.resourceAccount],
  ];
}

/** In AWS's words: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function denial(
  call: Call,
  ask: AuthorizationRequest,
  verdict: Exclude<Verdict, { allowed: true }>,
): AwsError {
  const action = ask.action ?? call.action;
  const named = ask.named ?? ask.resource;
  const about = named === '*' && ask.resource === '*' ? '' : ` on resource: ${named}`;
  return new AwsError(
    'AccessDeniedException',
    `User: ${call.caller.arn} is not authorized to perform: ${action}${about} ${because(action, verdict)}`,
  );
}

function because(action: string, { reason, origin }: Exclude<Verdict, { allowed: true }>): string {
  const policies = {
    identity: 'identity-based policy',
    resource: 'resource-based policy',
    boundary: 'permissions boundary',
    session: 'session policy',
  };
  if (reason === 'not-allowed') return `because no ${policies[origin]} allows the ${action} action`;
  const article = origin === 'identity' ? 'an' : 'a';
  return `with an explicit deny in ${article} ${policies[origin]}`;
}
