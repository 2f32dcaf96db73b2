import { writePlain, type Document, type Format, type Item, type Mapping } from 'sops-codec';
import type { SecretValue } from '../aws/secrets-manager/secrets';
import { throwProblem } from '../problem';
import type { OutputForm } from '../config/options';
import { json } from './payload-json';
import { ambiguousText } from './raw-text';

/** Largest value that Secrets Manager takes, in bytes. Source: Secrets Manager quotas. */
export const largestValue = 65_536;

/**
 * The value that a decrypted file is pushed as: a JSON object, or the bytes themselves for a binary file; in raw form the
 * decrypted text itself.
 *
 * @param path of the file, for messages
 * @throws ProblemError where the form or Secrets Manager cannot hold the file; it names keys, never values
 */
export function secretValue(
  documents: readonly Document[],
  format: Format,
  output: OutputForm,
  path: string,
): SecretValue {
  const value = payload(documents, format, output, path);
  const size = payloadBytes(value);
  if (size === 0) {
    throwProblem({
      code: 'emptyValue',
      what: 'the file is empty, and Secrets Manager does not allow an empty value',
      where: path,
      fix: 'Add a value, or remove the file.',
    });
  }
  if (size > largestValue) {
    const largest = format === 'binary' ? [] : largestKeys(documents, format);
    throwProblem({
      code: 'valueTooLarge',
      what: `the value has ${size} bytes; Secrets Manager allows ${largestValue}`,
      where: path,
      fix: `Remove what is not secret, or split the service.${largest.length > 0 ? ` Largest keys: ${largest.join(', ')}.` : ''}`,
    });
  }
  return value;
}

/** Bytes that Secrets Manager counts. */
export const payloadBytes = (value: SecretValue): number =>
  value.kind === 'string' ? Buffer.byteLength(value.text) : value.bytes.byteLength;

/** `secretValue`, of any size. @throws ProblemError where the form cannot hold the file */
export function payload(
  documents: readonly Document[],
  format: Format,
  output: OutputForm,
  path: string,
): SecretValue {
  const ambiguous = output === 'raw' ? ambiguousText(documents, format, path) : undefined;
  if (ambiguous) throwProblem(ambiguous);
  if (output === 'raw') return { kind: 'string', text: utf8(writePlain(documents, format), path) };
  if (format === 'binary') return { kind: 'binary', bytes: writePlain(documents, format) };
  const [document, ...rest] = documents;
  if (!document || rest.length > 0) {
    throwProblem({
      code: 'severalDocuments',
      what: `the file has ${documents.length} YAML documents, but a secret has one`,
      where: path,
      fix: 'Keep one document, make a stage of each, or push the text itself ("output": "raw" in nx.json).',
    });
  }
  return { kind: 'string', text: json(document, [], path) };
}

function utf8(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return throwProblem({
      code: 'notText',
      what: 'the file is not UTF-8 text, which "output": "raw" requires',
      where: path,
      fix: 'Remove "output": "raw" in nx.json; then a .bin file is pushed as SecretBinary.',
    });
  }
}

/** The three largest top-level keys by name, with the bytes that each takes in the plain file. */
function largestKeys(documents: readonly Mapping[], format: Format): readonly string[] {
  return documents
    .flatMap(({ items }) => items)
    .flatMap((item) => (item.kind === 'item' ? [{ key: item.key, size: sizeOf(item, format) }] : []))
    .sort((a, b) => b.size - a.size)
    .slice(0, 3)
    .map(({ key, size }) => `${key} (${size})`);
}

const sizeOf = (item: Item, format: Format): number =>
  writePlain([{ kind: 'map', items: [item] }], format).byteLength;
