import { runProvision } from '../../keys/run-provision';
import type { Verb } from '../run/verb';
import { provisionRequest, type ProvisionOptions } from './request';

/** Makes and repairs services' keys. */
export const provisionKeys: Verb<ProvisionOptions> = {
  name: 'provision-keys',
  options: { stage: 'names', dryRun: 'flag', enable: 'flag', adopt: 'names', json: 'text' },
  run: async (...given) => runProvision(await provisionRequest(...given)),
};
