import { SopsError, type SopsErrorCode } from '../model/sops-error';

/**
 * Why the SDK of a cloud could not be loaded. The `import()` itself is in a `try` where it is needed: bundlers then take a
 * package that is not installed for a missing one, and not for an error. What they put in its place fails in a way of its
 * own (Vite: an Error without a code), so that no reason counts as another problem; `cause` has it.
 *
 * @param packages to install
 * @param user what needs them
 */
export const sdkError = (cause: unknown, packages: string, user = 'this recipient'): SopsError =>
  new SopsError('missingDependency', {
    what: `the packages for ${user} are not installed, or cannot be loaded: ${packages}`,
    fix: `npm i -D ${packages}`,
    cause,
  });

/** The fields by which clouds name their errors. */
interface ErrorFields {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly statusCode?: unknown;
}

const fieldsOf = (error: unknown): ErrorFields => (typeof error === 'object' && error !== null ? error : {});

/** The error of a call to a cloud: its name and codes, never its message, which may quote the request. */
export function cloudError(service: string, error: unknown, where: string, fix: string): SopsError {
  if (error instanceof SopsError) return error;
  const { name, code } = fieldsOf(error);
  const names = [name, code].filter((part) => typeof part === 'string' || typeof part === 'number');
  return new SopsError(codeOf(error), {
    what: `${service} failed: ${names.join(' ') || 'no reason given'}`,
    where,
    fix,
    cause: withoutMessage(error),
  });
}

/** What remains of an error whose message may quote a request or an answer. */
export function withoutMessage(error: unknown): Error {
  const { name, code, statusCode } = fieldsOf(error);
  return Object.assign(new Error(), {
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(typeof statusCode === 'number' ? { statusCode } : {}),
  });
}

/** By HTTP status, gRPC status or the name of a system error. Source: grpc.io, "Status codes" */
function codeOf(error: unknown): SopsErrorCode {
  const { name, code, statusCode } = fieldsOf(error);
  for (const key of [statusCode, code, name]) {
    const known = typeof key === 'string' || typeof key === 'number' ? codes.get(key) : undefined;
    if (known) return known;
  }
  return 'recipientFailed';
}

const codes: ReadonlyMap<string | number, SopsErrorCode> = new Map<string | number, SopsErrorCode>([
  ...([401, 16, 'CredentialUnavailableError', 'AuthenticationRequiredError'] as const).map(
    (key) => [key, 'badCredentials'] as const,
  ),
  ...(['AggregateAuthenticationError', 'AuthenticationError'] as const).map(
    (key) => [key, 'badCredentials'] as const,
  ),
  ...([403, 7] as const).map((key) => [key, 'accessDenied'] as const),
  ...([404, 5] as const).map((key) => [key, 'keyNotFound'] as const),
  ...([409, 9] as const).map((key) => [key, 'keyUnusable'] as const),
  ...([429, 8] as const).map((key) => [key, 'throttled'] as const),
  ...([4, 14, 500, 502, 503, 504] as const).map((key) => [key, 'recipientUnreachable'] as const),
  ...(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH'] as const).map(
    (key) => [key, 'recipientUnreachable'] as const,
  ),
  ...(['ENETUNREACH', 'EPIPE', 'REQUEST_SEND_ERROR', 'TimeoutError', 'AbortError'] as const).map(
    (key) => [key, 'recipientUnreachable'] as const,
  ),
]);
