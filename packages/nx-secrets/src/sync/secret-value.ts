import type { Document, Format, Leaf, Mapping, Value } from 'sops-codec';
import type { SecretValue } from '../aws/secrets-manager';
import { fail } from '../problem';

/** Largest value that Secrets Manager takes, in bytes. Source: Secrets Manager quotas. */
export const largestValue = 65_536;

/**
 * The value that a decrypted file is pushed as: a JSON object in file order with exact integers, comments dropped; the
 * bytes themselves for a binary file.
 *
 * @param path of the file, for messages
 * @throws ProblemError where JSON or Secrets Manager cannot hold the file; it names keys, never values
 */
export function secretValue(documents: readonly Document[], format: Format, path: string): SecretValue {
  const [document, ...rest] = documents;
  if (!document || rest.length > 0) {
    fail({
      what: `the file holds ${documents.length} YAML documents; a secret is one`,
      where: path,
      fix: 'Keep one document, or make a stage of each.',
    });
  }
  const value = format === 'binary' ? binaryValue(document, path) : jsonValue(document, path);
  const size = value.kind === 'string' ? Buffer.byteLength(value.text) : value.bytes.byteLength;
  if (size > largestValue) {
    fail({
      what: `the value has ${size} bytes; Secrets Manager takes ${largestValue}`,
      where: path,
      fix: `Take out what is no secret, or split the service. Largest keys: ${largestKeys(document, path).join(', ')}.`,
    });
  }
  return value;
}

function binaryValue(document: Mapping, path: string): SecretValue {
  const data = document.items.find((item) => item.kind === 'item' && item.key === 'data');
  if (data?.kind === 'item' && data.value.kind === 'bytes')
    return { kind: 'binary', bytes: data.value.bytes };
  if (data?.kind === 'item' && data.value.kind === 'str')
    return { kind: 'binary', bytes: Buffer.from(data.value.text) };
  return fail({
    what: 'the binary file holds no data',
    where: path,
    fix: 'Encrypt it again as a binary file.',
  });
}

const jsonValue = (document: Mapping, path: string): SecretValue => ({
  kind: 'string',
  text: json(document, [], path),
});

function json(value: Value, keys: readonly string[], path: string): string {
  switch (value.kind) {
    case 'map': {
      refuseDuplicates(value, keys, path);
      const items = value.items.flatMap((item) =>
        item.kind === 'item'
          ? [`${JSON.stringify(item.key)}:${json(item.value, [...keys, item.key], path)}`]
          : [],
      );
      return `{${items.join(',')}}`;
    }
    case 'list': {
      const elements = value.elements.flatMap((element, index) =>
        element.kind === 'comment' ? [] : [json(element, [...keys, String(index)], path)],
      );
      return `[${elements.join(',')}]`;
    }
    default:
      return leafJson(value, keys, path);
  }
}

function leafJson(leaf: Leaf, keys: readonly string[], path: string): string {
  const refuse = (what: string, fix: string) =>
    fail({ what: `"${keys.join('.')}" ${what}`, where: path, fix });
  switch (leaf.kind) {
    case 'str':
    case 'time':
      return JSON.stringify(leaf.text);
    case 'int':
    case 'bool':
      return String(leaf.value);
    case 'float':
      if (!Number.isFinite(leaf.value))
        return refuse('is infinite or not a number, which JSON cannot say', 'Make it a string.');
      return Object.is(leaf.value, -0) ? '-0' : String(leaf.value);
    case 'null':
      return 'null';
    case 'bytes':
      return refuse(
        'is not UTF-8 text, which JSON cannot hold',
        'Encode it as base64 text, or use a .enc.bin file.',
      );
  }
}

/** Readers of JSON keep one of two equal keys, and not all the same one. */
function refuseDuplicates(mapping: Mapping, keys: readonly string[], path: string): void {
  const seen = new Set<string>();
  for (const item of mapping.items) {
    if (item.kind !== 'item') continue;
    if (seen.has(item.key)) {
      fail({
        what: `"${[...keys, item.key].join('.')}" stands in the file twice`,
        where: path,
        fix: 'Keep one of them.',
      });
    }
    seen.add(item.key);
  }
}

/** The three largest top-level keys by name, with their size in bytes. */
function largestKeys(document: Mapping, path: string): readonly string[] {
  return document.items
    .flatMap((item) => (item.kind === 'item' ? [{ key: item.key, size: sizeOf(item.value, path) }] : []))
    .sort((a, b) => b.size - a.size)
    .slice(0, 3)
    .map(({ key, size }) => `${key} (${size})`);
}

const sizeOf = (value: Value, path: string): number =>
  value.kind === 'bytes' ? value.bytes.byteLength : Buffer.byteLength(json(value, [], path));
