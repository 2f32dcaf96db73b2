import { readMaxAge } from '../../checks/max-age';
import { runChecks } from '../../checks/run-checks';
import { readAsked } from '../run/asked';
import type { VerbOptions, Verb } from '../run/verb';

/** Options of the `check-secrets` target, as in schema.json. */
export interface CheckOptions extends VerbOptions {
  readonly maxAge?: string;
}

/** Checks services' secret files without any key. */
export const checkSecrets: Verb<CheckOptions> = {
  name: 'check-secrets',
  options: { stage: 'names', maxAge: 'text', json: 'text' },
  run: async (roots, { stage, maxAge }, context) =>
    runChecks({
      ...(await readAsked(roots, stage, context)),
      maxAge: maxAge === undefined ? undefined : readMaxAge(String(maxAge), new Date()),
    }),
};
