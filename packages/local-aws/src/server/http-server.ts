import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { AwsError } from '../protocol/aws-error';
import { type AdminActions, adminPrefix, administer } from './admin';
import { type Answer, jsonProtocol, queryProtocol } from './answer';
import { dispatch, type Setting } from './dispatch';
import { type FaultKind, isDelay } from './faults';
import { refusal } from './guard';
import { readServiceRequest, type ServiceRequest } from './service-request';

/** More than any request of these services can need: 64 KiB of value, escaped, and the rest. */
const maximumBody = 1024 * 1024;

/** The HTTP server for a setting; it does not listen yet. */
export function createHttpServer(setting: Setting, admin: AdminActions): Server {
  const server = createServer((request, response) => {
    readBody(request)
      .then((body) => respond(setting, admin, request, response, body))
      .catch(() => request.destroy());
  });
  // Clients keep connections for reuse; closing one under them looks like a failure of the service.
  server.keepAliveTimeout = 65_000;
  return server;
}

async function respond(
  setting: Setting,
  admin: AdminActions,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer | 'too-long',
): Promise<void> {
  const { headers, method = '', url = '/' } = request;
  const refused = refusal(headers);
  if (refused !== undefined) return sendJson(response, 403, { message: refused });
  if (body === 'too-long') {
    return send(response, jsonProtocol.failure(new AwsError('RequestEntityTooLargeException', '', 413)));
  }
  const path = url.split('?', 1)[0] ?? '';
  if (path.startsWith(adminPrefix)) {
    const { status, body: answer } = administer(admin, method, path, body);
    return sendJson(response, status, answer);
  }
  const serviceRequest =
    method === 'POST' ? readServiceRequest(oneHeader(headers['x-amz-target']), body) : undefined;
  if (serviceRequest === undefined) {
    // Clients of IAM, SQS and others read XML.
    const isForm = oneHeader(headers['content-type'])?.startsWith('application/x-www-form-urlencoded');
    const protocol = isForm ? queryProtocol : jsonProtocol;
    return send(
      response,
      protocol.failure(
        new AwsError('UnknownOperationException', 'local-aws has KMS, Secrets Manager and STS'),
      ),
    );
  }
  const operation = `${serviceRequest.service.name}:${serviceRequest.operation}`;
  admin.calls.add(operation);
  const ordered = await injectFaults(admin.faults.take(operation));
  const failure = ordered ?? (admin.limits.admits(operation) ? undefined : 'throttle');
  if (failure === 'drop-before') return drop(request);
  const answer =
    (failure && failedAnswer(serviceRequest, failure)) ??
    dispatch(setting, serviceRequest, { method, target: url, headers, body });
  if (failure === 'drop-after') return drop(request);
  send(response, answer);
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

/** The body as one buffer; what is longer than allowed is read to its end and thrown away. */
async function readBody(request: IncomingMessage): Promise<Buffer | 'too-long'> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= maximumBody) chunks.push(chunk);
  }
  return length > maximumBody ? 'too-long' : Buffer.concat(chunks);
}

function send(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, {
    'content-type': answer.contentType,
    'content-length': Buffer.byteLength(answer.body),
    'x-amzn-requestid': answer.requestId,
  });
  response.end(answer.body);
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  const content = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(content),
  });
  response.end(content);
}

function drop(request: IncomingMessage): void {
  request.socket.destroy();
}

function oneHeader(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
