import type { PreTasksExecutionContext } from '@nx/devkit';
import { cacheDay, preTasksExecution } from './cache-day';

const setBy = async (...argv: readonly string[]) => {
  await preTasksExecution({}, { argv } as unknown as PreTasksExecutionContext);
  return process.env[cacheDay];
};

afterEach(() => {
  delete process.env[cacheDay];
});

test.each([
  ['nothing', ['run-many', '-t', 'check-secrets']],
  ['a stage', ['run', 'a:check-secrets', '--stage=prod']],
  ['a project by such a name', ['run', 'json:check-secrets']],
])('with %s, the day', async (_, argv) => {
  expect(await setBy(...argv)).toMatch(/^\d{4}-\d\d-\d\d$/);
});

test.each([
  ['an age', ['--max-age=90d']],
  ['an age after a blank', ['--max-age', '90d']],
  ['an age in camel case', ['--maxAge=90d']],
  ['a report', ['--json=report.json']],
  ['a report after a blank', ['--json', 'report.json']],
])('with %s, something new each time', async (_, argv) => {
  const first = await setBy(...argv);
  expect(first).toMatch(/^[0-9a-f-]{36}$/);
  expect(await setBy(...argv)).not.toBe(first);
});
