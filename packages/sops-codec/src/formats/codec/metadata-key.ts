import { SopsError } from '../../model/sops-error';
import type { Document, Mapping } from '../../model/tree';
import type { EncryptedParts } from './format-codec';

const metadataKey = 'sops';

/**
 * Takes the metadata out of documents that have it under the top-level key `sops`: from the first document, and away
 * from all.
 *
 * @throws SopsError where it is missing, stands twice or is no mapping
 */
export function takeMetadata(documents: readonly Document[]): EncryptedParts {
  const [first] = documents;
  const found =
    first?.items.flatMap((item) => (item.kind === 'item' && item.key === metadataKey ? [item.value] : [])) ??
    [];
  const [metadata] = found;
  if (!metadata) {
    throw new SopsError('generic', {
      what: 'sops metadata not found: the file is not encrypted',
      fix: 'Encrypt it first (sops encrypt -i), before it is committed.',
    });
  }
  if (found.length > 1 || metadata.kind !== 'map') {
    throw new SopsError('generic', {
      what: found.length > 1 ? 'the metadata stands in the file twice' : 'the metadata is not a mapping',
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

/** A document with the metadata behind its items. */
export const putMetadata = (document: Document, metadata: Mapping): Document => ({
  kind: 'map',
  items: [...document.items, { kind: 'item', key: metadataKey, value: metadata }],
});
