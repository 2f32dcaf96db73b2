import { parse, type EncryptedFile, type Format } from 'sops-codec';
import { keyText } from '../secret-file/key-path';
import { leavesOf } from '../secret-file/leaves';
import { pendingPattern } from '../secret-file/pending-values';
import type { Contents, FullContents, EncryptedValue } from './value-age';

/**
 * The encrypted values of a content of a secret file. Only fingerprints are read at once: history has thousands of contents, and
 * few of them are asked for more. The MAC has a fingerprint as well, another one in each content.
 */
export function contentsOf(bytes: Uint8Array, format: Format): Contents {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const pendingFiles = [...text.matchAll(pendingPattern)].map(([, base64 = '']) =>
    Buffer.from(base64, 'base64').toString('latin1'),
  );
  const pending = pendingFiles.length === 0 ? {} : { pending: pendingFiles.flatMap(fingerprintsIn) };
  return { fingerprints: fingerprintsIn(text), ...pending, inFull: () => inFull(bytes, format) };
}

function fingerprintsIn(text: string): readonly string[] {
  const fingerprints: string[] = [];
  for (const [, iv = '', type] of text.matchAll(
    /ENC\[AES256_GCM,data:[^,\]\n]+,iv:([^,\]\n]+),tag:[^,\]\n]+,type:(\w+)\]/g,
  )) {
    if (type !== 'comment') fingerprints.push(fingerprintOf(iv));
  }
  return fingerprints;
}

/** A text of its own: a part of the file's would keep the whole file in memory. */
const fingerprintOf = (iv: string): string => Buffer.from(iv, 'base64').toString('latin1');

function inFull(bytes: Uint8Array, format: Format): FullContents | undefined {
  try {
    const file = parse(bytes, format);
    return { keys: encryptedValues(file), wrapped: file.metadata.groups.flat().map(({ enc }) => enc) };
  } catch {
    return undefined; // Damaged, or unencrypted: it has no encrypted values.
  }
}

/** The encrypted values of a secret file by key, as `nx g …:set` takes them. */
export function encryptedValues(file: EncryptedFile): ReadonlyMap<string, readonly EncryptedValue[]> {
  const keys = new Map<string, EncryptedValue[]>();
  for (const { keys: path, leaf } of leavesOf(file)) {
    const [, data = '', iv, type] =
      (leaf.kind === 'str' && /^ENC\[AES256_GCM,data:([^,]+),iv:([^,]+),.*,type:(\w+)\]/.exec(leaf.text)) ||
      [];
    if (iv === undefined) continue;
    const name = file.format === 'binary' ? 'the content' : keyText(path, file.format);
    const values = keys.get(name) ?? [];
    values.push({ fingerprint: fingerprintOf(iv), shape: `${type ?? ''} ${data.length}` });
    keys.set(name, values);
  }
  return keys;
}
