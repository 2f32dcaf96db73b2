import type { Document } from 'sops-codec';

/**
 * What to say of values in quotes in a dotenv file of sops: sops takes the quotes as part of the value, and so does an import;
 * a service that got the decrypted file from a dotenv library got the value without them.
 *
 * @returns lines for the report, with names only
 */
export function quoteNotes(documents: readonly Document[]): readonly string[] {
  const names = documents
    .flatMap(({ items }) => items)
    .flatMap((item) =>
      item.kind === 'item' && item.value.kind === 'str' && isQuoted(item.value.text) ? [item.key] : [],
    );
  if (names.length === 0) return [];
  return [
    `${names.join(', ')}: the quotes around the value are part of it, as they are for sops. A dotenv library leaves them out; where the service reads it so, set the value without them.`,
  ];
}

const isQuoted = (text: string): boolean => /^(["'`])[^]*\1$/.test(text) && text.length > 1;
