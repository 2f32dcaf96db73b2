import { withDataKey } from '../data-key/with-data-key';
import { decrypt } from '../file/decrypt';
import { encrypt } from '../file/encrypt';
import type { EncryptedFile } from '../file/encrypted-file';
import { exitCodes, withExitCode } from '../model/sops-error';
import type { Document, Value } from '../model/tree';
import type { Keyring } from '../recipients/keyring';
import type { CreationRule } from '../rules/creation-rules';
import { defaultRule, selectionRule, selectorOf, type SelectionRule } from '../rules/selection';

/**
 * A file encrypted again under a new data key, for the recipients of a `recreation_rule`. Of its selection only suffixes
 * count, and without one everything is encrypted. Source: sops `cmd/sops/subcommand/publish/publish.go`
 */
export async function recreate(
  { groups, shamirThreshold, rule }: CreationRule,
  encrypted: EncryptedFile,
  keyring: Keyring,
): Promise<EncryptedFile> {
  const { format } = encrypted;
  const documents = await withDataKey(decrypt(encrypted, keyring), (decrypted) => decrypted.documents);
  const selection = rule !== undefined && 'suffix' in rule ? rule : everythingIn(documents);
  const options = { format, groups, shamirThreshold, rule: selection };
  return encrypt(documents, options, keyring).catch((error: unknown) => {
    // A recipient that cannot wrap the key is an ordinary failure for sops.
    throw withExitCode(error, exitCodes.noDataKey, 1);
  });
}

/**
 * A rule that encrypts everything: none where no key has the suffix that is assumed then. sops names none in any case, and
 * cannot read its own file then.
 */
function everythingIn(documents: readonly Document[]): SelectionRule | undefined {
  const isEncrypted = selectorOf(defaultRule);
  const isAssumedPlain = documents.flatMap(keysOf).some((key) => !isEncrypted([key], []));
  return isAssumedPlain ? selectionRule('encrypted_regex', '.*') : undefined;
}

function keysOf(value: Value): readonly string[] {
  if (value.kind === 'map')
    return value.items.flatMap((item) => (item.kind === 'item' ? [item.key, ...keysOf(item.value)] : []));
  if (value.kind === 'list')
    return value.elements.flatMap((element) => (element.kind === 'comment' ? [] : keysOf(element)));
  return [];
}
