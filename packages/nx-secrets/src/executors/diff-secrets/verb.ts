import { runDiff } from '../../sync/run-diff';
import type { VerbOptions, Verb } from '../run/verb';
import { syncRequest } from '../sync-secrets/request';

/** Options of the `diff-secrets` target, as in schema.json. */
export type DiffOptions = VerbOptions;

/** Compares services' secret files with what is deployed. */
export const diffSecrets: Verb<DiffOptions> = {
  name: 'diff-secrets',
  options: { stage: 'names', json: 'text' },
  run: async (...given) => runDiff(await syncRequest(...given)),
};
