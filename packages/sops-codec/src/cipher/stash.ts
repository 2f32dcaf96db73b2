import { plaintextOf, typeWord, type Encryptable } from './plaintext';

/**
 * Remembers the IVs under which values were decrypted, so that an unchanged value keeps its ciphertext when the file is
 * encrypted again and a diff shows only what changed. Source: sops `aes/cipher.go` (stash); unlike there, equal values
 * of one list keep an IV each, in their order.
 */
export interface Stash {
  readonly remember: (aad: string, leaf: Encryptable, iv: Uint8Array) => void;
  /** Begins to encrypt: gives the IVs of equal values one after the other, undefined where there are no more. */
  readonly replay: () => Recall;
}

/** The IV for a value, or undefined for a value that was not there before. */
export type Recall = (aad: string, leaf: Encryptable) => Uint8Array | undefined;

/** An empty stash. */
export function createStash(): Stash {
  const ivs = new Map<string, Uint8Array[]>();
  const slot = (aad: string, leaf: Encryptable) =>
    `${aad.length}:${aad}${typeWord(leaf)}:${plaintextOf(leaf).toString('latin1')}`;
  return {
    remember: (aad, leaf, iv) => {
      const name = slot(aad, leaf);
      const known = ivs.get(name);
      if (known) known.push(iv);
      else ivs.set(name, [iv]);
    },
    replay: () => {
      const taken = new Map<string, number>();
      return (aad, leaf) => {
        const name = slot(aad, leaf);
        const count = taken.get(name) ?? 0;
        taken.set(name, count + 1);
        return ivs.get(name)?.[count];
      };
    },
  };
}
