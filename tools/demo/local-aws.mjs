import { startServer } from '../aws/server-process.mjs';

/**
 * Starts the installed `local-aws` as users do, as a process with a data file.
 *
 * @param {string} workspace where it is installed
 * @param {string} dataFile
 */
export async function startLocalAws(workspace, dataFile, env) {
  const server = await startServer(
    'local-aws',
    (port) => [
      process.execPath,
      [
        `${workspace}/node_modules/local-aws-secrets/bin/local-aws.js`,
        '--port',
        String(port),
        '--data',
        dataFile,
      ],
    ],
    env,
  );
  const callsUrl = `${server.endpoint}/_local-aws/calls`;
  return {
    ...server,
    /** Counts of calls per operation since the last time that they were asked for. */
    async takeCalls() {
      const calls = await (await fetch(callsUrl)).json();
      await fetch(callsUrl, { method: 'DELETE' });
      return calls;
    },
  };
}
