import { startServer } from '../aws/server-process.mjs';

/**
 * Starts the installed `local-aws` as users do, as a process with a data file.
 *
 * @param {string} workspace where it is installed, and where it runs
 * @param {string} dataFile path from there
 * @param {Record<string, string | undefined>} env
 */
export async function startLocalAws(workspace, dataFile, env) {
  const server = await startServer(
    'local-aws',
    (port) => ['node_modules/.bin/local-aws-secrets', ['--port', String(port), '--data', dataFile]],
    { cwd: workspace, env },
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
