import { AwsError } from '../protocol/aws-error';
import { page } from '../protocol/paging';

/** A page of a KMS list, and the members that say how to go on. */
export interface KmsPage<T> {
  readonly items: readonly T[];
  readonly rest: { readonly Truncated: boolean; readonly NextMarker: string | undefined };
}

/** At most `limit` items, ordered by id, after those that the marker ends. Throws AwsError InvalidMarkerException. */
export function kmsPage<T>(
  all: readonly T[],
  limit: number,
  marker: string | undefined,
  id: (item: T) => string,
): KmsPage<T> {
  const found = page(all, { id, limit, token: marker });
  if (found === undefined) throw new AwsError('InvalidMarkerException', 'Invalid marker');
  return { items: found.items, rest: { Truncated: found.next !== undefined, NextMarker: found.next } };
}
