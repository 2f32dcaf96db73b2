import { assertOptions, guarded, misuse } from '../model/guarded';
import type { Layout } from '../formats/codec/format-codec';
import { codecOf } from '../formats/formats';
import { readMetadata } from '../metadata/read';
import { writeMetadata } from '../metadata/write';
import type { Document, Format } from '../model/tree';
import type { EncryptedFile } from './encrypted-file';

function bytesOf(content: string | Uint8Array): Uint8Array {
  if (typeof content === 'string') return Buffer.from(content);
  if ((content as unknown) instanceof Uint8Array) return content;
  throw misuse('the content is neither a text nor a Uint8Array');
}

/** More blanks than these are a mistake, and a file of them would fill the memory. */
const widestIndent = 100;

function checkedLayout(layout: Layout): Layout {
  assertOptions(layout, ['indent'], 'the layout');
  const { indent } = layout;
  if (indent === undefined || (Number.isInteger(indent) && indent >= -1 && indent <= widestIndent))
    return layout;
  throw misuse(`the indentation is not an integer between -1 and ${widestIndent}`);
}

/**
 * Reads an encrypted file; nothing is decrypted.
 *
 * @throws SopsError `syntax`, `notEncrypted`, `empty` or `badMetadata`
 */
export const parse = guarded(
  'parse',
  function parse(content: string | Uint8Array, format: Format): EncryptedFile {
    const { documents, metadata } = codecOf(format).readEncrypted(bytesOf(content));
    return { format, documents, metadata: readMetadata(metadata) };
  },
);

/** The bytes of an encrypted file, laid out as sops writes it. */
export const serialize = guarded(
  'serialize',
  ({ format, documents, metadata }: EncryptedFile, layout: Layout = {}): Uint8Array =>
    codecOf(format).writeEncrypted(documents, writeMetadata(metadata), checkedLayout(layout)),
);

/** Reads a plain file. @throws SopsError `syntax` where the content is not of the format */
export const readPlain = guarded(
  'readPlain',
  (content: string | Uint8Array, format: Format): readonly Document[] =>
    codecOf(format).readPlain(bytesOf(content)),
);

/** The bytes of a plain file. @throws SopsError `unserializable` where the format cannot hold the documents */
export const writePlain = guarded(
  'writePlain',
  (documents: readonly Document[], format: Format, layout: Layout = {}): Uint8Array =>
    codecOf(format).writePlain(documents, checkedLayout(layout)),
);
