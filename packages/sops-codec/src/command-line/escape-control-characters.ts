/** Control characters as escapes, line breaks excepted: names and paths come from files, and from the network. */
export const escapeControlCharacters = (text: string): string =>
  text.replace(
    /(?!\n)[\p{Cc}\p{Cf}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
