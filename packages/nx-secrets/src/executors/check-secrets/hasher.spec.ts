import type { HasherContext, Task } from '@nx/devkit';
import checkHasher from './hasher';

const target = {
  options: { stage: 'dev' },
  configurations: { aged: { maxAge: '1y' }, reported: { json: 'x' } },
};
const context = {
  hasher: {
    hashTask: () => Promise.resolve({ value: '123', details: { nodes: {}, command: '', runtime: {} } }),
  },
  projectsConfigurations: {
    version: 2,
    projects: { a: { root: 'a', targets: { 'check-secrets': target } } },
  },
} as unknown as HasherContext;

const hashes = async (task: Partial<Task['target']>, overrides: object) => {
  const hash = () =>
    checkHasher(
      { target: { project: 'a', target: 'check-secrets', ...task }, overrides } as unknown as Task,
      context,
    );
  return [(await hash()).value, (await hash()).value];
};

test.each<[string, Partial<Task['target']>, object]>([
  ['nothing', {}, {}],
  ['a stage', {}, { stage: 'prod' }],
  ['a configuration that is not there', { configuration: 'gone' }, {}],
  ['a project that is not there', { project: 'gone' }, {}],
])('with %s, the hash of the inputs', async (_, task, overrides) => {
  expect(await hashes(task, overrides)).toEqual(['123', '123']);
});

test.each<[string, Partial<Task['target']>, object]>([
  ['an age', {}, { maxAge: '90d' }],
  ['an age in a configuration', { configuration: 'aged' }, {}],
  ['a report', {}, { json: 'report.json' }],
  ['a report in a configuration', { configuration: 'reported' }, {}],
])('with %s, another hash each time', async (_, task, overrides) => {
  const [first = '', second = ''] = await hashes(task, overrides);
  expect(first).toMatch(/^123-/);
  expect(second).not.toBe(first);
});
