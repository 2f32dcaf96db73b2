import { readMaxAge } from '../../checks/max-age';
import { runChecks } from '../../checks/run-checks';
import { resolveTargets } from '../run/resolve-targets';
import type { ExecutorOptions, ExecutorDefinition } from '../run/executor-definition';

/** Options of the `check-secrets` target, as in schema.json. */
export interface CheckOptions extends ExecutorOptions {
  readonly maxAge?: string;
}

/** Checks services' secret files without any key. */
export const checkSecrets: ExecutorDefinition<CheckOptions> = {
  name: 'check-secrets',
  options: { stage: 'names', maxAge: 'text', json: 'text' },
  run: async (roots, { stage, maxAge }, context) =>
    runChecks({
      ...(await resolveTargets(roots, stage, context)),
      maxAge: maxAge === undefined ? undefined : readMaxAge(String(maxAge), new Date()),
    }),
};
