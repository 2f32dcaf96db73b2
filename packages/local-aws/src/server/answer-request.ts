import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { AwsError } from '../protocol/aws-error';
import { type AdminActions, adminPrefix, administer } from './admin';
import { type Answer, jsonProtocol, queryProtocol } from './answer';
import { dispatch, type Setting } from './dispatch';
import { type FaultKind, isDelay } from './faults';
import { refusal } from './guard';
import { readServiceRequest, type ServiceRequest } from './service-request';

/** A request that has arrived whole, however it came. */
export interface ArrivedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer | 'too-long';
}

/** What is sent back; only answers of a service have a request id. */
export type Reply = Omit<Answer, 'requestId'> & { readonly requestId?: string };

/** Answers a request; `drop` closes the connection instead. */
export async function answerRequest(
  setting: Setting,
  admin: AdminActions,
  { method, target, headers, body }: ArrivedRequest,
): Promise<Reply | 'drop'> {
  const refused = refusal(headers);
  if (refused !== undefined) return json(403, { message: refused });
  if (body === 'too-long') {
    return jsonProtocol.failure(new AwsError('RequestEntityTooLargeException', '', 413));
  }
  const path = target.split('?', 1)[0] ?? '';
  if (path.startsWith(adminPrefix)) {
    const answered = administer(admin, method, path, body);
    return json(answered.status, answered.body);
  }
  const serviceRequest =
    method === 'POST' ? readServiceRequest(oneHeader(headers['x-amz-target']), body) : undefined;
  if (serviceRequest === undefined) {
    // Clients of IAM, SQS and others read XML.
    const isForm = oneHeader(headers['content-type'])?.startsWith('application/x-www-form-urlencoded');
    const protocol = isForm ? queryProtocol : jsonProtocol;
    return protocol.failure(
      new AwsError(
        'UnknownOperationException',
        'local-aws has KMS, Secrets Manager, SSM Parameter Store and STS',
      ),
    );
  }
  const operation = `${serviceRequest.service.name}:${serviceRequest.operation}`;
  admin.calls.add(operation);
  const ordered = await injectFaults(admin.faults.take(operation));
  const failure = ordered ?? (admin.limits.admits(operation) ? undefined : 'throttle');
  if (failure === 'drop-before') return 'drop';
  const answer =
    (failure && failedAnswer(serviceRequest, failure)) ??
    dispatch(setting, serviceRequest, { method, target, headers, body });
  return failure === 'drop-after' ? 'drop' : answer;
}

/** Waits for the delays; gives the failure, if there is one. */
async function injectFaults(kinds: readonly FaultKind[]): Promise<FaultKind | undefined> {
  for (const kind of kinds) {
    if (!isDelay(kind)) return kind;
    await delay(kind.latencyMs);
  }
  return undefined;
}

function failedAnswer({ service }: ServiceRequest, kind: FaultKind): Answer | undefined {
  const fail = (code: string, message = '', status = 400): Answer =>
    service.protocol.failure(new AwsError(code, message, status));
  if (kind === 'throttle') return fail('ThrottlingException', 'Rate exceeded');
  if (kind === 'server-error') return fail(service.internalError, 'Internal failure', 500);
  if (typeof kind === 'object' && 'error' in kind) return fail(kind.error, kind.message, kind.status);
  return undefined;
}

const json = (status: number, body: object): Reply => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify(body),
});

function oneHeader(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
