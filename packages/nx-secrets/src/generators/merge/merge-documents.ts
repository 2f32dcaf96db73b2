import { getValue, setValue, unsetValue, type Document, type Mapping } from 'sops-codec';
import { sameValue } from '../../secret-file/same-value';

/** The three sides of a merge, opened. */
export interface Sides {
  /** What both sides began with; no documents where each added the file. */
  readonly base: readonly Document[];
  readonly ours: readonly Document[];
  readonly theirs: readonly Document[];
}

/** What a merge comes to: the documents, and the keys whose value both sides changed, each in another way. */
export interface Merged {
  readonly documents: readonly Document[];
  /** Keys that were taken from the other side. */
  readonly taken: readonly (readonly string[])[];
  /** Keys that only somebody can decide on. */
  readonly contested: readonly (readonly string[])[];
}

/** The side whose value a contested key gets. */
export type Preference = 'ours' | 'theirs';

/**
 * Merges values by key: ours, with what theirs changed since the base. A list is one value: which of its elements is which
 * cannot be determined. Order and comments are ours.
 */
export function mergeDocuments(sides: Sides, prefer: Preference | undefined): Merged {
  let documents = sides.ours;
  const taken: (readonly string[])[] = [];
  const contested: (readonly string[])[] = [];
  for (const keys of keysOf(sides)) {
    const [base, ours, theirs] = [sides.base, sides.ours, sides.theirs].map((side) => getValue(side, keys));
    if (sameValue(theirs, base) || sameValue(theirs, ours)) continue;
    if (!sameValue(ours, base) && prefer === undefined) {
      contested.push(keys);
    } else if (sameValue(ours, base) || prefer === 'theirs') {
      documents = theirs === undefined ? unsetValue(documents, keys) : setValue(documents, keys, theirs);
      taken.push(keys);
    }
  }
  return { documents, taken, contested };
}

/** The keys of all values of all sides, each once; where one side has a mapping and another a value, the shorter. */
function keysOf({ base, ours, theirs }: Sides): readonly (readonly string[])[] {
  const all = new Map(
    [base, theirs, ours]
      .flatMap((documents) => documents.flatMap((document) => keysBelow(document, [])))
      .map((keys) => [JSON.stringify(keys), keys]),
  );
  const isBelowAnother = (keys: readonly string[]) =>
    keys.some((_, length) => length > 0 && all.has(JSON.stringify(keys.slice(0, length))));
  return [...all.values()].filter((keys) => !isBelowAnother(keys));
}

const keysBelow = ({ items }: Mapping, path: readonly string[]): readonly (readonly string[])[] =>
  items.flatMap((item) => {
    if (item.kind === 'comment') return [];
    const keys = [...path, item.key];
    return item.value.kind === 'map' && item.value.items.some(({ kind }) => kind === 'item')
      ? keysBelow(item.value, keys)
      : [keys];
  });
