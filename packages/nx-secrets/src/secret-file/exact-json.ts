/** What a secret file could not hold as a JSON text has it, and where. */
export interface Inexact {
  readonly what: string;
  /** Line and column, from 1; undefined where it is about the text as a whole. */
  readonly at: string | undefined;
}

/**
 * The first thing in a JSON text that the codec reads otherwise than it is written: numbers are int64 or doubles, text is
 * UTF-8, and what follows the object is ignored, as in sops. No part of the text is in the answer.
 *
 * @param text that the codec reads
 */
export function inexactIn(text: string): Inexact | undefined {
  if (!isJson(text)) return { what: 'something follows the end of the JSON', at: undefined };
  const token = /"|-?[0-9][0-9.eE+-]*/g;
  for (let found = token.exec(text); found; found = token.exec(text)) {
    const [start] = found;
    const at = found.index;
    if (start !== '"') {
      if (!isExactNumber(start))
        return { what: 'a number has more digits than a double or int64', at: place(text, at) };
      continue;
    }
    token.lastIndex = endOfString(text, at);
    if (/\p{Cs}/u.test(JSON.parse(text.slice(at, token.lastIndex)) as string))
      return { what: 'a text has half of a surrogate pair, which is not a character', at: place(text, at) };
  }
  return undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // The error quotes the text.
    return false;
  }
}

/** Behind the closing quote of a string. */
function endOfString(text: string, start: number): number {
  const special = /["\\]/g;
  special.lastIndex = start + 1;
  for (let found = special.exec(text); found; found = special.exec(text)) {
    if (found[0] === '"') return special.lastIndex;
    special.lastIndex += 1;
  }
  return text.length;
}

/** Whether a number of JSON is the same number after it was read as int64 or double. */
export function isExactNumber(literal: string): boolean {
  if (/^-?[0-9]{1,19}$/.test(literal)) {
    const value = BigInt(literal);
    if (value === BigInt.asIntN(64, value)) return true;
  }
  return digitsOf(literal) === digitsOf(String(Number(literal)));
}

/** A number without the ways to write it: its digits from the first to the last that is not zero, and the exponent. */
function digitsOf(literal: string): string {
  const [, sign = '', whole = '', part = '', exponent = '0'] =
    /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/.exec(literal) ?? [];
  const digits = (whole + part).replace(/^0+/, '');
  if (digits === '') return '0';
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  return `${sign}${digits.slice(0, end)}e${Number(exponent) - part.length + digits.length - end}`;
}

function place(text: string, at: number): string {
  const before = text.slice(0, at).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}
