import type { EncryptedFile } from './encrypted-file';
import { selectorOf } from '../rules/selection';
import { walk } from '../walk/walk';

/**
 * The values of an encrypted file that its rule selects for encryption and that stand in it in clear: added or changed by
 * something that does not know SOPS. Such a file does not open.
 *
 * @returns the keys that lead to each, from the root; list places are no part of them
 * @throws SopsError where the rule is not one of RE2
 */
export function valuesInClear({
  documents,
  metadata: { rule },
}: EncryptedFile): readonly (readonly string[])[] {
  const found: (readonly string[])[] = [];
  walk(documents, rule, selectorOf(rule), {
    leaf: (leaf, { path, selected }) => {
      const isSealed = leaf.kind === 'str' && /^(?:$|ENC\[AES256_GCM,data:)/.test(leaf.text);
      if (selected && leaf.kind !== 'null' && !isSealed) found.push([...path]);
      return leaf;
    },
    comment: (comment) => comment,
  });
  return found;
}
