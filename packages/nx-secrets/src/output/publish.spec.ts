import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { useDirectory, writeFiles } from '../testing/workspace.test-kit';
import { publish } from './publish';
import type { Report } from '../report';

const directory = useDirectory();
const before = { ...process.env };
let printed: string[];
beforeEach(() => {
  printed = [];
  jest.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(text));
  for (const name of ['GITHUB_ACTIONS', 'GITHUB_STEP_SUMMARY', 'GITLAB_CI']) delete process.env[name];
});
afterEach(() => {
  jest.restoreAllMocks();
  process.env = { ...before };
});

const report: Report = {
  noun: ['secret', 'secrets'],
  entries: [
    { service: 'a', stage: 'dev', name: '/services/a/dev', root: 'a', outcome: { kind: 'created' } },
    {
      service: 'b',
      stage: 'dev',
      name: '/services/b/dev',
      root: 'b',
      outcome: { kind: 'failed', problem: { code: 'fileLocked', what: 'wrong', fix: 'correct it' } },
    },
  ],
  notes: [],
  milliseconds: 1000,
};
const to = (json?: string) => ({ title: 'sync-secrets', workspaceRoot: directory(), json });

test('prints, and writes JSON where it is asked to, folders included', async () => {
  await publish(report, to('dist/reports/sync.json'));
  expect(printed.join()).toContain('2 secrets: 1 created, 1 failed in 1.0 s');
  const written = JSON.parse(readFileSync(join(directory(), 'dist/reports/sync.json'), 'utf8'));
  expect(written.counts).toEqual({ created: 1, failed: 1 });
});

test("GitHub's step summary is added to", async () => {
  await writeFiles(directory(), { summary: 'before\n' });
  process.env['GITHUB_STEP_SUMMARY'] = join(directory(), 'summary');
  await publish(report, to());
  expect(readFileSync(join(directory(), 'summary'), 'utf8')).toBe('before\n');
  process.env['GITHUB_ACTIONS'] = 'true';
  await publish(report, to());
  expect(readFileSync(join(directory(), 'summary'), 'utf8')).toMatch(
    /^before\n### ❌ sync-secrets: 2 secrets/,
  );
});

test('in GitLab the lines are folded in; the summary and failures are not', async () => {
  process.env['GITLAB_CI'] = 'true';
  await publish(report, to());
  const [, inside, after] = printed.join().split(/section_(?:start|end):\d+:nx_secrets_sync-secrets/);
  expect(inside).toMatch(/^\[collapsed=true\]\r/);
  expect(inside).toContain('/services/a/dev');
  expect(after).toContain('1 created, 1 failed');
  expect(after).toContain('what:  wrong');
});
