import type { Comment, Document, Item, Value } from '../model/tree';
import { plaintextOf, typeWord, type Encryptable } from './plaintext';

/**
 * The IVs under which the values of a file were encrypted, so that an unchanged value keeps its ciphertext when the file
 * is encrypted again and a diff shows only what changed. Source: sops `aes/cipher.go` (stash); unlike there, equal values
 * of one list keep an IV each.
 */
export interface IvCache {
  /** Stores the IV of a value. */
  readonly remember: (aad: string, leaf: Encryptable, iv: Uint8Array) => void;
  /** Starts looking up IVs for the values of documents that will be encrypted. */
  readonly lookupFor: (documents: readonly Document[]) => IvLookup;
}

/** The IV for a value, or undefined for a new value. Each IV is returned once. */
export type IvLookup = (aad: string, leaf: Encryptable) => Uint8Array | undefined;

interface CachedIv {
  readonly leaf: Encryptable;
  readonly iv: Uint8Array;
}

/** An empty cache. */
export function createIvCache(): IvCache {
  const slots = new Map<string, CachedIv[]>();
  const slotOf = (aad: string, leaf: Encryptable) =>
    `${aad.length}:${aad}${typeWord(leaf)}:${plaintextOf(leaf).toString('latin1')}`;
  return {
    remember: (aad, leaf, iv) => {
      const slot = slotOf(aad, leaf);
      const cached = slots.get(slot);
      if (cached) cached.push({ leaf, iv });
      else slots.set(slot, [{ leaf, iv }]);
    },
    lookupFor: (documents) => {
      const present = new Set(documents.flatMap(leavesOf));
      const remaining = new Map<string, CachedIv[]>();
      return (aad, leaf) => {
        const slot = slotOf(aad, leaf);
        const cached = remaining.get(slot) ?? [...(slots.get(slot) ?? [])];
        remaining.set(slot, cached);
        // Of equal values in one list, an untouched one keeps its own IV; a new one takes an IV that is free.
        const own = cached.findIndex((one) => one.leaf === leaf);
        const at = own >= 0 ? own : cached.findIndex((one) => !present.has(one.leaf));
        return at < 0 ? undefined : cached.splice(at, 1)[0]?.iv;
      };
    },
  };
}

/** Leaves and comments, compared as objects. */
function leavesOf(value: Value | Comment | Item): readonly unknown[] {
  if (value.kind === 'item') return leavesOf(value.value);
  if (value.kind === 'map') return value.items.flatMap(leavesOf);
  return value.kind === 'list' ? value.elements.flatMap(leavesOf) : [value];
}
