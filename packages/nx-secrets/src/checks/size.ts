import type { EncryptedFile, Leaf, Value } from 'sops-codec';
import type { Problem } from '../problem';
import { leavesOf } from '../secret-file/leaves';
import { largestValue } from '../secret-file/payload';
import type { OutputForm } from '../config/options';

/**
 * Whether a file is surely too large for Secrets Manager. AES-GCM keeps lengths, so ciphertext tells how long each value
 * is; escapes of JSON only add to that. A file just below the limit may still be refused by the sync, which knows.
 *
 * @param path of the file, for messages
 */
export function size(file: EncryptedFile, output: OutputForm, path: string): Problem | undefined {
  const bytes = leastBytes(file, output);
  if (bytes <= largestValue) return undefined;
  return {
    code: 'valueTooLarge',
    what: `the value has at least ${bytes} bytes; Secrets Manager allows ${largestValue}`,
    where: path,
    fix: 'Remove what is not secret, or split the service.',
  };
}

/** Bytes that the pushed value has at least. */
function leastBytes({ documents, format }: EncryptedFile, output: OutputForm): number {
  if (format !== 'binary' && output === 'json') return sum(documents.map(leastJson));
  // Values alone, without what a format puts around them.
  return sum(leavesOf({ documents }).map(({ leaf }) => plainBytes(leaf) ?? 0));
}

/** Compact JSON. */
function leastJson(value: Value): number {
  if (value.kind === 'map') {
    const items = value.items.filter((item) => item.kind === 'item');
    const each = items.map(({ key, value: inner }) => Buffer.byteLength(key) + 3 + leastJson(inner));
    return 2 + sum(each) + Math.max(0, items.length - 1);
  }
  if (value.kind === 'list') {
    const elements = value.elements.filter((element) => element.kind !== 'comment');
    return 2 + sum(elements.map(leastJson)) + Math.max(0, elements.length - 1);
  }
  const bytes = plainBytes(value);
  if (bytes === undefined) return 1;
  return isText(value) ? bytes + 2 : bytes;
}

/** Length of a leaf's plaintext; undefined where its text in JSON may be shorter. */
function plainBytes(leaf: Leaf): number | undefined {
  if (leaf.kind !== 'str') return undefined;
  const encrypted = /^ENC\[AES256_GCM,data:([A-Za-z0-9+/]*)=*,.*,type:([a-z]+)\]$/.exec(leaf.text);
  const [, data = '', type] = encrypted ?? [];
  if (type === 'float') return undefined;
  return encrypted ? Math.floor((data.length * 3) / 4) : Buffer.byteLength(leaf.text);
}

const isText = (leaf: Leaf): boolean => leaf.kind === 'str' && !/,type:(?:int|bool)\]$/.test(leaf.text);

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
