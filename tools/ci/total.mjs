/**
 * Adds the counts of several runs. What was skipped was not shown to work, and a step that failed without a failed test
 * failed anyway: both count as failed.
 *
 * @param {readonly {passed: number, failed: number, skipped: number}[]} runs
 * @param {readonly {exitCode: number, failed: number}[]} steps the commands, with the failures each of them counted
 */
export function total(runs, steps) {
  const sum = (pick) => runs.reduce((all, run) => all + pick(run), 0);
  const uncounted = steps.filter(({ exitCode, failed }) => exitCode !== 0 && failed === 0).length;
  return { passed: sum((run) => run.passed), failed: sum((run) => run.failed + run.skipped) + uncounted };
}

/** The last line of `.ci/run`. */
export const summaryLine = ({ passed, failed }) => `${passed} passed, ${failed} failed`;
