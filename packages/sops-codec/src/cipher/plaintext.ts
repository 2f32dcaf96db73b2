import type { Comment, Leaf } from '../model/tree';
import type { TypeWord } from './value';

/** A leaf that can be encrypted: null never is. */
export type Encryptable = Exclude<Leaf, { readonly kind: 'null' }> | Comment;

const typeWords: Readonly<Record<Encryptable['kind'], TypeWord>> = {
  str: 'str',
  bytes: 'str',
  int: 'int',
  float: 'float',
  bool: 'bool',
  time: 'time',
  comment: 'comment',
};

/** The type word of a leaf. */
export const typeWord = (leaf: Encryptable): TypeWord => typeWords[leaf.kind];

/** The bytes that are encrypted and hashed for a leaf. Source: sops `aes/cipher.go`, `sops.go` (ToBytes). */
export function plaintextOf(leaf: Encryptable): Buffer {
  switch (leaf.kind) {
    case 'str':
    case 'time':
    case 'comment':
      return Buffer.from(leaf.text);
    case 'bytes':
      return Buffer.from(leaf.bytes);
    case 'int':
      return Buffer.from(leaf.value.toString());
    case 'float':
      return Buffer.from(floatText(leaf.value));
    case 'bool':
      return Buffer.from(leaf.value ? 'True' : 'False');
  }
}

/** Shortest digits that read back as the same double, never with an exponent. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  const text = String(value);
  const [, sign = '', whole = '', fraction = '', exponent] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(text) ?? [];
  if (exponent === undefined) return text;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return `${sign}${digits.padEnd(point, '0')}`;
}

const int = /^[+-]?[0-9]+$/;
const goFloat = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const goHexFloat = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?[0-9]+)$/;
const trueWords = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const falseWords = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);
const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)$/;

/** The leaf of decrypted bytes; undefined where they are not of the type. */
export function leafOf(bytes: Buffer, type: string): Leaf | Comment | undefined {
  switch (type) {
    case 'str':
    case 'bytes':
      return textOrBytes(bytes);
    case 'comment':
      return { kind: 'comment', text: bytes.toString('utf8'), inline: false };
    case 'int':
      return intOf(bytes.toString('latin1'));
    case 'float':
      return floatOf(bytes.toString('latin1'));
    case 'bool': {
      const word = bytes.toString('latin1');
      return trueWords.has(word) || falseWords.has(word)
        ? { kind: 'bool', value: trueWords.has(word) }
        : undefined;
    }
    case 'time': {
      const text = normalTime(bytes.toString('latin1'));
      return text === undefined ? undefined : { kind: 'time', text };
    }
    default:
      return undefined;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A string; bytes where they are not UTF-8. */
export function textOrBytes(bytes: Uint8Array): Leaf {
  try {
    return { kind: 'str', text: utf8.decode(bytes) };
  } catch {
    return { kind: 'bytes', bytes: new Uint8Array(bytes) };
  }
}

function intOf(text: string): Leaf | undefined {
  if (!int.test(text)) return undefined;
  const value = BigInt(text.replace(/^\+/, ''));
  return value === BigInt.asIntN(64, value) ? { kind: 'int', value } : undefined;
}

function floatOf(text: string): Leaf | undefined {
  if (/^[+-]?inf(inity)?$/i.test(text))
    return { kind: 'float', value: text.startsWith('-') ? -Infinity : Infinity };
  if (/^nan$/i.test(text)) return { kind: 'float', value: NaN };
  const value = goFloat.test(text) ? Number(text) : hexFloat(text);
  return value === undefined || !Number.isFinite(value) ? undefined : { kind: 'float', value };
}

function hexFloat(text: string): number | undefined {
  const [, sign, whole = '', fraction = '', exponent = '0'] = goHexFloat.exec(text) ?? [];
  if (sign === undefined || whole + fraction === '' || whole.length + fraction.length > 13) return undefined;
  const value = parseInt(whole + fraction, 16) * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === '-' ? -value : value;
}

/** RFC 3339 as sops writes it: up to nine fractional digits without trailing zeros, `Z` for offset 0; undefined for any other text. */
export function normalTime(text: string): string | undefined {
  const [, year, month, day, hour, minute, second, fraction = '', offset] = rfc3339.exec(text) ?? [];
  if (year === undefined || offset === undefined) return undefined;
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || date.getUTCDate() !== Number(day)) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const digits = fraction.slice(0, 9).replace(/0+$/, '');
  const zone = /^[+-]00:00$/.test(offset) ? 'Z' : offset;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}${digits && `.${digits}`}${zone}`;
}
