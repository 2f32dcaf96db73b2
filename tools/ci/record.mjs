import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Leaves the counts of one test run where `.ci/run` finds them. Does nothing where nobody asked for them, that is,
 * where TEST_RESULTS_DIR is not set.
 *
 * @param {string} name tells this run from the others
 * @param {{passed: number, failed: number, skipped: number}} counts
 */
export function recordResults(name, { passed, failed, skipped }) {
  const folder = process.env.TEST_RESULTS_DIR;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ passed, failed, skipped }));
}
