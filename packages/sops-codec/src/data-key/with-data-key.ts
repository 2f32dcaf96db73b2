import { assertFunction, misuse } from '../model/guarded';

/** Something that holds a data key: a decrypted file, for example. */
export interface DataKeyHolder {
  /** The data key; filled with zeros when it is no longer needed. */
  readonly dataKey: Uint8Array;
}

/**
 * Runs a step with something that holds a data key, and fills the key with zeros afterwards, whether the step succeeds
 * or fails. The one place that ends the life of a data key.
 *
 * @param holder what holds the key, or a promise of it: `withDataKey(decrypt(file, keyring), (decrypted) => …)`
 * @param use the step; the key is no longer there once it has ended
 * @returns what the step returns
 * @throws what the promise or the step throws
 */
export async function withDataKey<Holder extends DataKeyHolder, Result>(
  holder: Holder | Promise<Holder>,
  use: (holder: Holder) => Result | Promise<Result>,
): Promise<Result> {
  assertFunction(use, 'the step');
  const held = await holder;
  const { dataKey } = Object(held) as { readonly dataKey?: unknown };
  if (!(dataKey instanceof Uint8Array)) throw misuse('what holds the data key has none');
  try {
    return await use(held);
  } finally {
    held.dataKey.fill(0);
  }
}
