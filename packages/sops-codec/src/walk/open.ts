import { leafOf, plaintextOf } from '../cipher/plaintext';
import type { Stash } from '../cipher/stash';
import { decryptBytes, parseEncrypted } from '../cipher/value';
import { startMac } from '../mac/mac';
import { SopsError } from '../model/sops-error';
import type { Comment, Document, Leaf } from '../model/tree';
import { selectorOf, type SelectionRule } from '../rules/selection';
import { additionalData, walk } from './walk';
import type { Sealed } from './seal';

/**
 * Decrypts what the rule selects, and hashes the plaintext. Fills the stash.
 *
 * @throws SopsError naming the path of a value that is not encrypted where it should be, or does not open
 */
export function open(
  documents: readonly Document[],
  {
    rule,
    macOnlyEncrypted,
    key,
    stash,
  }: { rule: SelectionRule; macOnlyEncrypted: boolean; key: Uint8Array; stash: Stash },
): Sealed {
  const mac = startMac(macOnlyEncrypted);

  const openLeaf = (leaf: Leaf, path: readonly string[]): Leaf | Comment => {
    if (leaf.kind === 'null') return leaf;
    if (leaf.kind !== 'str') throw refused('is not encrypted, but should be', path);
    if (leaf.text === '') return leaf;
    const encrypted = parseEncrypted(leaf.text);
    if (!encrypted) throw refused('is not encrypted, but should be', path);
    const aad = additionalData(path);
    const bytes = decryptBytes(encrypted, aad, key);
    if (!bytes) throw refused('cannot be decrypted: it was changed, moved or belongs to another file', path);
    const opened = leafOf(bytes, encrypted.type);
    if (!opened || opened.kind === 'null')
      throw refused(`does not hold what its type "${printableType(encrypted.type)}" says`, path);
    stash.remember(aad, opened, encrypted.iv);
    return opened;
  };

  /** A comment that does not open is kept as it is: writers move comments, and they protect nothing. */
  const openComment = (comment: Comment, path: readonly string[]): Comment => {
    const encrypted = parseEncrypted(comment.text);
    if (!encrypted) return comment;
    for (let length = path.length; length >= 0; length -= 1) {
      const aad = additionalData(path.slice(0, length));
      const bytes = decryptBytes(encrypted, aad, key);
      const opened = bytes && leafOf(bytes, encrypted.type);
      if (opened?.kind !== 'comment') continue;
      const plain = { ...opened, inline: false };
      stash.remember(aad, plain, encrypted.iv);
      return plain;
    }
    return comment;
  };

  const opened = walk(documents, rule, selectorOf(rule), {
    leaf: (leaf, { path, selected }) => {
      const plain = selected ? openLeaf(leaf, path) : leaf;
      const hashed = plain.kind !== 'null' && plain.kind !== 'comment' && (selected || !macOnlyEncrypted);
      if (hashed) mac.add(plaintextOf(plain));
      return plain;
    },
    comment: (comment, { path, selected }) => (selected ? openComment(comment, path) : comment),
  });
  return { documents: opened, digest: mac.digest() };
}

const printableType = (type: string) => type.slice(0, 20).replace(/[^a-z]/gi, '?');

const refused = (what: string, path: readonly string[]) =>
  new SopsError('treeDecryption', {
    what: `a value ${what}`,
    where: `key ${path.map((key) => JSON.stringify(key)).join(' → ')}`,
    fix: 'Restore the file from Git and make the change with a tool that knows SOPS; values cannot be typed into an encrypted file.',
  });
