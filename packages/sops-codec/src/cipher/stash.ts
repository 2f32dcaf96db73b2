import { plaintextOf, typeWord, type Encryptable } from './plaintext';

/**
 * Remembers the IV under which each value was decrypted, so that an unchanged value keeps its ciphertext when the file
 * is encrypted again and a diff shows only what changed. Source: sops `aes/cipher.go` (stash).
 */
export interface Stash {
  readonly remember: (aad: string, leaf: Encryptable, iv: Uint8Array) => void;
  readonly recall: (aad: string, leaf: Encryptable) => Uint8Array | undefined;
}

/** An empty stash. */
export function createStash(): Stash {
  const ivs = new Map<string, Uint8Array>();
  const slot = (aad: string, leaf: Encryptable) =>
    `${aad.length}:${aad}${typeWord(leaf)}:${plaintextOf(leaf).toString('latin1')}`;
  return {
    remember: (aad, leaf, iv) => void ivs.set(slot(aad, leaf), iv),
    recall: (aad, leaf) =>
      leaf.kind === 'float' && Number.isNaN(leaf.value) ? undefined : ivs.get(slot(aad, leaf)),
  };
}
