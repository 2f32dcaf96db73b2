import { stageFields } from '../config/stage-fix';
import { isSopsError, ProblemError, toProblem, type Problem } from '../problem';
import type { ProblemCode } from '../problem-codes';
import { notAws } from './answer';
import { parseRefusal, reasonText, refusalFix, type PolicyType, type Refusal } from './refusal';

/** One AWS call, for messages. */
export interface Call {
  /** IAM action, `secretsmanager:DescribeSecret`. */
  readonly action: string;
  /** What it was about: a secret name, a key alias. */
  readonly resource: string;
  readonly region?: string | undefined;
  /**
   * The request holds a value. AWS quotes parameters in some messages, and whoever answers might quote anything, so the
   * message of such a call is not shown.
   */
  readonly containsSecret?: boolean;
}

const credentialErrors = new Set([
  'CredentialsProviderError',
  'TokenProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'IncompleteSignature',
  'MissingAuthenticationTokenException',
  'AuthFailure',
  'SignatureDoesNotMatch',
]);

const throttles = new Set([
  'ThrottlingException',
  'TooManyRequestsException',
  'Throttling',
  'RequestLimitExceeded',
  'LimitExceededException',
]);

/** KMS refused a key policy that its maker could not change: the exception has other causes, too. */
export const isLockout = (error: unknown): boolean =>
  /will not allow you to update the key policy/i.test(describe(error).message);

/** Errors of the language: what the SDK throws where it cannot read an answer in JSON. */
const languageErrors = new Set(['SyntaxError', 'TypeError', 'RangeError']);

/** Whether an answer is none that AWS gives: one that cannot be read, or a refusal without a name. */
function isUnreadable(error: unknown): boolean {
  const { name, message, status } = describe(error);
  const nameless = (/^Unknown(Error)?$/.test(name) || message === 'Unknown') && status >= 400 && status < 500;
  return languageErrors.has(name) || nameless || message.startsWith('@aws-sdk XML parse error');
}

/** The problem that an error of an AWS call is, with what the reader can do about it. */
export function awsProblem(error: unknown, call: Call): Problem {
  const { name, message } = describe(error);
  const where = [call.action, call.resource, call.region].filter(Boolean).join(', ');
  // A role could not be assumed: what it was for was not called.
  if (error instanceof ProblemError) return error.problem;
  // Refused by ourselves before anything was sent.
  if (isSopsError(error)) return inPlace(toProblem(error), where);
  const reported = call.containsSecret || message === '' ? name : `${name}: ${message}`;
  if (credentialErrors.has(name)) {
    return {
      code: 'badCredentials',
      what: `AWS credentials${ofProfile()} are missing, expired or not valid (${reported})`,
      where,
      fix: 'Sign in to the profile that AWS_PROFILE names (aws sso login), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. To check:\naws sts get-caller-identity',
    };
  }
  if (/region is missing/i.test(message)) return missingRegion(where);
  if (isUnreachable(error)) {
    return {
      code: 'awsUnreachable',
      what: `${endpointOf(call)} does not answer (${reported})`,
      where,
      fix: unreachableFix(endpointOf(call)),
    };
  }
  // The SDK's own advice follows in further lines.
  if (isUnreadable(error)) return notAws(reported.split('\n')[0] ?? name, where);
  if (/^AccessDenied/.test(name)) return refused(error, call, reported, where);
  if (throttles.has(name)) {
    return {
      code: 'throttled',
      what: `AWS is throttling ${call.action} (${reported})`,
      where,
      fix: 'Run it again; finished work is kept.',
    };
  }
  return {
    code: 'awsCallFailed',
    what: `${call.action} failed (${reported})`,
    where,
    fix: 'Run it again. If it fails again, look up the error in CloudTrail by time and action.',
  };
}

function refused(error: unknown, call: Call, reported: string, where: string): Problem {
  const parsed = parseRefusal(describe(error).whole);
  // Of the message of a call that carries a value only the kind of policy is taken: the names of kinds are AWS's.
  const { reason } = parsed;
  const shownReason = call.containsSecret && reason ? withoutArn(reason) : reason;
  const identity = refusedIdentity(error) ?? (call.containsSecret ? undefined : parsed.identity);
  const action = (call.containsSecret ? undefined : parsed.action) ?? call.action;
  const refusal: Refusal = {
    ...(identity === undefined ? {} : { identity }),
    ...(shownReason === undefined ? {} : { reason: shownReason }),
  };
  const why = reasonText(refusal);
  return {
    code: refusalCode(action, reason?.kind),
    denied: action,
    ...(reason?.kind === 'explicit-deny' ? {} : { grantable: grantable(reason?.policy) }),
    what: `AWS refuses ${action}${identity === undefined ? '' : ` to ${identity}`}${why === undefined ? ` (${reported})` : `: ${why}`}`,
    where: action === call.action ? where : `${where}, for ${action}`,
    fix: refusalFix(refusal, action, call.resource),
  };
}

/** What refused a call: a role that was not assumed, a deny, or that nothing allows it. */
const refusalCode = (action: string, kind: 'explicit-deny' | 'not-allowed' | undefined): ProblemCode =>
  action === 'sts:AssumeRole' ? 'roleNotAssumed' : kind === 'explicit-deny' ? 'explicitDeny' : 'accessDenied';

const withoutArn = ({ kind, policy }: NonNullable<Refusal['reason']>): NonNullable<Refusal['reason']> => ({
  kind,
  ...(policy === undefined ? {} : { policy }),
});

const grantable = (policy: PolicyType | undefined): NonNullable<Problem['grantable']> =>
  policy === undefined
    ? 'any'
    : policy === 'identity-based policy'
      ? 'identity'
      : policy === 'resource-based policy'
        ? 'resource'
        : 'other';

/** The identity that our clients name in an error whose message does not, or must not, say it. */
const refusedIdentity = (error: unknown): string | undefined =>
  typeof error === 'object' &&
  error !== null &&
  'refusedIdentity' in error &&
  typeof error.refusedIdentity === 'string'
    ? error.refusedIdentity
    : undefined;

const inPlace = (problem: Problem, where: string): Problem => ({
  ...problem,
  where: [problem.where, where].filter(Boolean).join(', '),
});

/** The endpoint that a call goes to, as the environment names it. Source: AWS SDK reference, "Service-specific endpoints" */
function endpointOf({ action, region }: Call): string {
  const service =
    action.split(':')[0] === 'secretsmanager'
      ? 'SECRETS_MANAGER'
      : (action.split(':')[0] ?? '').toUpperCase();
  const named = process.env[`AWS_ENDPOINT_URL_${service}`] || process.env['AWS_ENDPOINT_URL'];
  return (
    named || `the AWS endpoint of ${action.split(':')[0] ?? 'the service'}${region ? ` in ${region}` : ''}`
  );
}

/** Running again is safe for all calls here: each looks what there is first. */
const unreachableFix = (endpoint: string): string =>
  isLoopback(endpoint)
    ? 'Start the server that AWS_ENDPOINT_URL names, then run this again. For local-aws, in another terminal:\nnpx local-aws-secrets\nFor AWS itself, unset AWS_ENDPOINT_URL.'
    : 'Check the network, the region and AWS_ENDPOINT_URL, then run this again. That is safe even if the call reached AWS.';

const isLoopback = (endpoint: string): boolean =>
  URL.canParse(endpoint) && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(new URL(endpoint).hostname);

/** The profile in use, where one is named: a name with a slip of the pen is as good as none. */
const ofProfile = (): string =>
  process.env['AWS_PROFILE'] ? ` of profile ${process.env['AWS_PROFILE']}` : '';

/** The problem of a region that nothing names. */
export const missingRegion = (where: string): Problem => ({
  code: 'noRegion',
  what: `no AWS region is set${process.env['AWS_PROFILE'] ? `, and profile ${process.env['AWS_PROFILE']} (AWS_PROFILE) does not set one` : ''}`,
  where,
  fix: `Set AWS_REGION:\nexport AWS_REGION=eu-west-1\nOr, for everybody, set each stage's region in the plugin's options in nx.json:${stageFields('dev', { region: 'eu-west-1' })}`,
});

/** Errors of the socket; the SDK keeps the code in some cases, and in others only the message has it. */
const networkCode =
  /\b(?:ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE)\b|socket hang up/;

/** Whether there was no answer. */
function isUnreachable(error: unknown): boolean {
  const { name, code, message } = describe(error);
  return name === 'AbortError' || name === 'TimeoutError' || networkCode.test(`${name} ${code} ${message}`);
}

/** The name of an AWS error; the SDK has classes for some only, so the name is what to test. */
export const awsErrorName = (error: unknown): string => describe(error).name;

interface Described {
  readonly name: string;
  readonly message: string;
  /** The message, where it is not too long to be read at all. */
  readonly whole: string;
  readonly code: string;
  /** HTTP status of the answer; 0 where there was none. */
  readonly status: number;
}

function describe(error: unknown): Described {
  if (typeof error !== 'object' || error === null)
    return { name: 'Error', message: '', whole: '', code: '', status: 0 };
  const { name, message, code, $metadata } = error as Partial<Record<keyof Described, unknown>> & {
    readonly $metadata?: { readonly httpStatusCode?: unknown };
  };
  const status = $metadata?.httpStatusCode;
  const text = (value: unknown, limit: number) => (typeof value === 'string' ? value.slice(0, limit) : '');
  return {
    name: text(name, 80) || 'Error',
    message: text(message, 400),
    whole: text(message, 4000),
    code: text(code, 40),
    status: typeof status === 'number' ? status : 0,
  };
}
