import { readMaxAge } from '../../checks/max-age';
import { runChecks } from '../../checks/run-checks';
import { readAsked } from '../run/asked';
import type { ReportOptions, Verb } from '../run/verb';

/** Options of the `check-secrets` target, as in schema.json. */
export interface CheckOptions extends ReportOptions {
  readonly stage?: string | readonly string[];
  readonly maxAge?: string;
}

/** Checks services' secret files without any key. */
export const checkSecrets: Verb<CheckOptions> = {
  name: 'check-secrets',
  run: async (roots, { stage, maxAge }, context) =>
    runChecks({
      ...(await readAsked(roots, stage, context)),
      maxAge: maxAge === undefined ? undefined : readMaxAge(String(maxAge), new Date()),
    }),
};
