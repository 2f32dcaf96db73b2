import type { EncryptedFile, Keyring } from 'sops-codec';
import { pendingValuesIn, sameKeys, withoutPendingValues } from '../../secret-file/pending-values';
import type { OwnKey } from '../../secret-file/own-key';
import { placedAsync } from '../../secret-file/read-write';
import { addPendingValue, isDenied, type PendingValueRequest } from './add-pending-value';
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
  given: Omit<PendingValueRequest, 'value'>,
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
  // What was added and not read yet is cancelled, and replaced, by whoever can do so.
  const isAdded = pendingValuesIn(encrypted.documents, path).some(sameKey);
  const before = isAdded
    ? { ...encrypted, documents: withoutPendingValues(encrypted.documents, path, sameKey) }
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
      file: await placedAsync(path, () => addPendingValue(before, { ...given, keys, value }, keyring)),
    };
  }
}
