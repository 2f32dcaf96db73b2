import { startLocalAws } from 'local-aws-secrets';
import { startServer } from '../aws/server-process.mjs';
import { pythonProgram } from './programs/python.mjs';

/** AWS as we wrote it. */
const localAws = {
  name: 'local-aws',
  async start() {
    const server = await startLocalAws();
    return { endpoint: server.endpoint, stop: () => server.stop() };
  },
};

/** AWS as others wrote it. */
const moto = {
  name: 'moto',
  start: () =>
    startServer('moto_server', (port) => [
      pythonProgram('moto_server'),
      ['--host', '127.0.0.1', '--port', String(port)],
    ]),
};

export { localAws, moto };

/** Whatever works against both does not rest on our own reading of AWS. */
export const backends = [localAws, moto];
