/** How many calls local-aws answers in a second, with a data file and without. */
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { startServer } from '../aws/server-process.mjs';
import { repository } from '../packages.mjs';
import { median } from './measure.mjs';

const program = join(repository, 'packages/local-aws/bin/local-aws.js');
const secrets = 100;
const connections = 8;
const reading = { operation: 'DescribeSecret', calls: 6000, input: (at) => ({ SecretId: nameOf(at) }) };
const writing = {
  operation: 'PutSecretValue',
  calls: 2000,
  input: (at) => ({ SecretId: nameOf(at), SecretString: `a value that is new: ${at} ${performance.now()}` }),
};
const nameOf = (at) => `/services/user-${at % secrets}/dev`;

/** Prints the calls a second of each kind: the median of some rounds, after one that is not counted. */
export async function benchLocalAws({ rounds = '3', quick }) {
  const folder = await mkdtemp(join(tmpdir(), 'bench-local-aws-'));
  try {
    for (const [where, args] of [
      ['in memory', []],
      ['with a data file', ['--data', join(folder, 'state.json')]],
    ]) {
      const server = await startServer('local-aws', (port) => [
        process.execPath,
        [program, '--port', String(port), ...args],
      ]);
      try {
        const call = clientOf(server.endpoint);
        await run(call, { operation: 'CreateSecret', calls: secrets, input: (at) => ({ Name: nameOf(at) }) });
        for (const kind of [reading, writing]) {
          const found = [];
          const calls = quick ? kind.calls / 10 : kind.calls;
          await run(call, { ...kind, calls });
          for (let round = 0; round < Number(rounds); round += 1) {
            found.push(await run(call, { ...kind, calls }));
          }
          console.log(`${kind.operation}, ${where}: ${Math.round(median(found))} calls a second`);
        }
        call.close();
      } finally {
        await server.stop();
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Makes the calls over a few connections at once; gives the calls a second. */
async function run(call, { operation, calls, input }) {
  let next = 0;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (next < calls) {
        const at = next;
        next += 1;
        await call(operation, input(at));
      }
    }),
  );
  return calls / ((performance.now() - start) / 1000);
}

/** The plainest client there is, so that the time is the server's: signed for form's sake, nothing parsed. */
function clientOf(endpoint) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const now = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `local/${now.slice(0, 8)}/eu-west-1/secretsmanager/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=${'0'.repeat(64)}`;
  const call = (operation, input) =>
    new Promise((resolve, reject) => {
      const headers = {
        authorization,
        'x-amz-date': now,
        'x-amz-target': `secretsmanager.${operation}`,
        'content-type': 'application/x-amz-json-1.1',
      };
      const sent = request(endpoint, { method: 'POST', agent, headers }, (response) => {
        response.resume();
        response.on('end', () =>
          response.statusCode === 200 ? resolve() : reject(new Error(`${operation}: ${response.statusCode}`)),
        );
      });
      sent.on('error', reject);
      sent.end(JSON.stringify(input));
    });
  return Object.assign(call, { close: () => agent.destroy() });
}
