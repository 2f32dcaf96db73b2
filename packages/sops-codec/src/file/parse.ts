import type { Layout } from '../formats/codec/format-codec';
import { codecOf } from '../formats/formats';
import { readMetadata } from '../metadata/read';
import { writeMetadata } from '../metadata/write';
import type { Document, Format } from '../model/tree';
import type { EncryptedFile } from './encrypted-file';

const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? Buffer.from(content) : content;

/**
 * Reads an encrypted file; nothing is decrypted.
 *
 * @throws SopsError `syntax`, `notEncrypted`, `empty` or `badMetadata`
 */
export function parse(content: string | Uint8Array, format: Format): EncryptedFile {
  const { documents, metadata } = codecOf(format).readEncrypted(bytesOf(content));
  return { format, documents, metadata: readMetadata(metadata) };
}

/** The bytes of an encrypted file, laid out as sops writes it. */
export const serialize = ({ format, documents, metadata }: EncryptedFile, layout: Layout = {}): Uint8Array =>
  codecOf(format).writeEncrypted(documents, writeMetadata(metadata), layout);

/** Reads a plain file. @throws SopsError `syntax` where the content is not of the format */
export const readPlain = (content: string | Uint8Array, format: Format): readonly Document[] =>
  codecOf(format).readPlain(bytesOf(content));

/** The bytes of a plain file. @throws SopsError `unserializable` where the format cannot hold the documents */
export const writePlain = (documents: readonly Document[], format: Format, layout: Layout = {}): Uint8Array =>
  codecOf(format).writePlain(documents, layout);
