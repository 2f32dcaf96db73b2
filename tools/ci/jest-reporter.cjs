const { mkdirSync, writeFileSync } = require('node:fs');
const { basename, join } = require('node:path');

/** A Jest reporter that leaves the counts of a run in TEST_RESULTS_DIR, as `record.mjs` does for other runs. */
module.exports = class ResultsReporter {
  constructor(globalConfig) {
    this.name = basename(globalConfig.rootDir);
  }

  onRunComplete(_contexts, results) {
    const folder = process.env.TEST_RESULTS_DIR;
    if (!folder) return;
    const counts = {
      passed: results.numPassedTests,
      // A suite that cannot even be loaded has no tests to count.
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `jest-${this.name}.json`), JSON.stringify(counts));
  }
};
