import type { Entry, Outcome, Report } from '../report';
import { renderReport } from './text';

const entry = (service: string, stage: string, outcome: Outcome): Entry => ({
  service,
  stage,
  name: `/services/${service}/${stage}`,
  root: `services/${service}`,
  outcome,
});

const report = (entries: readonly Entry[], more: Partial<Report> = {}): Report => ({
  noun: ['secret', 'secrets'],
  entries,
  notes: [],
  milliseconds: 0,
  ...more,
});

const problem = {
  code: 'macMismatch',
  what: 'the MAC does not match',
  where: 'services/a/secrets/prod.enc.yaml',
  fix: 'git checkout it',
} as const;

test('one line per secret with its details, notes, the summary, failures last', () => {
  const entries = [
    entry('user-service', 'dev', { kind: 'created' }),
    entry('a', 'prod', { kind: 'failed', problem }),
    entry('b', 'dev', { kind: 'updated', note: 'key was alias/old', details: ['+ KEY'] }),
  ];
  const text = renderReport(report(entries, { notes: ['x is not committed'], milliseconds: 1234 }));
  expect(text).toBe(
    `created  user-service  dev   /services/user-service/dev
failed   a             prod  /services/a/prod
updated  b             dev   /services/b/dev  (key was alias/old)
  + KEY
note: x is not committed
3 secrets: 1 created, 1 updated, 1 failed in 1.2 s

failed a prod
  what:  the MAC does not match
  where: services/a/secrets/prod.enc.yaml
  fix:   git checkout it
  code:  macMismatch`,
  );
});

test('equal failures are reported once, with the names', () => {
  const entries = Array.from({ length: 25 }, (_, index) =>
    entry(`s${index}`, 'dev', { kind: 'failed', problem }),
  );
  const text = renderReport(
    report([...entries, entry('t', 'dev', { kind: 'failed', problem: { ...problem, what: 'other' } })]),
  );
  expect(text.match(/the MAC does not match/g)).toHaveLength(1);
  expect(text).toContain('failed s0 dev, s1 dev,');
  expect(text).toContain('s19 dev and 5 more\n');
  expect(text).toContain('failed t dev\n  what:  other');
});

test('failures that differ in the place only are reported once, with the places', () => {
  const entries = Array.from({ length: 7 }, (_, index) =>
    entry(`s${index}`, 'dev', { kind: 'failed', problem: { ...problem, where: `file ${index}` } }),
  );
  expect(renderReport(report(entries))).toContain(`
failed s0 dev, s1 dev, s2 dev, s3 dev, s4 dev, s5 dev, s6 dev
  what:  the MAC does not match
  where: file 0
         file 1
         file 2
         file 3
         file 4
         and 2 more
  fix:   git checkout it
  code:  macMismatch`);
});

test('nothing to sync', () => {
  expect(renderReport(report([]))).toBe('no secrets in 0.0 s');
});

test('names with escape codes are shown as text', () => {
  const nasty = '\u001b[2J';
  const outcome: Outcome = { kind: 'updated', note: nasty, details: [nasty] };
  const failed: Outcome = {
    kind: 'failed',
    problem: { code: 'noFile', what: nasty, where: nasty, fix: nasty },
  };
  const entries = [entry(nasty, nasty, outcome), entry(nasty, nasty, failed)];
  expect(renderReport(report(entries, { notes: [nasty] }))).not.toContain('\u001b');
});

test('files and findings are counted for themselves', () => {
  const failed: Outcome = { kind: 'failed', problem };
  const passed: Outcome = { kind: 'passed' };
  const of = (...entries: readonly Entry[]) =>
    renderReport(report(entries, { findings: true, noun: ['secret file', 'secret files'] }))
      .split('\n')
      .find((line) => line.endsWith(' in 0.0 s'));
  const another: Outcome = { kind: 'failed', problem: { ...problem, what: 'something else' } };
  const [dev, prod, whole] = [entry('a', 'dev', failed), entry('a', 'prod', passed), entry('a', '', another)];
  // One finding about several files of a service is one.
  expect(of(dev, entry('a', 'prod', failed))).toBe('2 secret files: 2 failed; 1 finding in 0.0 s');
  expect(of(dev, entry('a', 'dev', another), prod)).toBe(
    '2 secret files: 1 passed, 1 failed; 2 findings in 0.0 s',
  );
  expect(of(dev, whole)).toBe('1 secret file: 1 failed; 2 findings in 0.0 s');
  expect(of(prod, whole)).toBe('1 secret file: 1 passed; 1 finding in 0.0 s');
  expect(of(whole)).toBe('no secret files; 1 finding in 0.0 s');
  expect(of(prod)).toBe('1 secret file: 1 passed in 0.0 s');
  expect(of(entry('b', 'dev', failed), dev)).toBe('2 secret files: 2 failed; 2 findings in 0.0 s');
});
