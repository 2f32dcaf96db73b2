import type { EncryptedFile, Keyring } from 'sops-codec';
import { additionsIn, sameKeys, withoutAdditions } from '../../additions/addition';
import type { OwnKey } from '../../secret-file/own-key';
import { placedAsync } from '../../workspace/secret-file-io';
import { addSealed, isDenied, type SealedValue } from './add-sealed';
import type { Push } from './assert-pushable';
import { changeKey } from './change-key';
import { targetKey, withPlaces } from './target-key';

/** What became of the file. */
export type Changed =
  | { readonly kind: 'set' | 'removed' | 'added'; readonly file: EncryptedFile }
  | { readonly kind: 'unchanged' };

/**
 * Changes the file, or adds to it where it does not open for whoever may encrypt only.
 *
 * @param given the key as `keyPath` gives it, and what messages need
 */
export async function changeFile(
  encrypted: EncryptedFile,
  given: Omit<SealedValue, 'value'>,
  value: string | undefined,
  own: OwnKey,
  keyring: Keyring,
): Promise<Changed> {
  const { path } = given;
  const keys =
    value === undefined
      ? withPlaces(encrypted.documents, given.keys)
      : targetKey(encrypted, given.keys, path);
  const sameKey = ({ keys: its }: { readonly keys: readonly string[] }) => sameKeys(its, keys);
  const push: Push = { format: encrypted.format, output: given.output, where: path };
  // What was added and not read yet is taken back, and replaced, by whoever can do so.
  const isAdded = additionsIn(encrypted.documents, path).some(sameKey);
  const before = isAdded
    ? { ...encrypted, documents: withoutAdditions(encrypted.documents, path, sameKey) }
    : encrypted;
  if (value === undefined && isAdded) return { kind: 'removed', file: before };
  try {
    const changed = await placedAsync(path, () => changeKey(before, keys, value, own, keyring, push));
    if (changed !== 'unchanged') return { kind: value === undefined ? 'removed' : 'set', file: changed };
    return isAdded ? { kind: 'set', file: before } : { kind: 'unchanged' };
  } catch (error) {
    if (value === undefined || !isDenied(error)) throw error;
    return {
      kind: 'added',
      file: await placedAsync(path, () => addSealed(before, { ...given, keys, value }, keyring)),
    };
  }
}
