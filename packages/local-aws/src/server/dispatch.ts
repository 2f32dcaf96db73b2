import { messageOf } from '../failure';
import { AwsError } from '../protocol/aws-error';
import type { Call } from '../protocol/operation';
import type { Universe } from '../world/universe';
import type { Answer } from './answer';
import { administrator, callerOf } from './caller';
import { operationOf, type ServiceRequest } from './service-request';
import { type Credential, readAuthorization } from './signature';

/** The headers that an answer depends on. */
export interface SigningHeaders {
  readonly authorization: string | undefined;
  readonly date: string | undefined;
}

/** What the operations work on. */
export interface Setting {
  readonly universe: Universe;
  readonly defaultAccount: string;
  /** The clock: milliseconds since 1970. */
  readonly now: () => number;
}

/** The only operation that AWS answers unsigned: its token is the credential. */
const unsigned = 'AssumeRoleWithWebIdentity';
const unsignedRegion = 'us-east-1';

/** Runs the operation that a request asks for and gives its answer, errors included. */
export function dispatch(setting: Setting, request: ServiceRequest, headers: SigningHeaders): Answer {
  const { service, operation } = request;
  try {
    const call = callOf(setting, request, headers);
    const run = operationOf(request);
    return service.protocol.success(operation, run(request.input(), call));
  } catch (error) {
    if (error instanceof AwsError) return service.protocol.failure(error);
    process.emitWarning(`${service.name}:${operation} failed inside local-aws: ${messageOf(error)}`);
    return service.protocol.failure(new AwsError(service.internalError, 'Internal failure', 500));
  }
}

function callOf(
  { universe, defaultAccount, now }: Setting,
  { service, operation }: ServiceRequest,
  headers: SigningHeaders,
): Call {
  const action = `${service.name}:${operation}`;
  const time = now();
  if (service.name === 'sts' && operation === unsigned) {
    const caller = administrator(defaultAccount, unsignedRegion);
    return {
      action,
      caller,
      world: universe.world(caller.account, unsignedRegion),
      universe,
      now: time,
    };
  }
  const credential = scoped(service.name, readAuthorization(headers.authorization, headers.date));
  const caller = callerOf(universe, credential, defaultAccount, time);
  return { action, caller, world: universe.world(caller.account, credential.region), universe, now: time };
}

function scoped(service: string, credential: Credential): Credential {
  if (credential.service !== service) {
    throw new AwsError(
      'InvalidSignatureException',
      `Credential should be scoped to correct service: '${service}'.`,
      403,
    );
  }
  return credential;
}
