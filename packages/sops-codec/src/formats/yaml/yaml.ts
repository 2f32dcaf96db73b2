/** Follows sops v3.13.3: `stores/yaml/store.go`. */
import { SopsError } from '../../model/sops-error';
import type { FormatCodec, Layout } from '../codec/format-codec';
import { putMetadata, takeMetadata } from '../codec/metadata-key';
import { readYaml } from './read';
import { writeYaml } from './write';

const defaultIndent = 4;

/** Blanks per level, as go-yaml takes them: 0 is its default, and it writes 2 where a number is not possible. */
function indentOf({ indent = defaultIndent }: Layout): number {
  if (indent < 0)
    throw new SopsError('unserializable', {
      what: 'a negative indentation is not possible in YAML',
      where: '--indent',
      fix: 'Pass a number of blanks, for example 2 or 4.',
    });
  if (indent === 0) return defaultIndent;
  return indent === 1 || indent > 9 ? 2 : indent;
}

/** YAML files. Source: sops `stores/yaml/store.go` and go-yaml v3 */
export const yaml: FormatCodec = {
  readPlain: readYaml,
  readEncrypted: (bytes) => {
    const documents = readYaml(bytes);
    if (documents.length > 0) return takeMetadata(documents);
    throw new SopsError('empty', { what: 'the file is empty', fix: 'Restore it from Git.' });
  },
  writePlain: (documents, layout) => Buffer.from(writeYaml(documents, indentOf(layout))),
  writeEncrypted: (documents, metadata, layout) =>
    Buffer.from(
      writeYaml(
        documents.map((document) => putMetadata(document, metadata)),
        indentOf(layout),
        true,
      ),
    ),
};
