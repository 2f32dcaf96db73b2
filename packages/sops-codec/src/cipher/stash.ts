import type { Comment, Document, Item, Value } from '../model/tree';
import { plaintextOf, typeWord, type Encryptable } from './plaintext';

/**
 * Remembers the IVs under which values were decrypted, so that an unchanged value keeps its ciphertext when the file is
 * encrypted again and a diff shows only what changed. Source: sops `aes/cipher.go` (stash); unlike there, equal values
 * of one list keep an IV each.
 */
export interface Stash {
  readonly remember: (aad: string, leaf: Encryptable, iv: Uint8Array) => void;
  /** Begins to encrypt documents. */
  readonly replay: (documents: readonly Document[]) => Recall;
}

/** The IV for a value, or undefined for a value that was not there before. Each IV is given once. */
export type Recall = (aad: string, leaf: Encryptable) => Uint8Array | undefined;

interface Remembered {
  readonly leaf: Encryptable;
  readonly iv: Uint8Array;
}

/** An empty stash. */
export function createStash(): Stash {
  const slots = new Map<string, Remembered[]>();
  const slot = (aad: string, leaf: Encryptable) =>
    `${aad.length}:${aad}${typeWord(leaf)}:${plaintextOf(leaf).toString('latin1')}`;
  return {
    remember: (aad, leaf, iv) => {
      const name = slot(aad, leaf);
      const known = slots.get(name);
      if (known) known.push({ leaf, iv });
      else slots.set(name, [{ leaf, iv }]);
    },
    replay: (documents) => {
      const present = new Set(documents.flatMap(leavesOf));
      const left = new Map<string, Remembered[]>();
      return (aad, leaf) => {
        const name = slot(aad, leaf);
        const known = left.get(name) ?? [...(slots.get(name) ?? [])];
        left.set(name, known);
        // Of equal values in one list, one that was not touched keeps its own; a new one takes what is free.
        const own = known.findIndex((one) => one.leaf === leaf);
        const at = own >= 0 ? own : known.findIndex((one) => !present.has(one.leaf));
        return at < 0 ? undefined : known.splice(at, 1)[0]?.iv;
      };
    },
  };
}

/** Leaves and comments, as the objects that they are. */
function leavesOf(value: Value | Comment | Item): readonly unknown[] {
  if (value.kind === 'item') return leavesOf(value.value);
  if (value.kind === 'map') return value.items.flatMap(leavesOf);
  return value.kind === 'list' ? value.elements.flatMap(leavesOf) : [value];
}
