import type { IvCache } from '../cipher/iv-cache';
import { plaintextOf, typeWord, type Encryptable } from '../cipher/plaintext';
import { encryptBytes, parseEncrypted } from '../cipher/value';
import { startMac } from '../mac/mac';
import { SopsError } from '../model/sops-error';
import type { Document } from '../model/tree';
import { selectorOf, type SelectionRule } from '../rules/selection';
import { additionalData, walk, type Visit } from './walk';

/** Documents, encrypted or plain, with the digest of their plaintext. */
export interface TreeWithDigest {
  readonly documents: readonly Document[];
  readonly digest: string;
}

/** Encrypts what the rule selects, and hashes the plaintext. Unchanged values keep the IV that the cache has. */
export function encryptTree(
  documents: readonly Document[],
  {
    rule,
    macOnlyEncrypted,
    key,
    ivCache,
  }: { rule: SelectionRule; macOnlyEncrypted: boolean; key: Uint8Array; ivCache?: IvCache | undefined },
): TreeWithDigest {
  const mac = startMac(macOnlyEncrypted);
  const ivFor = ivCache?.lookupFor(documents);
  const encryptLeaf = (leaf: Encryptable, path: Visit['path']): string => {
    const plaintext = plaintextOf(leaf);
    // An empty text is written as it is: there would be nothing to put after `data:`.
    if (plaintext.length === 0) return '';
    const aad = additionalData(path);
    return encryptBytes(plaintext, typeWord(leaf), aad, key, ivFor?.(aad, leaf));
  };
  const encrypted = walk(documents, rule, selectorOf(rule), {
    leaf: (leaf, visit) => {
      if (leaf.kind === 'null') return leaf;
      if (visit.selected || !macOnlyEncrypted) mac.add(plaintextOf(leaf));
      return visit.selected ? { kind: 'str', text: encryptLeaf(leaf, visit.path) } : leaf;
    },
    comment: (comment, visit) => {
      if (!visit.selected) return comment;
      // In a list, sops takes a comment without text for an element that is an empty string.
      const written = comment.text === '' && visit.inList ? { ...comment, text: ' ' } : comment;
      // A comment that is all that a container has is written after it, and so belongs to the parent when it is read.
      const text = encryptLeaf(written, visit.isAlone ? visit.path.slice(0, -1) : visit.path);
      assertNoMarker(rule, text);
      return { ...comment, text };
    },
  });
  return { documents: encrypted, digest: mac.digest() };
}

/** Such a comment would be taken for a marker when the file is read again. */
function assertNoMarker(rule: SelectionRule, ciphertext: string): void {
  if (rule.kind !== 'unencrypted_comment_regex' || parseEncrypted(ciphertext) === undefined) return;
  if (!selectorOf(rule)([], [ciphertext])) {
    throw new SopsError('treeEncryption', {
      what: 'unencrypted_comment_regex matches the text of an encrypted comment',
      where: rule.kind,
      fix: 'Make the pattern more exact, for example ^\\s*unencrypted.',
    });
  }
}
