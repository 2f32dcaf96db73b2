/** Follows sops v3.13.3: `stores/json/store.go`. */
import { SopsError } from '../../model/sops-error';
import type { Document } from '../../model/tree';
import type { FormatCodec, Layout } from '../codec/format-codec';
import { putMetadata, takeMetadata } from '../codec/metadata-key';
import { binaryDocument, readJson } from './read';
import { writeJson } from './write';

const emptyDocument: Document = { kind: 'map', items: [] };
function write(document: Document, { indent = -1 }: Layout, exact: boolean): Uint8Array {
  if (indent >= -1) return Buffer.from(`${writeJson(document, indent, exact)}\n`);
  throw new SopsError('unserializable', {
    what: 'a negative indentation other than -1 is not possible in JSON',
    where: '--indent',
    fix: 'Pass a number of blanks, or -1 for a tab.',
  });
}

/** JSON files. Source: sops `stores/json/store.go` */
export const json: FormatCodec = {
  readPlain: (bytes) => [readJson(bytes)],
  readEncrypted: (bytes) => takeMetadata([readJson(bytes)]),
  writePlain: ([document], layout) => write(document ?? emptyDocument, layout, false),
  writeEncrypted: ([document], metadata, layout) =>
    write(putMetadata(document ?? emptyDocument, metadata), layout, true),
};

/** Binary files: encrypted, a JSON file with the one key `data`. Source: sops `stores/json/store.go` (BinaryStore) */
export const binary: FormatCodec = {
  ...json,
  readPlain: (bytes) => [binaryDocument(bytes)],
  writePlain: ([document]) => {
    const data = document?.items.find((item) => item.kind === 'item' && item.key === 'data');
    if (data?.kind === 'item' && data.value.kind === 'str') return Buffer.from(data.value.text);
    if (data?.kind === 'item' && data.value.kind === 'bytes') return data.value.bytes;
    throw new SopsError('unserializable', {
      what: 'the key data has no text',
      fix: 'Pass --output-type=json or --output-type=yaml.',
    });
  },
};
