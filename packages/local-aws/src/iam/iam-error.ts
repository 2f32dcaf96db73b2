import type { Directory } from './directory';
import { readDirectory } from './read-directory';

/** Users, roles and policies that cannot be used; the message says where what is wrong. */
export class IamError extends Error {}

/**
 * Checks users, roles and policies, as data or out of a file (the README has the table).
 * @throws IamError with everything that is wrong
 */
export function directoryOf(input: unknown): Directory {
  const read = readDirectory(input);
  if (read.kind === 'directory') return read.directory;
  throw new IamError(read.problems.join('; '));
}
