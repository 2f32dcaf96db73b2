import { guarded } from '../model/guarded';
import { selectorOf } from '../rules/selection';
import { walk } from '../walk/walk';
import type { EncryptedFile } from './encrypted-file';

/**
 * The values of an encrypted file that its rule selects for encryption and that are not encrypted: added or changed by a
 * program that does not know SOPS. Such a file cannot be decrypted.
 *
 * @returns the keys that lead to each, from the root, without list indexes
 * @throws SopsError `badRegex` where the pattern of the rule is not RE2
 */
export const unencryptedValues = guarded(
  'unencryptedValues',
  function unencryptedValues({
    documents,
    metadata: { rule },
  }: EncryptedFile): readonly (readonly string[])[] {
    const found: (readonly string[])[] = [];
    walk(documents, rule, selectorOf(rule), {
      leaf: (leaf, { path, selected }) => {
        const isEncrypted = leaf.kind === 'str' && /^(?:$|ENC\[AES256_GCM,data:)/.test(leaf.text);
        if (selected && leaf.kind !== 'null' && !isEncrypted) found.push([...path]);
        return leaf;
      },
      comment: (comment) => comment,
    });
    return found;
  },
);
