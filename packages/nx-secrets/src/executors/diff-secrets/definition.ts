import { runDiff } from '../../sync/run-diff';
import type { ExecutorOptions, ExecutorDefinition } from '../run/executor-definition';
import { syncRequest } from '../sync-secrets/request';

/** Options of the `diff-secrets` target, as in schema.json. */
export type DiffOptions = ExecutorOptions;

/** Compares services' secret files with what is deployed. */
export const diffSecrets: ExecutorDefinition<DiffOptions> = {
  name: 'diff-secrets',
  options: { stage: 'names', json: 'text' },
  run: async (...given) => runDiff(await syncRequest(...given)),
};
