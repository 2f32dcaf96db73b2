import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { useAwsWorkspace } from '../../workspace/aws-workspace.test-kit';
import { writeFiles } from '../../workspace/workspace.test-kit';
import batch from './batch';
import single from './executor';

const workspace = useAwsWorkspace();
const user = 'services/user-service';
const payment = 'services/payment-service';

const context = (projectName?: string) =>
  ({
    root: workspace.directory(),
    cwd: workspace.directory(),
    isVerbose: false,
    projectName,
    nxJsonConfiguration: JSON.parse(readFileSync(join(workspace.directory(), 'nx.json'), 'utf8')),
    projectsConfigurations: {
      version: 2,
      projects: {
        'user-service': { root: user },
        'payment-service': { root: payment },
        library: { root: 'libs/x' },
      },
    },
    projectGraph: { nodes: {}, dependencies: {} },
  }) as ExecutorContext;

const graph = (roots: Record<string, string>) =>
  ({
    tasks: Object.fromEntries(Object.entries(roots).map(([id, projectRoot]) => [id, { id, projectRoot }])),
  }) as unknown as TaskGraph;

async function runBatch(roots: Record<string, string>, overrides = {}) {
  const inputs = Object.fromEntries(Object.keys(roots).map((id) => [id, {}]));
  const results: [string, boolean, string][] = [];
  for await (const { task, result } of batch(graph(roots), inputs, overrides, context())) {
    results.push([task, result.success, result.terminalOutput]);
  }
  return results;
}

let printed: string[];
beforeEach(async () => {
  printed = [];
  jest.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(text));
  jest.spyOn(console, 'error').mockImplementation((text: string) => void printed.push(text));
  for (const directory of [user, payment]) await workspace.init({ directory, stages: 'dev' });
  await workspace.commit();
});
afterEach(() => jest.restoreAllMocks());

const all = { 'user-service:sync-secrets': user, 'payment-service:sync-secrets': payment };

test('yields every task once and prints one report', async () => {
  const results = await runBatch(all);
  expect(results.map(([task, success]) => [task, success])).toEqual(
    Object.keys(all).map((task) => [task, true]),
  );
  expect(printed.filter((text) => text.includes('2 secrets: 2 created'))).toHaveLength(1);
});

test('a service that fails, fails its own task only', async () => {
  await writeFiles(workspace.directory(), { [`${user}/secrets/dev.enc.yaml`]: 'not: encrypted\n' });
  const results = await runBatch(all);
  expect(results.map(([, success]) => success)).toEqual([false, true]);
  expect(results[0]?.[2]).toContain(`${user}/secrets/dev.enc.yaml`);
});

test('what is wrong with the request fails every task and throws nothing', async () => {
  const results = await runBatch(all, { stage: 'nope' });
  expect(results.map(([, success]) => success)).toEqual([false, false]);
  expect(results[0]?.[2]).toContain('no service has a stage "nope"');
});

test('a task of a project that is gone is yielded, too', async () => {
  expect(
    (await runBatch({ ...all, 'gone:sync-secrets': 'services/gone' })).map(([task]) => task),
  ).toHaveLength(3);
});

test('the single executor pushes its own service only', async () => {
  expect(await single({}, context('user-service'))).toEqual({ success: true });
  expect(printed.join('\n')).toContain('1 secret: 1 created');
  expect(await single({ stage: 'nope' }, context('user-service'))).toEqual({ success: false });
});
