import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerInProcess, answeringOf } from './wire.test-kit';

/** An HTTP answer, as far as it matters here. */
export interface ProxyAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * Answers a request (`secretsmanager.DescribeSecret`; empty for STS) in its own way, or drops the connection; `forward`
 * asks the server behind.
 */
export type Answering = (
  operation: string,
  forward: () => Promise<ProxyAnswer>,
  body: string,
) => Promise<ProxyAnswer | 'drop'>;

/** Endpoints that nobody listens at. */
let inventedPort = 1000;

/** A proxy before an endpoint of `startAws`, for SDK clients of this process: as `startProxy`, but without the network. */
export function standBefore(endpoint: string, answering: Answering) {
  const behind = answeringOf(endpoint);
  const own = `http://127.0.0.1:${(inventedPort += 1)}`;
  const stop = answerInProcess(own, async (request) => {
    const answered = await answering(
      String(request.headers['x-amz-target'] ?? ''),
      async () => {
        const reply = await behind(request);
        if (reply === 'drop') throw new Error('the connection was closed');
        return reply;
      },
      request.body.toString('utf8'),
    );
    return answered === 'drop' ? answered : { contentType: 'application/x-amz-json-1.1', ...answered };
  });
  return { endpoint: own, stop };
}

/** A proxy before an endpoint, on loopback, that answers as the test says. */
export async function startProxy(endpoint: string, answering: Answering) {
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const forward = async (): Promise<ProxyAnswer> => {
      const kept = ['authorization', 'x-amz-target', 'x-amz-date', 'content-type'];
      const headers = kept.flatMap((name): [string, string][] => {
        const value = request.headers[name];
        return value === undefined ? [] : [[name, String(value)]];
      });
      const answer = await fetch(endpoint, { method: 'POST', headers, body: Buffer.concat(chunks) });
      return { status: answer.status, body: await answer.text() };
    };
    const operation = String(request.headers['x-amz-target'] ?? '');
    const answered = await answering(operation, forward, Buffer.concat(chunks).toString('utf8'));
    if (answered === 'drop') return void request.socket.destroy();
    const { status, body } = answered;
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(body);
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
