import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { commandLine } from '../programs/run-program.mjs';

/**
 * Starts a program that serves HTTP on loopback and waits until it answers.
 *
 * @param {string} name for messages
 * @param {(port: number) => readonly [string, readonly string[]]} command program and arguments for a port
 * @param {{cwd?: string, env?: Record<string, string | undefined>}} [options] of execa
 * @returns {Promise<{endpoint: string, command: string, stop: () => Promise<void>}>} `command` as one would type it
 * @throws Error where the program ends or answers nothing within half a minute
 */
export async function startServer(name, command, options = {}) {
  const port = await freePort();
  const [program, args] = command(port);
  const server = execa(program, args, {
    ...options,
    stdin: 'ignore',
    all: true,
    reject: false,
    forceKillAfterDelay: 5000,
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const stop = async () => {
    server.kill('SIGTERM');
    await server;
  };
  const ended = server.then(({ all }) => {
    throw new Error(`${name} ended before it answered: ${all}`);
  });
  try {
    await Promise.race([answers(name, endpoint), ended]);
  } catch (error) {
    await stop();
    throw error;
  }
  // From here on its end is what `stop` waits for.
  ended.catch(() => undefined);
  return { endpoint, command: commandLine(program, args), stop };
}

async function answers(name, endpoint) {
  const deadline = performance.now() + 30_000;
  while (performance.now() < deadline) {
    try {
      await fetch(endpoint, { signal: AbortSignal.timeout(1000) });
      return;
    } catch {
      await delay(50);
    }
  }
  throw new Error(`${name} does not answer on ${endpoint}`);
}

/** A port that nothing listened on a moment ago. */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
