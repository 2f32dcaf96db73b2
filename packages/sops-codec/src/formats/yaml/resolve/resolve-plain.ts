/** Follows go-yaml v3.0.4: `resolve.go`. */
import { normalTime } from '../../../cipher/plaintext';
import type { Leaf } from '../../../model/tree';

const nulls = new Set(['', '~', 'null', 'Null', 'NULL']);
const booleans = new Map([
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
]);
const infinities = /^([+-]?)\.(?:inf|Inf|INF)$/;
const nans = new Set(['.nan', '.NaN', '.NAN']);

/**
 * The value of an untagged plain scalar in go-yaml v3, which follows neither YAML 1.1 nor 1.2. Undefined for a number that
 * sops cannot represent (2⁶³ to 2⁶⁴−1). Source: go-yaml `resolve.go`
 */
export function resolvePlain(text: string): Leaf | undefined {
  if (nulls.has(text)) return { kind: 'null' };
  const bool = booleans.get(text);
  if (bool !== undefined) return { kind: 'bool', value: bool };
  if (nans.has(text)) return { kind: 'float', value: NaN };
  const infinity = infinities.exec(text);
  if (infinity) return { kind: 'float', value: infinity[1] === '-' ? -Infinity : Infinity };
  const time = /^\d{4}-/.test(text) ? timeOf(text) : undefined;
  if (time !== undefined) return { kind: 'time', text: time };
  if (/^[0-9+-]/.test(text)) return numberOf(text);
  if (text.startsWith('.') && /^\.[0-9](?:_?[0-9])*(?:[eE][+-]?[0-9](?:_?[0-9])*)?$/.test(text)) {
    return { kind: 'float', value: Number(text.replaceAll('_', '')) };
  }
  return { kind: 'str', text };
}

function numberOf(text: string): Leaf | undefined {
  const digits = text.replaceAll('_', '');
  const int = intOf(digits);
  if (int !== undefined) {
    if (int === BigInt.asIntN(64, int)) return { kind: 'int', value: int };
    if (int > 0n && int === BigInt.asUintN(64, int)) return undefined;
  }
  if (/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(digits)) {
    const value = Number(digits);
    if (Number.isFinite(value)) return { kind: 'float', value };
  }
  return { kind: 'str', text };
}

/** Go's integer syntax with base prefixes; a leading 0 is octal. */
function intOf(text: string): bigint | undefined {
  const [, sign, digits = ''] = /^([+-]?)(.+)$/.exec(text) ?? [];
  const magnitude = magnitudeOf(digits);
  return magnitude === undefined ? undefined : sign === '-' ? -magnitude : magnitude;
}

function magnitudeOf(digits: string): bigint | undefined {
  if (/^(?:0|[1-9][0-9]*)$/.test(digits)) return BigInt(digits);
  if (/^0[xX][0-9a-fA-F]+$/.test(digits)) return BigInt(digits);
  if (/^0[bB][01]+$/.test(digits)) return BigInt(digits);
  const octal = /^0[oO]?([0-7]+)$/.exec(digits)?.[1];
  return octal === undefined ? undefined : BigInt(`0o${octal}`);
}

const dateOnly = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const dateTime =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d+)?(Z|[+-]\d\d:\d\d)| +(\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d+)?)$/;

/** Timestamps that go-yaml reads, as RFC 3339; undefined for any other text. */
export function timeOf(text: string): string | undefined {
  const pad = (digits: string) => digits.padStart(2, '0');
  const date = dateOnly.exec(text);
  if (date) return normalTime(`${date[1] ?? ''}-${pad(date[2] ?? '')}-${pad(date[3] ?? '')}T00:00:00Z`);
  const [, year = '', month = '', day = '', h1, m1, s1, f1, zone, h2, m2, s2, f2] = dateTime.exec(text) ?? [];
  const [hour, minute, second] = [h1 ?? h2, m1 ?? m2, s1 ?? s2];
  if (hour === undefined || minute === undefined || second === undefined) return undefined;
  const clock = `${pad(hour)}:${pad(minute)}:${pad(second)}${f1 ?? f2 ?? ''}`;
  return normalTime(`${year}-${pad(month)}-${pad(day)}T${clock}${zone ?? 'Z'}`);
}
