/** The packed packages in fresh workspaces, used as a user would use them. */
import { join } from 'node:path';
import { runSuites, suitesOf } from '../tools/ci/run-suites.mjs';
import { repository } from '../tools/packages.mjs';

const longest = ['supported-nx.spec.mjs', 'roll-out.spec.mjs', 'sync.spec.mjs'];
const suites = suitesOf(join(repository, 'e2e/suites'), process.argv.slice(2), longest);
const { failed, skipped } = await runSuites('e2e', suites, 2);
process.exitCode = failed + skipped === 0 ? 0 : 1;
