import type { EncryptedFile, Keyring } from 'sops-codec';
import { additionsIn, sameKeys, withoutAdditions } from '../../additions/addition';
import type { OwnKey } from '../../secret-file/own-key';
import { placedAsync } from '../../workspace/secret-file-io';
import { addSealed, isDenied, type SealedValue } from './add-sealed';
import { changeKey } from './change-key';

/** What became of the file. */
export type Changed =
  | { readonly kind: 'set' | 'removed' | 'added'; readonly file: EncryptedFile }
  | { readonly kind: 'unchanged' };

/** Changes the file, or adds to it where it does not open for whoever may encrypt only. */
export async function changeFile(
  encrypted: EncryptedFile,
  sealed: Omit<SealedValue, 'value'>,
  value: string | undefined,
  own: OwnKey,
  keyring: Keyring,
): Promise<Changed> {
  const { keys, path } = sealed;
  const sameKey = ({ keys: its }: { readonly keys: readonly string[] }) => sameKeys(its, keys);
  // What was added and not read yet is taken back, and replaced, by whoever can do so.
  const isAdded = additionsIn(encrypted.documents, path).some(sameKey);
  const before = isAdded
    ? { ...encrypted, documents: withoutAdditions(encrypted.documents, path, sameKey) }
    : encrypted;
  if (value === undefined && isAdded) return { kind: 'removed', file: before };
  try {
    const changed = await placedAsync(path, () => changeKey(before, keys, value, own, keyring, path));
    if (changed !== 'unchanged') return { kind: value === undefined ? 'removed' : 'set', file: changed };
    return isAdded ? { kind: 'set', file: before } : { kind: 'unchanged' };
  } catch (error) {
    if (value === undefined || !isDenied(error)) throw error;
    return {
      kind: 'added',
      file: await placedAsync(path, () => addSealed(before, { ...sealed, value }, keyring)),
    };
  }
}
