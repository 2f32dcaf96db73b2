import { readPlain, type Document, type Value } from 'sops-codec';
import type { SecretValue } from '../aws/secrets-manager/secrets';
import { keyText } from '../secret-file/key-path';
import { pathEnds } from '../secret-file/leaves';
import { inexactIn } from '../secret-file/exact-json';
import { sameValue } from '../secret-file/same-value';

/** How a deployed value differs from one that would replace it, by key names. */
export interface ValueDifference {
  /** Keys that only the deployed value has; `undefined` where it is not an object with keys. */
  readonly lost: readonly string[] | undefined;
  /** Keys that have another value. */
  readonly changed: readonly string[];
  readonly added: readonly string[];
  /** The deployed JSON has numbers or texts that no file holds as they are. */
  readonly inexact?: true;
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
  if (lost.length + added.length + changed.length > 0) return { lost, changed, added };
  // Names do not tell a list from an object with the keys 0 and 1.
  const others = differingKeys(before, after);
  if (others.length > 0) return { lost: [], changed: others, added: [] };
  return isExact(deployed) ? undefined : { lost: [], changed: [], added: [], inexact: true };
}

const isExact = (value: SecretValue): boolean => value.kind === 'string' && !inexactIn(value.text);

/** The first keys of all values that differ in any way but their order. */
function differingKeys(before: Document, after: Document): readonly string[] {
  const values = ({ items }: Document) =>
    new Map(items.flatMap((item) => (item.kind === 'item' ? [[item.key, sorted(item.value)] as const] : [])));
  const [old, now] = [values(before), values(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key) =>
    sameValue(old.get(key), now.get(key)) ? [] : [keyText([key], 'json')],
  );
}

/** A value with the keys of its objects in one order. */
function sorted(value: Value): Value {
  if (value.kind === 'list')
    return {
      kind: 'list',
      elements: value.elements.map((one) => (one.kind === 'comment' ? one : sorted(one))),
    };
  if (value.kind !== 'map') return asNumber(value);
  const items = value.items.flatMap((item) =>
    item.kind === 'item' ? [{ ...item, value: sorted(item.value) }] : [],
  );
  return { kind: 'map', items: items.sort((a, b) => (a.key < b.key ? -1 : 1)) };
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
