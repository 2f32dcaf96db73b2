import { parse, type EncryptedFile, type Format } from 'sops-codec';
import { keyText } from '../secret-file/key-path';
import { leavesOf } from '../secret-file/leaves';
import { additionPattern } from '../secret-file/pending-values';
import type { Contents, FullContents, SealedValue } from './value-age';

/**
 * The encrypted values of a content of a secret file. Only marks are read at once: history has thousands of contents, and
 * few of them are asked for more. The MAC has a mark as well, another one in each content.
 */
export function contentsOf(bytes: Uint8Array, format: Format): Contents {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const additions = [...text.matchAll(additionPattern)].map(([, base64 = '']) =>
    Buffer.from(base64, 'base64').toString('latin1'),
  );
  const pending = additions.length === 0 ? {} : { pending: additions.flatMap(marksIn) };
  return { marks: marksIn(text), ...pending, inFull: () => inFull(bytes, format) };
}

function marksIn(text: string): readonly string[] {
  const marks: string[] = [];
  for (const [, iv = '', type] of text.matchAll(
    /ENC\[AES256_GCM,data:[^,\]\n]+,iv:([^,\]\n]+),tag:[^,\]\n]+,type:(\w+)\]/g,
  )) {
    if (type !== 'comment') marks.push(markOf(iv));
  }
  return marks;
}

/** A text of its own: a part of the file's would keep the whole file in memory. */
const markOf = (iv: string): string => Buffer.from(iv, 'base64').toString('latin1');

function inFull(bytes: Uint8Array, format: Format): FullContents | undefined {
  try {
    const file = parse(bytes, format);
    return { keys: sealedValues(file), wrapped: file.metadata.groups.flat().map(({ enc }) => enc) };
  } catch {
    return undefined; // Damaged, or unencrypted: it has no encrypted values.
  }
}

/** The encrypted values of a secret file by key, as `nx g …:set` takes them. */
export function sealedValues(file: EncryptedFile): ReadonlyMap<string, readonly SealedValue[]> {
  const keys = new Map<string, SealedValue[]>();
  for (const { keys: path, leaf } of leavesOf(file)) {
    const [, data = '', iv, type] =
      (leaf.kind === 'str' && /^ENC\[AES256_GCM,data:([^,]+),iv:([^,]+),.*,type:(\w+)\]/.exec(leaf.text)) ||
      [];
    if (iv === undefined) continue;
    const name = file.format === 'binary' ? 'the content' : keyText(path, file.format);
    const values = keys.get(name) ?? [];
    values.push({ mark: markOf(iv), shape: `${type ?? ''} ${data.length}` });
    keys.set(name, values);
  }
  return keys;
}
