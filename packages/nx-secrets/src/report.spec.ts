import { reportData } from './output/json-report';
import { renderMarkdown } from './output/markdown';
import { failuresOf, mergeReports, succeeded, type Entry, type Outcome, type Report } from './report';

const entry = (service: string, outcome: Outcome): Entry => ({
  service,
  stage: 'dev',
  name: `/services/${service}/dev`,
  root: `services/${service}`,
  outcome,
});
const report = (...entries: readonly Entry[]): Report => ({
  noun: ['secret', 'secrets'],
  entries,
  notes: ['a note'],
  milliseconds: 12.6,
});
const problem = { code: 'fileLocked', what: 'wrong', where: 'a/file', fix: 'correct it' } as const;
const good = entry('a', { kind: 'updated', note: 'why', details: ['+ KEY'] });
const bad = entry('b', { kind: 'failed', problem });

test('succeeded where nothing failed', () => {
  expect(succeeded(report())).toBe(true);
  expect(succeeded(report(good))).toBe(true);
  expect(succeeded(report(good, bad))).toBe(false);
});

test('as data', () => {
  expect(reportData(report(good, bad))).toEqual({
    success: false,
    milliseconds: 13,
    counts: { updated: 1, failed: 1 },
    entries: [
      {
        service: 'a',
        stage: 'dev',
        name: '/services/a/dev',
        root: 'services/a',
        outcome: 'updated',
        note: 'why',
        details: ['+ KEY'],
      },
      {
        service: 'b',
        stage: 'dev',
        name: '/services/b/dev',
        root: 'services/b',
        outcome: 'failed',
        problem,
      },
    ],
    notes: ['a note'],
  });
});

test('problems that differ in nothing that is shown are one failure', () => {
  const refused = (denied?: string) =>
    entry('c', { kind: 'failed', problem: { ...problem, ...(denied ? { denied } : {}) } });
  expect(failuresOf([bad, refused(), refused('kms:Encrypt')]).map(({ entries }) => entries.length)).toEqual([
    3,
  ]);
});

test('several as one', () => {
  expect(mergeReports([])).toBeUndefined();
  expect(mergeReports([report(good), report(bad)])).toEqual({
    ...report(good, bad),
    notes: ['a note', 'a note'],
    milliseconds: 25.2,
  });
});

describe('as Markdown', () => {
  test('the summary, failures, what was done; not what is unchanged', () => {
    const text = renderMarkdown('sync-secrets', report(good, bad, entry('same', { kind: 'unchanged' })));
    expect(text).toContain('### ❌ sync-secrets: 3 secrets: 1 updated, 1 unchanged, 1 failed in 0.0 s');
    expect(text).toContain('| updated (why) | a | dev | /services/a/dev |');
    expect(text).toContain(
      '**failed b dev**\n- what: wrong\n- where: a/file\n- fix: correct it\n- code: fileLocked',
    );
    expect(text).not.toContain('same');
    expect(text).toContain('> a note');
  });

  test('names and messages are text, whatever is in them', () => {
    const nasty = '<img src=x>|`a`[x](javascript:y)\n# *z* @team';
    const outcome: Outcome = {
      kind: 'failed',
      problem: { code: 'noFile', what: nasty, where: nasty, fix: nasty },
    };
    const text = renderMarkdown('t', { ...report(entry(nasty, outcome)), notes: [nasty] });
    expect(text).not.toMatch(/<img|`a`|\[x\]|\n# |\*z\*|@team/);
  });

  test('what is too long for a summary is counted', () => {
    const many = Array.from({ length: 502 }, (_, index) => entry(`s${index}`, { kind: 'created' }));
    expect(renderMarkdown('t', report(...many))).toContain('… and 2 more');
  });
});
