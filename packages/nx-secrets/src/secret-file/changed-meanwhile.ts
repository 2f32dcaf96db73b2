import type { Problem } from '../problem';

/** The problem of a secret file that was changed or made while values for it were on their way. */
export const changedMeanwhile = (where: string): Problem => ({
  code: 'changedMeanwhile',
  what: 'somebody else wrote the file meanwhile, so nothing was written',
  where,
  fix: 'Run the command again.',
});
