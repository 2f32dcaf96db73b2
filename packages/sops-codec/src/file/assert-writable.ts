import { normalTime } from '../cipher/plaintext';
import { SopsError } from '../model/sops-error';
import type { Comment, Document, Format, Value } from '../model/tree';

/**
 * Refuses values that nothing could read again, before they shut a whole file: TypeScript cannot tell an int64 from
 * another bigint, and JavaScript tells nothing.
 *
 * @throws SopsError `unserializable` with the path of the value; never with the value
 */
export function assertWritable(documents: readonly Document[], format: Format): void {
  if (!Array.isArray(documents)) throw notOne('documents are not a list', []);
  for (const document of documents as readonly Document[]) {
    if (kindOf(document) !== 'map') throw notOne('a document is not a mapping', []);
    assertValue(document, [], format);
  }
}

type Place = readonly (string | number)[];

function assertValue(value: Value | Comment, place: Place, format: Format): void {
  switch (kindOf(value)) {
    case 'map':
      return assertItems(value as Document, place, format);
    case 'list': {
      const { elements } = value as { readonly elements?: unknown };
      if (!Array.isArray(elements)) throw notOne('a list has no elements', place);
      return (elements as (Value | Comment)[]).forEach((one, index) =>
        assertValue(one, [...place, index], format),
      );
    }
    default:
      return assertLeaf(value, place);
  }
}

function assertItems({ items }: Document, place: Place, format: Format): void {
  if (!Array.isArray(items)) throw notOne('a mapping has no items', place);
  for (const item of items as Document['items']) {
    if (kindOf(item) === 'comment') {
      assertLeaf(item as Comment, place);
      continue;
    }
    const { key, value } = item as { readonly key?: unknown; readonly value: Value };
    if (kindOf(item) !== 'item' || typeof key !== 'string')
      throw notOne('a mapping holds what is not an item', place);
    if (!isWellFormed(key)) throw notOne('a key has a lone surrogate', place);
    if (format === 'dotenv' && (/[=\n]/.test(key) || key.startsWith('#')))
      throw notOne('a key of a dotenv file contains "=" or a line break, or begins with "#"', place);
    assertValue(value, [...place, key], format);
  }
}

function assertLeaf(leaf: Value | Comment, place: Place): void {
  const { text, value, bytes } = Object(leaf) as { text?: unknown; value?: unknown; bytes?: unknown };
  switch (kindOf(leaf)) {
    case 'str':
    case 'comment':
      if (typeof text !== 'string') throw notOne('a text is not a string', place);
      if (!isWellFormed(text)) throw notOne('a text has a lone surrogate', place);
      return;
    case 'bytes':
      if (!(bytes instanceof Uint8Array)) throw notOne('bytes are not a Uint8Array', place);
      return;
    case 'int':
      if (typeof value !== 'bigint') throw notOne('an int is not a bigint', place);
      if (BigInt.asIntN(64, value) !== value) throw notOne('an int does not fit into 64 bits', place);
      return;
    case 'float':
      if (typeof value !== 'number') throw notOne('a float is not a number', place);
      return;
    case 'bool':
      if (typeof value !== 'boolean') throw notOne('a bool is not true or false', place);
      return;
    case 'time':
      if (typeof text !== 'string' || normalTime(text) !== text)
        throw notOne('a time is not in the form of RFC 3339', place);
      return;
    case 'null':
      return;
    default:
      throw notOne('a value has no known kind', place);
  }
}

const kindOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;

const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);

const notOne = (what: string, place: Place) =>
  new SopsError('unserializable', {
    what,
    where: place.length > 0 ? place.map(String).join(' → ').slice(0, 200) : undefined,
    fix: 'Build values as the Value type describes them.',
  });
