import { readPlain, type Document, type Value } from 'sops-codec';
import type { SecretValue } from '../aws/secrets-manager/secrets';
import { keyText } from '../secret-file/key-path';
import { pathEnds } from '../secret-file/leaves';
import { sameValue } from '../secret-file/same-value';

/** How a deployed value differs from one that would replace it, by key names. */
export interface ValueDifference {
  /** Keys that only the deployed value has; `undefined` where it is not an object with keys. */
  readonly lost: readonly string[] | undefined;
  /** Keys that have another value. */
  readonly changed: readonly string[];
  readonly added: readonly string[];
}

/**
 * Compares a deployed value with the one of a file: JSON by what it says, whatever its order and spaces; everything else by
 * its characters or bytes.
 *
 * @returns undefined where they are the same
 */
export function valueDifference(deployed: SecretValue, wanted: SecretValue): ValueDifference | undefined {
  if (isSame(deployed, wanted)) return undefined;
  const [before, after] = [objectIn(deployed), objectIn(wanted)];
  if (!before || !after) return { lost: before && names(before), changed: [], added: [] };
  const [old, now] = [byName(before), byName(after)];
  const lost = [...old.keys()].filter((name) => !now.has(name));
  const added = [...now.keys()].filter((name) => !old.has(name));
  const changed = [...old].flatMap(([name, value]) =>
    now.has(name) && !sameValue(now.get(name), value) ? [name] : [],
  );
  return lost.length + added.length + changed.length === 0 ? undefined : { lost, changed, added };
}

function isSame(one: SecretValue, other: SecretValue): boolean {
  if (one.kind === 'string' && other.kind === 'string') return one.text === other.text;
  return one.kind === 'binary' && other.kind === 'binary' && Buffer.from(one.bytes).equals(other.bytes);
}

/** The object that a value is in JSON; undefined for every other value, and where a key is in it twice. */
function objectIn(value: SecretValue): Document | undefined {
  if (value.kind === 'binary') return undefined;
  try {
    const [document] = readPlain(value.text, 'json');
    return document && names(document).length === pathEnds(document).length ? document : undefined;
  } catch {
    return undefined;
  }
}

const names = (document: Document): readonly string[] => [...byName(document).keys()];

/** Values by the names that reports have for them, places in lists included. */
const byName = (document: Document) =>
  new Map(pathEnds(document).map(({ path, value }) => [keyText(path, 'json'), asNumber(value)]));

/** JSON has one kind of numbers: 1.0 is 1, as which a file's float is pushed. */
const asNumber = (value: Value): Value =>
  value.kind === 'float' && Number.isSafeInteger(value.value)
    ? { kind: 'int', value: BigInt(value.value) }
    : value;
