import { createServer } from 'node:net';

/**
 * A server that takes connections and never answers.
 *
 * @returns {Promise<{endpoint: string, stop: () => Promise<void>}>}
 */
export async function startSilentServer() {
  const open = new Set();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket)).on('error', () => undefined);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${server.address().port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        for (const socket of open) socket.destroy();
      }),
  };
}
