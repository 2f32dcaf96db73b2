import { SopsError } from '../model/sops-error';
import type { Document, Value } from '../model/tree';

/** A value as JavaScript has it: ints are numbers where a number holds them exactly, else bigints; times are dates. */
export type PlainValue =
  string | number | bigint | boolean | null | Date | Uint8Array | readonly PlainValue[] | PlainObject;

/** The values of a file by key. */
export interface PlainObject {
  readonly [key: string]: PlainValue;
}

/** The values of the first document. Its object has no prototype: a key `__proto__` is a key. */
export const plainObject = ([document]: readonly Document[]): PlainObject =>
  Object.assign(Object.create(null) as object, document === undefined ? {} : entriesOf(document));

function entriesOf(mapping: Document): PlainObject {
  const object = Object.create(null) as Record<string, PlainValue>;
  for (const item of mapping.items) if (item.kind === 'item') object[item.key] = plainValue(item.value);
  return object;
}

/** A value of the model as JavaScript has it. */
export function plainValue(value: Value): PlainValue {
  switch (value.kind) {
    case 'map':
      return entriesOf(value);
    case 'list':
      return value.elements.flatMap((element) => (element.kind === 'comment' ? [] : [plainValue(element)]));
    case 'str':
      return value.text;
    case 'bytes':
      return value.bytes;
    case 'time':
      return new Date(value.text);
    case 'null':
      return null;
    case 'int': {
      const number = Number(value.value);
      return Number.isSafeInteger(number) ? number : value.value;
    }
    case 'float':
    case 'bool':
      return value.value;
  }
}

/**
 * A JavaScript value for the model: whole numbers become ints, as in YAML and JSON.
 *
 * @throws SopsError `unserializable` for a function, a symbol, undefined, or a number beyond the exact ones
 */
export function modelValue(value: unknown): Value {
  if (value === null) return { kind: 'null' };
  if (typeof value === 'string') return { kind: 'str', text: value };
  if (typeof value === 'boolean') return { kind: 'bool', value };
  if (typeof value === 'bigint') return { kind: 'int', value };
  if (typeof value === 'number')
    return Number.isSafeInteger(value) && !Object.is(value, -0)
      ? { kind: 'int', value: BigInt(value) }
      : { kind: 'float', value };
  if (value instanceof Date && !Number.isNaN(value.getTime()))
    return { kind: 'time', text: value.toISOString().replace(/\.?0*Z$/, 'Z') };
  if (value instanceof Uint8Array) return { kind: 'bytes', bytes: value };
  if (Array.isArray(value)) return { kind: 'list', elements: value.map(modelValue) };
  if (typeof value === 'object' && !(value instanceof Date))
    return {
      kind: 'map',
      items: Object.entries(value).map(([key, inner]) => ({ kind: 'item', key, value: modelValue(inner) })),
    };
  throw new SopsError('unserializable', {
    what: `a value of type ${typeof value} cannot be in a file`,
    fix: 'Pass a text, number, bigint, true, false, null, Date, Uint8Array, list or plain object.',
  });
}
