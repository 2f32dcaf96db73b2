import { join } from 'node:path';
import { execa } from 'execa';
import { startProxy } from '../../testing/aws-proxy.test-kit';

/** The batch executor as Nx calls it, for one service. */
const program = `
const { default: batch } = require(process.argv[1]);
const target = { project: 'user-service', target: 'sync-secrets' };
const task = { id: 'user-service:sync-secrets', projectRoot: 'services/user-service', target };
const context = {
  root: process.cwd(),
  nxJsonConfiguration: {},
  projectsConfigurations: { version: 2, projects: { 'user-service': { root: task.projectRoot } } },
};
(async () => {
  for await (const { result } of batch({ tasks: { [task.id]: task } }, { [task.id]: {} }, {}, context))
    process.exitCode = result.success ? 0 : 1;
})();
`;
const batchExecutor = join(__dirname, '../../../dist/executors/sync-secrets/batch.js');

/** When a process is killed: at which of its requests, and whether that one has its effect. */
export interface Kill {
  readonly request: number;
  readonly at: 'before' | 'after';
}

/**
 * Runs a sync as a process of its own, built as it is published, and kills it with SIGKILL at one of its requests, if it is to
 * be killed.
 *
 * @returns what it asked for, and the operation at which it was killed, or its exit code where it ended before
 */
export async function killedSync(workspaceRoot: string, awsEndpoint: string, kill?: Kill) {
  const operations: string[] = [];
  let killedAt: string | undefined;
  const never = new Promise<never>(() => undefined);
  const proxy = await startProxy(awsEndpoint, async (operation, forward) => {
    operations.push(operation);
    if (!kill || operations.length < kill.request) return forward();
    if (operations.length > kill.request) return never;
    killedAt = operation;
    if (kill.at === 'after') await forward();
    child.kill('SIGKILL');
    return never;
  });
  const child = execa(process.execPath, ['-e', program, batchExecutor], {
    cwd: workspaceRoot,
    env: { AWS_ENDPOINT_URL: proxy.endpoint, NODE_NO_WARNINGS: '1' },
    reject: false,
    all: true,
  });
  const { exitCode, signal, all } = await child;
  await proxy.stop();
  return { operations, killedAt: signal === 'SIGKILL' ? killedAt : undefined, exitCode, all };
}
