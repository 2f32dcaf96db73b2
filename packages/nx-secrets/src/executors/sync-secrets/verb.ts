import { runSync } from '../../sync/run-sync';
import type { Verb } from '../run/verb';
import { syncRequest, type SyncOptions } from './request';

/** Pushes services' secret files. */
export const syncSecrets: Verb<SyncOptions> = {
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
