import type { IvCache } from '../cipher/iv-cache';
import { leafOf, plaintextOf } from '../cipher/plaintext';
import { ciphertextPrefix, decryptBytes, parseEncrypted } from '../cipher/value';
import { startMac } from '../mac/mac';
import { SopsError } from '../model/sops-error';
import type { Comment, Document, Leaf } from '../model/tree';
import { selectorOf, type SelectionRule } from '../rules/selection';
import type { TreeWithDigest } from './encrypt-tree';
import { additionalData, walk } from './walk';

/** Plain documents. */
export interface DecryptedTree extends TreeWithDigest {
  /** Keys of the plaintext values that the digest does not cover, empty ones aside. */
  readonly unauthenticated: readonly (readonly string[])[];
}

/**
 * Decrypts what the rule selects, and hashes the plaintext. Fills the cache of IVs.
 *
 * @throws SopsError `treeDecryption` with the path of a value that is not encrypted and should be, or cannot be decrypted
 */
export function decryptTree(
  documents: readonly Document[],
  {
    rule,
    macOnlyEncrypted,
    key,
    ivCache,
  }: { rule: SelectionRule; macOnlyEncrypted: boolean; key: Uint8Array; ivCache: IvCache },
): DecryptedTree {
  const mac = startMac(macOnlyEncrypted);

  const unauthenticated: (readonly string[])[] = [];

  const decryptLeaf = (leaf: Leaf, path: readonly string[]): Leaf | Comment => {
    if (leaf.kind === 'null') return leaf;
    if (leaf.kind !== 'str') throw valueError('is not encrypted, but should be', path);
    if (leaf.text === '') return leaf;
    const encrypted = parseEncrypted(leaf.text);
    if (!encrypted)
      throw valueError(
        leaf.text.startsWith(ciphertextPrefix)
          ? 'is damaged: it begins as a ciphertext does, and is none'
          : 'is not encrypted, but should be',
        path,
      );
    const aad = additionalData(path);
    const bytes = decryptBytes(encrypted, aad, key);
    if (!bytes)
      throw valueError('cannot be decrypted: it was changed, moved or belongs to another file', path);
    const plain = leafOf(bytes, encrypted.type);
    if (!plain || plain.kind === 'null')
      throw valueError(`is not of its type "${printableType(encrypted.type)}"`, path);
    ivCache.remember(aad, plain, encrypted.iv);
    return plain;
  };

  /** A comment that cannot be decrypted is kept as it is: programs move comments, and the MAC does not cover them. */
  const decryptComment = (comment: Comment, path: readonly string[]): Comment => {
    const encrypted = parseEncrypted(comment.text);
    if (!encrypted) return comment;
    for (let length = path.length; length >= 0; length -= 1) {
      const aad = additionalData(path.slice(0, length));
      const bytes = decryptBytes(encrypted, aad, key);
      const decrypted = bytes && leafOf(bytes, encrypted.type);
      if (decrypted?.kind !== 'comment') continue;
      const plain = { ...decrypted, inline: false };
      ivCache.remember(aad, plain, encrypted.iv);
      return plain;
    }
    return comment;
  };

  const plain = walk(documents, rule, selectorOf(rule), {
    leaf: (leaf, { path, selected, isElement }) => {
      const value = selected ? decryptLeaf(leaf, path) : leaf;
      // The MAC covers no comments, and the value of a key stays the text that it was: whoever changes its type to comment
      // could choose it. It is hashed, so that no MAC matches.
      if (value.kind === 'comment' && !isElement && leaf.kind === 'str') mac.add(plaintextOf(leaf));
      if (value.kind === 'null' || value.kind === 'comment') return value;
      const plaintext = plaintextOf(value);
      if (selected || !macOnlyEncrypted) mac.add(plaintext);
      else if (plaintext.length > 0) unauthenticated.push([...path]);
      return value;
    },
    comment: (comment, { path, selected }) => (selected ? decryptComment(comment, path) : comment),
  });
  return { documents: plain, digest: mac.digest(), unauthenticated };
}

const printableType = (type: string) => type.slice(0, 20).replace(/[^a-z]/gi, '?');

const valueError = (what: string, path: readonly string[]) =>
  new SopsError('treeDecryption', {
    what: `a value ${what}`,
    where: `key ${path.map((key) => JSON.stringify(key)).join(' → ')}`,
    fix: 'Restore the file from Git and make the change with a program that knows SOPS; an encrypted file cannot be edited by hand.',
  });
