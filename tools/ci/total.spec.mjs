import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { summaryLine, total } from './total.mjs';

const run = (passed, failed = 0, skipped = 0) => ({ passed, failed, skipped });

describe('total', () => {
  const cases = [
    ['nothing ran', [], [], '0 passed, 0 failed'],
    ['runs are added', [run(2), run(3)], [{ exitCode: 0, failed: 0 }], '5 passed, 0 failed'],
    ['a skipped test counts as failed', [run(2, 0, 1)], [], '2 passed, 1 failed'],
    [
      'a failed step with counted failures adds none',
      [run(2, 1)],
      [{ exitCode: 1, failed: 1 }],
      '2 passed, 1 failed',
    ],
    ['a failed step without one adds one', [run(2)], [{ exitCode: 1, failed: 0 }], '2 passed, 1 failed'],
  ];
  for (const [name, runs, steps, line] of cases) {
    test(name, () => assert.equal(summaryLine(total(runs, steps)), line));
  }
});
