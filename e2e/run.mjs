/**
 * The packed packages in fresh workspaces, installed from a registry and used as a user would use them. `--table` plays every
 * version of Nx with every package manager, instead of the selection that covers each once.
 */
import { join } from 'node:path';
import { runSuites, suitesOf } from '../tools/ci/run-suites.mjs';
import { repository } from '../tools/packages.mjs';
import { startRegistryWithPackages } from '../tools/registry/publish-packages.mjs';

const longest = ['install.spec.mjs', 'supported-nx.spec.mjs', 'roll-out.spec.mjs', 'sync.spec.mjs'];
const named = process.argv.slice(2);
const isTable = named.includes('--table');
const parts = isTable ? ['install.spec'] : named;
const suites = suitesOf(join(repository, 'e2e/suites'), parts, longest);
const registry = await startRegistryWithPackages();
try {
  process.env.NX_SECRETS_REGISTRY = registry.url;
  process.env.E2E_TABLE = isTable ? 'whole' : '';
  const { failed, skipped } = await runSuites('e2e', suites, 2);
  process.exitCode = failed + skipped === 0 ? 0 : 1;
} finally {
  await registry.stop();
}
