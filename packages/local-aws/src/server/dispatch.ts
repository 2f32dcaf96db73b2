import { messageOf } from '../failure';
import type { Directory } from '../iam/directory';
import { AwsError } from '../protocol/aws-error';
import type { Call } from '../operation/operation';
import type { AccountStore } from '../store/account-store';
import type { Answer } from './answer';
import { administrator, callerOf, verifiedCaller } from './caller';
import { operationOf, type ServiceRequest } from './service-request';
import { readAuthorization, type Signature } from './signature';
import type { HttpRequest } from './verify-signature';

/** What the operations work on. */
export interface Setting {
  readonly accounts: AccountStore;
  readonly defaultAccount: string;
  /** Users and roles, where there are some: then signatures are verified and policies evaluated. */
  readonly directory: () => Directory | undefined;
  /** The clock: milliseconds since 1970. */
  readonly now: () => number;
  /** Saves what an operation changed, before it is answered. Where it throws, nothing has changed. */
  readonly commit?: () => void;
}

/** The only operation that AWS answers unsigned: its token is the credential. */
const unsigned = 'AssumeRoleWithWebIdentity';
const unsignedRegion = 'us-east-1';

/** Runs the operation that a request asks for, saves what it changed, and gives its answer, errors included. */
export function dispatch(setting: Setting, serviceRequest: ServiceRequest, request: HttpRequest): Answer {
  const answer = answerOf(setting, serviceRequest, request);
  try {
    setting.commit?.();
    return answer;
  } catch (error) {
    const { service } = serviceRequest;
    // The developer whose disk is full must see it where the call fails.
    return service.protocol.failure(new AwsError(service.internalError, messageOf(error), 500));
  }
}

function answerOf(setting: Setting, serviceRequest: ServiceRequest, request: HttpRequest): Answer {
  const { service, operation } = serviceRequest;
  try {
    const call = callOf(setting, serviceRequest, request);
    const run = operationOf(serviceRequest);
    return service.protocol.success(operation, run(serviceRequest.input(), call));
  } catch (error) {
    if (error instanceof AwsError) return service.protocol.failure(error);
    process.emitWarning(`${service.name}:${operation} failed inside local-aws: ${messageOf(error)}`);
    return service.protocol.failure(new AwsError(service.internalError, 'Internal failure', 500));
  }
}

function callOf(setting: Setting, { service, operation }: ServiceRequest, request: HttpRequest): Call {
  const { accounts, defaultAccount } = setting;
  const directory = setting.directory();
  const now = setting.now();
  const identifyCaller = (): { readonly caller: Call['caller']; readonly region: string } => {
    if (service.name === 'sts' && operation === unsigned) {
      return { caller: administrator(defaultAccount, unsignedRegion), region: unsignedRegion };
    }
    const signature = scoped(service.name, readAuthorization(...signingHeaders(request)));
    const caller =
      directory === undefined
        ? callerOf(accounts, signature, defaultAccount, now)
        : verifiedCaller(accounts, directory, request, signature, now);
    return { caller, region: signature.region };
  };
  const { caller, region } = identifyCaller();
  return {
    action: `${service.name}:${operation}`,
    caller,
    store: accounts.region(caller.account, region),
    accounts,
    ...(directory === undefined ? {} : { directory }),
    now,
  };
}

function signingHeaders({ headers }: HttpRequest): [string | undefined, string | undefined] {
  const date = headers['x-amz-date'];
  return [headers.authorization, Array.isArray(date) ? date[0] : date];
}

function scoped(service: string, signature: Signature): Signature {
  if (signature.service !== service) {
    throw new AwsError(
      'InvalidSignatureException',
      `Credential should be scoped to correct service: '${service}'.`,
      403,
    );
  }
  return signature;
}
