import { runDiff } from '../../sync/run-diff';
import type { ReportOptions, Verb } from '../run/verb';
import { syncRequest } from '../sync-secrets/request';

/** Options of the `diff-secrets` target, as in schema.json. */
export interface DiffOptions extends ReportOptions {
  readonly stage?: string | readonly string[];
}

/** Compares services' secret files with what is deployed. */
export const diffSecrets: Verb<DiffOptions> = {
  name: 'diff-secrets',
  run: async (...given) => runDiff(await syncRequest(...given)),
};
