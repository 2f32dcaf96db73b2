import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AdminActions } from './admin';
import { answerRequest, type Reply } from './answer-request';
import type { Setting } from './dispatch';

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
  const reply = await answerRequest(setting, admin, { method, target: url, headers, body });
  if (reply === 'drop') request.socket.destroy();
  else send(response, reply);
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

function send(response: ServerResponse, { status, contentType, requestId, body }: Reply): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    ...(requestId === undefined ? {} : { 'x-amzn-requestid': requestId }),
  });
  response.end(body);
}
