import { runSync } from '../../sync/run-sync';
import type { Verb } from '../run/verb';
import { syncRequest, type SyncOptions } from './request';

/** Pushes services' secret files. */
export const syncSecrets: Verb<SyncOptions> = {
  name: 'sync-secrets',
  run: async (...given) => runSync(await syncRequest(...given)),
};
