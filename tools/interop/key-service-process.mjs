import { createServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';

/**
 * Runs `<program> keyservice` until it is stopped.
 *
 * @param {string} program sops, or sops-codec
 * @param {{network?: 'tcp' | 'unix', folder: string, env: NodeJS.ProcessEnv, flags?: readonly string[], input?: string}} options
 *   `folder` is where its socket is; `input` is what is typed
 * @returns its URI, and a function that ends it and gives its exit code
 */
export async function startKeyService(program, { network = 'unix', folder, env, flags = [], input = '' }) {
  const address = network === 'unix' ? join(folder, 'keys.sock') : `127.0.0.1:${await freePort()}`;
  const args = ['keyservice', '--network', network, '--address', address, '--verbose', ...flags];
  const child = execa(program, args, { env, extendEnv: false, input, reject: false, timeout: 120_000 });
  await new Promise((resolve, reject) => {
    let text = '';
    child.stderr.on('data', (chunk) => {
      text += String(chunk);
      if (text.includes('Listening on')) resolve();
    });
    void child.then(({ all, stderr }) => reject(new Error(`it did not listen: ${all ?? stderr}`)));
  });
  return {
    uri: `${network}://${address}`,
    /** @returns {Promise<{exitCode: number, stdout: string, stderr: string}>} */
    stop: async () => {
      child.kill('SIGTERM');
      return child;
    },
  };
}

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
