import { cacheDay } from './cache-day';

test.each([
  ['nothing', ['run-many', '-t', 'check-secrets']],
  ['a stage', ['run', 'a:check-secrets', '--stage=prod']],
  ['a project by such a name', ['run', 'json:check-secrets']],
])('with %s, the day', (_, argv) => {
  expect(cacheDay(argv)).toMatch(/^\d{4}-\d\d-\d\d$/);
});

test.each([
  ['an age', ['--max-age=90d']],
  ['an age after a blank', ['--max-age', '90d']],
  ['an age in camel case', ['--maxAge=90d']],
  ['a report', ['--json=report.json']],
  ['a report after a blank', ['--json', 'report.json']],
])('with %s, something new each time', (_, argv) => {
  const first = cacheDay(argv);
  expect(first).toMatch(/^[0-9a-f-]{36}$/);
  expect(cacheDay(argv)).not.toBe(first);
});
