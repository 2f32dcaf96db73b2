import { runSync } from '../../sync/run-sync';
import type { ExecutorDefinition } from '../run/executor-definition';
import { syncRequest, type SyncOptions } from './request';

/** Pushes services' secret files. */
export const syncSecrets: ExecutorDefinition<SyncOptions> = {
  name: 'sync-secrets',
  options: {
    stage: 'names',
    dryRun: 'flag',
    overwrite: 'names',
    adopt: 'names',
    allowEmpty: 'flag-or-names',
    json: 'text',
  },
  run: async (...given) => runSync(await syncRequest(...given)),
};
