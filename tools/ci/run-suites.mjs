import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { recordResults } from './record.mjs';

/**
 * Runs files of node:test suites one after the other, each in a process of its own, and prints how they go.
 *
 * @param {string} name under which the counts are recorded
 * @param {readonly string[]} files paths of the suites
 * @returns {Promise<{passed: number, failed: number, skipped: number}>}
 */
export async function runSuites(name, files) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const events = run({ files: [...files], concurrency: 1 });
  events.on('test:pass', (event) => {
    if (isTest(event)) counts[event.skip !== undefined || event.todo !== undefined ? 'skipped' : 'passed']++;
  });
  events.on('test:fail', (event) => {
    if (isTest(event) || isBrokenSuite(event)) counts.failed++;
  });
  const report = events.compose(spec);
  report.pipe(process.stdout);
  await new Promise((resolve, reject) => report.on('end', resolve).on('error', reject));
  if (counts.passed + counts.failed === 0) throw new Error(`${name}: there is nothing to run`);
  recordResults(name, counts);
  return counts;
}

/** Suites are counted by their tests. A file that cannot be run at all counts as a test. */
const isTest = ({ details }) => details.type !== 'suite';

/** A suite whose own set-up or tear-down failed, which no test of it may show. */
const isBrokenSuite = ({ details }) => !isTest({ details }) && details.error.failureType !== 'subtestsFailed';
