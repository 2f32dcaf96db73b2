import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GeneratorCallback, Tree } from '@nx/devkit';
import { FsTree } from 'nx/src/generators/tree';
import type { ReportData } from '../output/json-report';
import { useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import init from './init/generator';
import merge from './merge/generator';
import prune from './prune/generator';
import rename from './rename/generator';
import rotate from './rotate/generator';
import set from './set/generator';
import stage from './stage/generator';
import who from './who/generator';

const workspace = useAwsWorkspace();
const root = 'services/orders';
const json = 'tmp/report.json';
const file = `${root}/secrets/dev.enc.yaml`;
const canary = 'canary-of-a-value';

const report = (): ReportData => JSON.parse(workspace.read(json)) as ReportData;
const valueFile = () => join(workspace.directory(), 'tmp/value');
const described = ({ entries }: ReportData) =>
  entries.map(({ service, stage: of, outcome }) => `${service} ${of} ${outcome}`.trim());

workspace.prepare(async () => {
  await workspace.write({
    'nx.json': JSON.stringify({
      plugins: [{ plugin: 'nx-secrets', options: { stages: { dev: { region: 'eu-west-1' } } } }],
    }),
    'tmp/value': canary,
    '.gitignore': 'tmp\n',
  });
  await workspace.init({ directory: root });
  await workspace.set(root, 'dev', 'A', canary);
  await workspace.commit();
  await workspace.sync([root]);
});

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
  jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
});

/** The fields that docs/reference.md names, and no others. */
function expectShape(data: ReportData): void {
  expect(Object.keys(data).sort()).toEqual(['counts', 'entries', 'milliseconds', 'notes', 'success']);
  expect(typeof data.milliseconds).toBe('number');
  for (const entry of data.entries) {
    const { service, stage: of, name, root: at, outcome } = entry;
    expect([service, of, name, at, outcome].every((one) => typeof one === 'string')).toBe(true);
    const fields = ['service', 'stage', 'name', 'root', 'outcome', 'note', 'details', 'problem'];
    expect(fields).toEqual(expect.arrayContaining(Object.keys(entry)));
    expect(entry.outcome === 'failed').toBe(entry.problem !== undefined);
  }
  expect(data.success).toBe(data.entries.every(({ problem }) => problem === undefined));
  expect(Object.values(data.counts).reduce((sum, count) => sum + count, 0)).toBe(data.entries.length);
  expect(workspace.read(json)).not.toContain(canary);
}

type Run = (tree: Tree) => Promise<GeneratorCallback>;
const directory = root;

test.each<[string, Run, readonly string[], readonly string[]]>([
  [
    'init of a service',
    (tree) => init(tree, { directory: 'services/pay', json }),
    ['pay dev written'],
    ['pay dev unchanged'],
  ],
  [
    'init --all',
    (tree) => init(tree, { all: true, json }),
    ['orders dev unchanged'],
    ['orders dev unchanged'],
  ],
  [
    'init --no-files',
    (tree) => init(tree, { directory: 'services/pay', files: false, json }),
    ['pay dev later'],
    ['pay dev later'],
  ],
  ['init of the workspace', (tree) => init(tree, { stages: 'dev,qa', json }), ['written'], ['unchanged']],
  [
    'set',
    (tree) => set(tree, { directory, key: 'B', fromFile: valueFile(), json }),
    ['orders dev set'],
    ['orders dev unchanged'],
  ],
  [
    'set --unset',
    (tree) => set(tree, { directory, key: 'A', unset: true, json }),
    ['orders dev removed'],
    ['orders dev unchanged'],
  ],
  [
    'rename --new-name',
    (tree) => rename(tree, { directory, newName: 'sales', json }),
    ['sales dev moved'],
    ['sales dev unchanged'],
  ],
  [
    'rename --finish',
    (tree) => rename(tree, { directory, finish: true, json }),
    ['orders dev unchanged'],
    ['orders dev unchanged'],
  ],
  ['rename', (tree) => rename(tree, { directory, json }), ['orders dev unchanged'], ['orders dev unchanged']],
  [
    'rename of a secret',
    (tree) => rename(tree, { directory, secretName: '/x/{stage}', json }),
    ['orders dev unchanged'],
    ['orders dev unchanged'],
  ],
  [
    'stage add',
    (tree) => stage(tree, { action: 'add', stage: 'qa', directory, json }),
    ['orders qa added'],
    ['orders qa present'],
  ],
  ['prune', (tree) => prune(tree, { json }), [], []],
])('%s, twice', async (_, run, first, second) => {
  for (const expected of [first, second]) {
    await workspace.generate(run);
    expectShape(report());
    expect(described(report())).toEqual(expected);
  }
});

test('rotate has an entry for each file', async () => {
  await workspace.generate((tree) => rotate(tree, { directory, dataKey: true, json }));
  expectShape(report());
  expect(described(report())).toEqual(['orders dev rotated']);
});

test('merge', async () => {
  await workspace.git('checkout', '-qb', 'theirs');
  await workspace.set(root, 'dev', 'B', canary);
  await workspace.git('commit', '-qam', 'theirs');
  await workspace.git('checkout', '-q', 'main');
  await workspace.set(root, 'dev', 'C', canary);
  await workspace.git('commit', '-qam', 'ours');
  await workspace.git('merge', 'theirs').catch(() => undefined);
  await workspace.generate((tree) => merge(tree, { file, json }));
  expectShape(report());
  expect(report().entries).toEqual([
    {
      ...{ service: 'orders', stage: 'dev', name: file, root, outcome: 'merged' },
      note: 'from theirs: B',
    },
  ]);
});

const failing: Readonly<Record<string, Run>> = {
  init: (tree) => init(tree, { directory, stages: 'no stage', json }),
  'init --all': (tree) => init(tree, { all: true, stages: 'no stage', json }),
  set: (tree) => set(tree, { directory, key: 'A', stage: 'qa', fromFile: valueFile(), json }),
  merge: (tree) => merge(tree, { file, json }),
  rename: (tree) => rename(tree, { directory: 'services/none', json }),
  rotate: (tree) => rotate(tree, { directory, json }),
  stage: (tree) => stage(tree, { action: 'add', stage: 'no stage', directory, json }),
  prune: (tree) => prune(tree, { window: 1, json }),
  who: (tree) => who(tree, { directory, stage: 'qa', json }),
};

test.each(Object.keys(failing))('%s that is refused: the report has the problem', async (name) => {
  const error = await workspace.generate(failing[name]!).then(
    () => undefined,
    (one: { problem: { code: string; what: string } }) => one,
  );
  const { code, what } = error!.problem;
  expectShape(report());
  expect(report()).toMatchObject({ success: false, counts: { failed: 1 } });
  expect(report().entries).toEqual([
    expect.objectContaining({ outcome: 'failed', problem: expect.objectContaining({ code, what }) }),
  ]);
});

test.each<[string, Run, string]>([
  ['init', (tree) => init(tree, { directory: 'services/pay', json }), 'pay dev would-write'],
  ['set', (tree) => set(tree, { directory, key: 'A', json }), 'orders dev would-set'],
  ['rename', (tree) => rename(tree, { directory, newName: 'sales', json }), 'sales dev would-move'],
])('%s --dry-run', async (_, run, expected) => {
  process.argv.push('--dry-run');
  try {
    await run(new FsTree(workspace.directory(), false));
  } finally {
    process.argv.pop();
  }
  expectShape(report());
  expect(described(report())).toEqual([expected]);
});

test('a stage that fails next to one that does not', async () => {
  await workspace.write({
    'nx.json': JSON.stringify({
      plugins: [{ plugin: 'nx-secrets', options: { stages: ['dev', 'qa'] } }],
    }),
    'services/pay/secrets/dev.enc.yaml': '<<<<<<< ours\n=======\n>>>>>>> theirs\n',
  });
  await workspace
    .generate((tree) => init(tree, { directory: 'services/pay', stages: 'dev,qa', json }))
    .catch(() => undefined);
  expectShape(report());
  expect(described(report()).sort()).toEqual(['pay dev failed', 'pay qa written']);
});

test('a link of the repository leads the report nowhere else', async () => {
  await workspace.git('config', 'core.symlinks', 'true');
  const { symlinkSync } = await import('node:fs');
  symlinkSync('/tmp', join(workspace.directory(), 'away'));
  await expect(
    workspace.generate((tree) => rename(tree, { directory, json: 'away/nx-secrets-report.json' })),
  ).rejects.toThrow();
  expect(() => readFileSync('/tmp/nx-secrets-report.json')).toThrow();
});
