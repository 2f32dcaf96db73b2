import { createIvCache, type IvCache } from '../cipher/iv-cache';
import { codecOf } from '../formats/formats';
import { SopsError } from '../model/sops-error';
import type { Document, Format } from '../model/tree';
import { isCommentRule, type SelectionRule } from '../rules/selection';
import { decryptTree } from '../walk/decrypt-tree';
import { encryptTree, type TreeWithDigest } from '../walk/encrypt-tree';

interface EncryptionSettings {
  readonly rule: SelectionRule;
  readonly macOnlyEncrypted: boolean;
  readonly key: Uint8Array;
  readonly ivCache?: IvCache | undefined;
}

/**
 * Encrypts documents for a file of a format.
 *
 * @throws SopsError `treeEncryption` where comments select values and the format moves or drops those comments: a reader
 * would then select other values. sops writes such files, and cannot read them.
 */
export function encryptDocuments(
  documents: readonly Document[],
  format: Format,
  settings: EncryptionSettings,
): TreeWithDigest {
  const encrypted = encryptTree(documents, settings);
  if (isCommentRule(settings.rule) && !canBeReadAgain(encrypted, format, settings)) {
    throw new SopsError('treeEncryption', {
      what: 'the comments that select values for encryption move when the file is written',
      where: settings.rule.kind,
      fix: 'Put each comment on a line of its own directly above its key, or select values by key instead.',
    });
  }
  return encrypted;
}

function canBeReadAgain(
  { documents, digest }: TreeWithDigest,
  format: Format,
  settings: EncryptionSettings,
): boolean {
  const codec = codecOf(format);
  try {
    const bytes = codec.writeEncrypted(documents, { kind: 'map', items: [placeholder] }, {});
    const again = codec.readEncrypted(bytes).documents;
    return decryptTree(again, { ...settings, ivCache: createIvCache() }).digest === digest;
  } catch {
    return false;
  }
}

/** In the place of the metadata. */
const placeholder = { kind: 'item', key: 'version', value: { kind: 'str', text: '0' } } as const;
