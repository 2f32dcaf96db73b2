import { inCi } from '../../output/ci';
import { runDiff } from '../../sync/run-diff';
import type { ExecutorOptions, ExecutorDefinition } from '../run/executor-definition';
import { resolveTargets } from '../run/resolve-targets';

/** Options of the `diff-secrets` target, as in schema.json. */
export type DiffOptions = ExecutorOptions;

/** Compares services' secret files with what is deployed. */
export const diffSecrets: ExecutorDefinition<DiffOptions> = {
  name: 'diff-secrets',
  options: { stage: 'names', json: 'text' },
  run: async (roots, { stage }, context, interruption) =>
    runDiff({ ...(await resolveTargets(roots, stage, context)), ci: inCi(), interruption }),
};
