/** Follows go-ini v1.67.3: `parser.go`. */

/**
 * INI files as text. Bytes that are not UTF-8 are kept as lone surrogates (U+DC80 to U+DCFF), so that blanks differ from
 * parts of other characters, and nothing is lost on the way back.
 */

/** Sequences of UTF-8, as Latin-1 shows them. */
const sequence =
  /[\0-\x7f]+|[\xc2-\xdf][\x80-\xbf]|(?:\xe0[\xa0-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]|\xed[\x80-\x9f])[\x80-\xbf]|(?:\xf0[\x90-\xbf]|[\xf1-\xf3][\x80-\xbf]|\xf4[\x80-\x8f])[\x80-\xbf]{2}|[^]/g;
const keptByte = /(?<![\ud800-\udbff])[\udc80-\udcff]/g;

/** Bytes as text. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes)
      .toString('latin1')
      .replace(sequence, (one) =>
        one.length === 1 && one > '\x7f'
          ? String.fromCharCode(0xdc00 + one.charCodeAt(0))
          : Buffer.from(one, 'latin1').toString(),
      );
  }
}

/** Text as its bytes. */
export function encodeText(text: string): Buffer {
  if (text.search(keptByte) < 0) return Buffer.from(text);
  const pieces = text.split(/((?<![\ud800-\udbff])[\udc80-\udcff])/);
  return Buffer.concat(
    pieces.map((piece, index) =>
      index % 2 === 0 ? Buffer.from(piece) : Buffer.of(piece.charCodeAt(0) - 0xdc00),
    ),
  );
}

const blanks = '[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+';
const leading = new RegExp(`^${blanks}`);
const trailing = new RegExp(`${blanks}$`);

/** Without leading blanks, by Go's definition of them. */
export const trimStart = (text: string): string => text.replace(leading, '');

/** Without blanks at both ends. */
export function trim(text: string): string {
  const started = trimStart(text);
  // A search from the front would try each blank inside the text.
  let end = started.length;
  while (end > 0 && trailing.test(started[end - 1] ?? '')) end -= 1;
  return started.slice(0, end);
}

/** Whether one pair of quotes encloses the whole text, with no other inside. */
export const isQuoted = (text: string): boolean =>
  text.length >= 2 && /^["']/.test(text) && text.indexOf(text[0] ?? '', 1) === text.length - 1;
