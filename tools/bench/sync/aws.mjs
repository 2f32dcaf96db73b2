import { join } from 'node:path';
import { repository } from '../../packages.mjs';
import { startServer } from '../../aws/server-process.mjs';

/**
 * Starts local-aws as a process of its own: what it does must not count as the work of whoever asks it.
 *
 * @param {Record<string, string | undefined>} env
 */
export async function startBenchAws(env) {
  const program = join(repository, 'packages/local-aws/bin/local-aws.js');
  const server = await startServer('local-aws', (port) => [process.execPath, [program, '--port', port]], {
    env,
  });
  const ask = async (method, path, body) => {
    const response = await fetch(`${server.endpoint}/_local-aws/${path}`, { method, body });
    if (!response.ok) throw new Error(`local-aws: ${await response.text()}`);
    return response.json();
  };
  return {
    ...server,
    /** Runs a step while every call takes `latencyMs` longer; gives its result with the calls that it made. */
    async whileSlow(latencyMs, step) {
      if (latencyMs > 0) await ask('POST', 'faults', slowness(latencyMs));
      await ask('DELETE', 'calls');
      const result = await step();
      const calls = await ask('GET', 'calls');
      await ask('DELETE', 'faults');
      return { ...result, calls };
    },
  };
}

const slowness = (latencyMs) => JSON.stringify({ operation: '*', count: 1e9, kind: { latencyMs } });
