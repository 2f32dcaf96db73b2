import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { useAwsWorkspace } from '../../testing/aws-workspace.test-kit';
import { writeFiles } from '../../testing/workspace.test-kit';
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
    tasks: Object.fromEntries(
      Object.entries(roots).map(([id, projectRoot]) => {
        const [project, target] = id.split(':');
        return [id, { id, projectRoot, target: { project, target } }];
      }),
    ),
  }) as unknown as TaskGraph;

async function runBatch(roots: Record<string, string>, options = {}) {
  const inputs = Object.fromEntries(Object.keys(roots).map((id) => [id, options]));
  const results: [string, boolean, string][] = [];
  for await (const { task, result } of batch(graph(roots), inputs, {}, context())) {
    results.push([task, result.success, result.terminalOutput]);
  }
  return results;
}

let printed: string[];
beforeEach(async () => {
  printed = [];
  for (const name of ['NX_TUI', 'GITHUB_ACTIONS']) delete process.env[name];
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
  expect(results[0]?.[2]).toMatch(/^failed +user-service +dev/);
  expect(printed.join('\n')).toContain(`${user}/secrets/dev.enc.yaml`);
});

test.each([
  ['streams what the batch prints: nothing twice', {}, ''],
  ['has a pane for each task', { NX_TUI: 'true' }, 'created  user-service  dev  /services/user-service/dev'],
  ['folds the batch', { GITHUB_ACTIONS: 'true' }, 'created  user-service  dev  /services/user-service/dev'],
])("a task's own output where Nx %s", async (_, env, output) => {
  Object.assign(process.env, env);
  try {
    expect((await runBatch(all)).map(([, , text]) => text)[0]).toBe(output);
  } finally {
    for (const name of Object.keys(env)) delete process.env[name];
  }
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

describe('a configuration that the target does not have', () => {
  const asked = 'NX_SECRETS_ASKED_CONFIGURATION';
  afterEach(() => {
    delete process.env[asked];
  });

  test('means the stage: a misspelt one is refused, not run for all stages', async () => {
    process.env[asked] = 'dve';
    const results = await runBatch(all);
    expect(results.map(([, success]) => success)).toEqual([false, false]);
    expect(results[0]?.[2]).toBe('no service has a stage "dve"');
    expect(printed.join('\n')).toMatch(/no service has a stage "dve"[^]*"dev"/);
    expect(await single({}, context('user-service'))).toEqual({ success: false });
    expect(workspace.aws().calls()['secretsmanager:CreateSecret']).toBeUndefined();
  });

  test('is not a mistake where another service has the stage: nothing is pushed of this one', async () => {
    await workspace.init({ directory: '', stages: 'prod' });
    await workspace.init({ directory: user, stages: 'prod' });
    await workspace.commit();
    process.env[asked] = 'prod';
    expect((await runBatch(all)).map(([, success]) => success)).toEqual([true, true]);
    expect(workspace.aws().calls()['secretsmanager:CreateSecret']).toBe(1);
  });
});

test('an option that there is not is refused by name, and nothing is pushed', async () => {
  const results = await runBatch(all, { stages: 'dev' });
  expect(results.map(([, success]) => success)).toEqual([false, false]);
  // Nx shows what the batch prints, and each failed task with its own output: the whole problem is printed once.
  expect(results[0]?.[2]).toBe('sync-secrets has no option --stages');
  expect(printed.join('\n').match(/Did you mean "--stage"\?/g)).toHaveLength(1);
  expect(await single({ dryrun: true } as object, context('user-service'))).toEqual({ success: false });
  expect(workspace.aws().calls()['secretsmanager:CreateSecret']).toBeUndefined();
});
