import type { RawNames } from './service-entry';
import { isIn, type FolderMove } from './old-paths';

/** `checkExceptions` of nx.json with the paths of a folder that was moved; what is about other folders stays. */
export function movedExceptions(
  exceptions: RawNames['checkExceptions'],
  { from, to }: FolderMove,
): RawNames['checkExceptions'] {
  const moved = (pattern: string) => (isIn(pattern, from) ? `${to}${pattern.slice(from.length)}` : pattern);
  if (exceptions === undefined) return undefined;
  if (Array.isArray(exceptions)) return (exceptions as readonly string[]).map(moved);
  return Object.fromEntries(Object.entries(exceptions).map(([pattern, names]) => [moved(pattern), names]));
}
