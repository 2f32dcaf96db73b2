const alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

/**
 * The bytes of a Bech32 text of any length, without waiting: the library for it is an ES module, which loads only later.
 * Source: BIP 173
 *
 * @param text in lower case or in upper case
 * @param prefix in lower case
 * @returns undefined where the text is not Bech32 with that prefix
 */
export function decodeBech32(text: string, prefix: string): Uint8Array | undefined {
  const lower = text.toLowerCase();
  if (text !== lower && text !== text.toUpperCase()) return undefined;
  if (lower.slice(0, lower.lastIndexOf('1')) !== prefix) return undefined;
  const words = Array.from(lower.slice(prefix.length + 1), (letter) => alphabet.indexOf(letter));
  if (words.length < 6 || words.includes(-1)) return undefined;
  const codes = Array.from(prefix, (letter) => letter.charCodeAt(0));
  const expanded = [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31), ...words];
  return checksum(expanded) === 1 ? bytesOf(words.slice(0, -6)) : undefined;
}

const checksum = (words: readonly number[]): number =>
  words.reduce((sum, word) => {
    const shifted = ((sum & 0x1ffffff) << 5) ^ word;
    return generators.reduce(
      (all, generator, bit) => ((sum >>> (25 + bit)) & 1 ? all ^ generator : all),
      shifted,
    );
  }, 1);

/** Five bits a word; what is left over must be zeros, and less than a word. */
function bytesOf(words: readonly number[]): Uint8Array | undefined {
  const bytes: number[] = [];
  let [bits, count] = [0, 0];
  for (const word of words) {
    bits = ((bits << 5) | word) & 0xfff;
    count += 5;
    if (count < 8) continue;
    count -= 8;
    bytes.push((bits >> count) & 0xff);
  }
  return count < 5 && (bits & ((1 << count) - 1)) === 0 ? Uint8Array.from(bytes) : undefined;
}
