import { Minimatch } from 'minimatch';
import type { CheckException } from '../config/check-exceptions';

/** Whether a file of the workspace is excepted as a whole; with a name, whether that name in it is. */
export type IsExcepted = (path: string, name?: string) => boolean;

/** Prepares exceptions to be asked. */
export function exceptionsFor(exceptions: readonly CheckException[]): IsExcepted {
  const matchers = exceptions.map(({ pattern, names }) => ({
    glob: new Minimatch(pattern, { dot: true, nocomment: true, nonegate: true }),
    names: names && new Set(names),
  }));
  return (path, name) =>
    matchers.some(
      ({ glob, names }) =>
        (names === undefined || (name !== undefined && names.has(name))) && glob.match(path),
    );
}
