import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { recordResults } from './record.mjs';

/**
 * Runs files of node:test suites, each in a process of its own, and prints how they go.
 *
 * @param {string} name under which the counts are recorded
 * @param {readonly string[]} files paths of the suites
 * @param {number} [atOnce] how many run at the same time: they wait for programs more than they work themselves
 * @returns {Promise<{passed: number, failed: number, skipped: number}>}
 */
export async function runSuites(name, files, atOnce = 1) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const events = run({ files: [...files], concurrency: atOnce });
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

/**
 * The suites of a folder that are wanted. Those that take longest begin first, so that nothing waits for one of them at the
 * end.
 *
 * @param {string} folder
 * @param {readonly string[]} named parts of names; none for all
 * @param {readonly string[]} longest names of their files
 * @returns {string[]} paths
 */
export function suitesOf(folder, named, longest) {
  const rank = (name) => [...longest, name].indexOf(name);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.spec.mjs'))
    .filter((name) => named.length === 0 || named.some((part) => name.includes(part)))
    .sort((one, other) => rank(one) - rank(other))
    .map((name) => join(folder, name));
}
