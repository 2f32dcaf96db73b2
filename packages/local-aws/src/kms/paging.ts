import { AwsError } from '../protocol/aws-error';

/** One page of a KMS list, and the members that say how to go on. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly rest: { readonly Truncated: boolean; readonly NextMarker?: string };
}

/**
 * Sorts and cuts: at most `limit` items after the one whose id the marker carries. Sorting by id keeps pages right
 * while items come and go.
 * @throws AwsError InvalidMarkerException
 */
export function page<T>(
  all: readonly T[],
  limit: number,
  marker: string | undefined,
  id: (item: T) => string,
): Page<T> {
  const after = marker === undefined ? undefined : decodeMarker(marker);
  const sorted = all
    .filter((item) => after === undefined || id(item) > after)
    .sort((a, b) => (id(a) < id(b) ? -1 : 1));
  const items = sorted.slice(0, limit);
  const last = items.at(-1);
  if (sorted.length <= limit || last === undefined) return { items, rest: { Truncated: false } };
  return { items, rest: { Truncated: true, NextMarker: encodeMarker(id(last)) } };
}

function encodeMarker(id: string): string {
  return Buffer.from(id, 'utf8').toString('base64');
}

function decodeMarker(marker: string): string {
  const id = Buffer.from(marker, 'base64').toString('utf8');
  if (encodeMarker(id) !== marker) throw new AwsError('InvalidMarkerException', 'Invalid marker');
  return id;
}
