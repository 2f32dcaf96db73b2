import { runProvision } from '../../keys/run-provision';
import type { ExecutorDefinition } from '../run/executor-definition';
import { provisionRequest, type ProvisionOptions } from './request';

/** Makes and repairs services' keys. */
export const provisionKeys: ExecutorDefinition<ProvisionOptions> = {
  name: 'provision-keys',
  options: { stage: 'names', dryRun: 'flag', enable: 'flag', adopt: 'names', json: 'text' },
  run: async (...given) => runProvision(await provisionRequest(...given)),
};
