import { throwProblem, type Problem } from '../problem';

/**
 * Loads a package that is installed by those alone who use what it is for.
 *
 * @throws ProblemError where it is not installed
 */
export const loadOptional = <Module>(load: () => Promise<Module>, missing: Problem): Promise<Module> =>
  load().catch((error: unknown) =>
    isNotInstalled(error) ? throwProblem(missing) : Promise.reject(error as Error),
  );

const isNotInstalled = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND'].includes(String(error.code));
