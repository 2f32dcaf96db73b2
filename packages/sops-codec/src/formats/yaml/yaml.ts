import { SopsError } from '../../model/sops-error';
import type { FormatCodec } from '../format';
import { putMetadata, takeMetadata } from '../metadata-key';
import { readYaml } from './read';
import { writeYaml } from './write';

const defaultIndent = 4;

/** YAML files. Source: sops `stores/yaml/store.go` and go-yaml v3 */
export const yaml: FormatCodec = {
  readPlain: readYaml,
  readEncrypted: (bytes) => {
    const documents = readYaml(bytes);
    if (documents.length > 0) return takeMetadata(documents);
    throw new SopsError('generic', { what: 'the file is empty', fix: 'Restore it from Git.' });
  },
  writePlain: (documents, { indent = defaultIndent }) => Buffer.from(writeYaml(documents, indent)),
  writeEncrypted: (documents, metadata, { indent = defaultIndent }) =>
    Buffer.from(
      writeYaml(
        documents.map((document) => putMetadata(document, metadata)),
        indent,
        true,
      ),
    ),
};
