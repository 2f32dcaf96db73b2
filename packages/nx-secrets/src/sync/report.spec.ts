import { renderReport, succeeded } from './report';
import type { Entry, Outcome } from './states';

const entry = (service: string, stage: string, outcome: Outcome): Entry => ({
  service,
  stage,
  secretName: `/services/${service}/${stage}`,
  root: `services/${service}`,
  outcome,
});

test('one line per secret, notes, the summary, failures last', () => {
  const problem = {
    what: 'the MAC does not match',
    where: 'services/a/secrets/prod.enc.yaml',
    fix: 'git checkout it',
  };
  const entries = [
    entry('user-service', 'dev', { kind: 'created' }),
    entry('a', 'prod', { kind: 'failed', problem }),
    entry('b', 'dev', { kind: 'updated', note: 'key was alias/old' }),
  ];
  expect(renderReport({ entries, notes: ['x is not committed'], milliseconds: 1234 })).toBe(
    `created  user-service  dev   /services/user-service/dev
failed   a             prod  /services/a/prod
updated  b             dev   /services/b/dev  (key was alias/old)
note: x is not committed
3 secrets: 1 created, 1 failed, 1 updated in 1.2 s

failed a prod
  what:  the MAC does not match
  where: services/a/secrets/prod.enc.yaml
  fix:   git checkout it`,
  );
  expect(succeeded({ entries })).toBe(false);
});

test('nothing to sync', () => {
  expect(renderReport({ entries: [], notes: [], milliseconds: 0 })).toBe('no secret files to sync in 0.0 s');
  expect(succeeded({ entries: [] })).toBe(true);
});

test('names with escape codes are shown as text', () => {
  const text = renderReport({
    entries: [entry('a\u001b[2J', 'dev', { kind: 'unchanged' })],
    notes: ['\u001b]0;x'],
    milliseconds: 0,
  });
  expect(text).not.toContain('\u001b');
});
