import { throwProblem } from '../problem';
import { optionsPlace, wrongType } from './read-fields';

/** Files that `check-secrets` takes as they are, or names in them. */
export interface CheckException {
  /** Glob, relative to the workspace. */
  readonly pattern: string;
  /** The names that may have a value there; absent where the whole file is excepted. */
  readonly names?: readonly string[];
}

const wanted = 'a list of paths, or an object of paths with a list of names each';

/**
 * Reads `checkExceptions`: a list of globs, or an object of globs with the names that may have a value there.
 *
 * @throws ProblemError for what is neither, and for a path that is not of the workspace
 */
export function readCheckExceptions(raw: unknown): readonly CheckException[] {
  if (raw === undefined) return [];
  const entries: readonly (readonly [unknown, unknown])[] = Array.isArray(raw)
    ? raw.map((pattern: unknown) => [pattern, undefined] as const)
    : Object.entries(raw as object);
  return entries.map(([pattern, names]) => {
    if (typeof pattern !== 'string') return throwProblem(wrongType('checkExceptions', wanted));
    checkPattern(pattern);
    if (names === undefined) return { pattern };
    if (!Array.isArray(names) || !names.every((name) => typeof name === 'string' && name !== ''))
      return throwProblem(wrongType('checkExceptions', wanted));
    return { pattern, names: names as readonly string[] };
  });
}

function checkPattern(pattern: string): void {
  const parts = pattern.split('/');
  if (!parts.includes('..') && parts.every((part) => part !== '') && !pattern.includes('\\')) return;
  throwProblem({
    code: 'badCheckException',
    what: `checkExceptions has "${pattern}", which is not a path in the workspace`,
    where: optionsPlace,
    fix: 'Write paths relative to the workspace, with forward slashes, as in "services/api/docker-compose.yml" or "**/fixtures/**".',
  });
}
