import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import { callsAtOnce } from '../../aws/clients';
import batch from '../../executors/sync-secrets/batch';
import { standBefore } from '../../testing/aws-proxy.test-kit';
import type { ReportData } from '../../output/json-report';
import { outcomes, problems } from '../../testing/aws-workspace.test-kit';
import { useManyServices } from './many-services.test-kit';

const count = 200;
const workspace = useManyServices(count);
const damaged = 'service-077';
const damagedFile = `services/${damaged}/secrets/dev.enc.yaml`;

let printed: string;
beforeEach(() => {
  printed = '';
  jest.spyOn(console, 'log').mockImplementation((text: string) => void (printed += `${text}\n`));
});

/** Flips one character of the value's ciphertext. */
async function damage() {
  const text = workspace.read(damagedFile);
  const at = text.indexOf('data:') + 5;
  await workspace.write({
    [damagedFile]: text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1),
  });
  await workspace.commit();
}

/** Runs the batch executor as Nx does; gives the tasks that failed. */
async function runBatch(options: object) {
  const tasks = workspace.services.map((service) => ({
    id: `${service}:sync-secrets`,
    projectRoot: `services/${service}`,
    target: { project: service, target: 'sync-secrets' },
  }));
  const context = {
    root: workspace.directory(),
    nxJsonConfiguration: {},
    projectsConfigurations: {
      version: 2,
      projects: Object.fromEntries(workspace.roots.map((root) => [root, { root }])),
    },
  } as unknown as ExecutorContext;
  const graph = { tasks: Object.fromEntries(tasks.map((task) => [task.id, task])) } as unknown as TaskGraph;
  const inputs = Object.fromEntries(tasks.map(({ id }) => [id, options]));
  const results = new Map<string, boolean>();
  for await (const { task, result } of batch(graph, inputs, {}, context)) results.set(task, result.success);
  expect(results.size).toBe(count);
  return [...results].flatMap(([task, success]) => (success ? [] : [task]));
}

test('one damaged file of 200: the others are pushed, and the report says so', async () => {
  await damage();
  expect(await runBatch({ json: 'report.json' })).toEqual([`${damaged}:sync-secrets`]);

  for (const service of workspace.services) {
    const value = workspace.valueOf(`/services/${service}/dev`);
    if (service === damaged) await expect(value).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    else expect(await value).toBe(`{"KEY":"canary-${service}"}`);
  }

  const lines = printed.split('\n');
  expect(lines.filter((line) => line.startsWith('created '))).toHaveLength(count - 1);
  expect(printed).toContain('200 secrets: 199 created, 1 failed in ');
  const [, failure = ''] = printed.split(/200 secrets: .*\n/);
  expect(failure).toMatch(
    new RegExp(
      `^\nfailed ${damaged} dev\n {2}what: {2}.*\n {2}where: ${damagedFile}.*\n {2}fix: {3}Restore the committed file:\n {9}git checkout HEAD -- ${damagedFile}`,
    ),
  );

  const data = JSON.parse(readFileSync(join(workspace.directory(), 'report.json'), 'utf8')) as ReportData;
  expect(data).toMatchObject({ success: false, counts: { created: 199, failed: 1 } });
  expect(Object.keys(data.counts)).toEqual(['created', 'failed']);
  expect(data.entries).toHaveLength(count);
  expect(data.entries.filter(({ outcome }) => outcome === 'failed')).toEqual([
    {
      service: damaged,
      stage: 'dev',
      name: `/services/${damaged}/dev`,
      root: `services/${damaged}`,
      outcome: 'failed',
      problem: {
        code: expect.stringMatching(/\S/),
        what: expect.stringMatching(/\S/),
        where: expect.stringContaining(damagedFile),
        fix: expect.stringContaining('git checkout'),
      },
    },
  ]);
  expect(printed + JSON.stringify(data)).not.toContain('canary');
});

test.each([
  ['AWS refuses', { status: 400, body: '{"__type":"AccessDeniedException"}' }],
  ['AWS fails', { status: 500, body: '{"__type":"InternalServiceError"}' }],
  ['the connection drops', 'drop'],
] as const)(
  '%s for one of 200, at each try: the others are pushed, and the next run pushes it',
  async (_, answer) => {
    const unlucky = 'service-003';
    const proxy = standBefore(workspace.aws().endpoint, async (_operation, forward, body) =>
      body.includes(`/services/${unlucky}/dev`) ? answer : forward(),
    );
    process.env['AWS_ENDPOINT_URL_SECRETS_MANAGER'] = proxy.endpoint;
    const report = await workspace.sync();
    proxy.stop();
    delete process.env['AWS_ENDPOINT_URL_SECRETS_MANAGER'];

    const expected = (service: string) => `${service} dev ${service === unlucky ? 'failed' : 'created'}`;
    expect(outcomes(report)).toEqual(workspace.services.map(expected));
    expect(problems(report)[0]?.where).toContain(`/services/${unlucky}/dev`);
    const again = (service: string) => `${service} dev ${service === unlucky ? 'created' : 'unchanged'}`;
    expect(outcomes(await workspace.sync())).toEqual(workspace.services.map(again));
  },
);

test('nobody answers: what is not under way by then is not tried', async () => {
  let asked = 0;
  const proxy = standBefore(workspace.aws().endpoint, async () => {
    asked += 1;
    return 'drop';
  });
  process.env['AWS_ENDPOINT_URL'] = proxy.endpoint;
  const report = await workspace.sync();
  proxy.stop();
  expect(problems(report).filter(({ what }) => what.includes('does not answer'))).toHaveLength(count);
  const attempts = 3;
  expect(asked).toBeLessThanOrEqual(callsAtOnce * attempts);
});

test('calls are throttled beyond a quota, and two fail: 200 are pushed anyway', async () => {
  workspace.aws().limitRate({ operations: ['secretsmanager:CreateSecret'], perSecond: 100, burst: 20 });
  // One that fails is sent three times: with two failures none can fail each time, whichever calls they hit.
  for (const skip of [10, 110])
    workspace.aws().injectFault({ operation: 'secretsmanager:CreateSecret', kind: 'server-error', skip });
  const report = await workspace.sync();
  expect(problems(report)).toEqual([]);
  expect(outcomes(report).filter((line) => !line.endsWith(' created'))).toEqual([]);
});
