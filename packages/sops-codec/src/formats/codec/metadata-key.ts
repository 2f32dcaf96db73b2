import { SopsError } from '../../model/sops-error';
import type { Document, Mapping } from '../../model/tree';
import type { EncryptedParts } from './format-codec';
import { notEncrypted } from './syntax-error';

const metadataKey = 'sops';

/**
 * Separates documents from the metadata under their top-level key `sops`: it is read from the first document, and
 * removed from all.
 *
 * @throws SopsError `notEncrypted`, or `badMetadata` where it is defined twice or is not a mapping
 */
export function takeMetadata(documents: readonly Document[]): EncryptedParts {
  const [first] = documents;
  const found =
    first?.items.flatMap((item) => (item.kind === 'item' && item.key === metadataKey ? [item.value] : [])) ??
    [];
  const [metadata] = found;
  if (!metadata) throw notEncrypted();
  if (found.length > 1 || metadata.kind !== 'map') {
    throw new SopsError('badMetadata', {
      what: found.length > 1 ? 'the metadata is defined twice' : 'the metadata is not a mapping',
      where: metadataKey,
      fix: 'Restore the file from Git.',
    });
  }
  return { documents: documents.map(withoutMetadata), metadata };
}

const withoutMetadata = (document: Document): Document => ({
  kind: 'map',
  items: document.items.filter((item) => item.kind === 'comment' || item.key !== metadataKey),
});

/** A document with the metadata after its items. */
export const putMetadata = (document: Document, metadata: Mapping): Document => ({
  kind: 'map',
  items: [...document.items, { kind: 'item', key: metadataKey, value: metadata }],
});
