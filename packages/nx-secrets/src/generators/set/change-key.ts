import {
  getValue,
  reencrypt,
  setValue,
  unsetValue,
  withDataKey,
  type EncryptedFile,
  type Keyring,
  type Path,
  type SelectionRule,
  type Value,
} from 'sops-codec';
import { decryptWithPending } from '../../secret-file/decrypt-with-pending';
import { throwProblem, type Problem } from '../../problem';
import type { OwnKey } from '../../secret-file/own-key';
import { encryptAgain } from '../../config/commands';
import { keyText } from '../../secret-file/key-path';
import { sameValue } from '../../secret-file/same-value';
import { assertPushable, type Push } from './assert-pushable';

/**
 * The file with one key set to a string, or removed, and with all pending values put in. Every other value keeps its ciphertext.
 *
 * @param value undefined removes the key
 * @param own the only key that the file is opened with
 * @param path as `targetKey` gives it
 * @param push what the file is pushed as
 * @returns 'unchanged' where the file says so already
 * @throws ProblemError for a value that no sync could push, and where the file's rule would leave the value unencrypted
 */
export async function changeKey(
  file: EncryptedFile,
  path: Path,
  value: string | undefined,
  own: OwnKey,
  keyring: Keyring,
  push: Push,
): Promise<EncryptedFile | 'unchanged'> {
  return withDataKey(decryptWithPending(file, own, keyring, push.where, path), (opened) => {
    const before = getValue(opened.documents, path);
    const isSame =
      value === undefined ? before === undefined : before?.kind === 'str' && before.text === value;
    if (isSame && !opened.folded) return 'unchanged';
    const documents =
      value === undefined
        ? unsetValue(opened.documents, path)
        : setValue(opened.documents, path, { kind: 'str', text: value });
    if (value !== undefined) assertPushable(opened.documents, documents, path, push);
    const changed = reencrypt(opened, documents, { force: opened.folded });
    if (value !== undefined) assertEncrypted(changed, path, { kind: 'str', text: value }, file, push.where);
    return changed;
  });
}

/** Refuses a file that holds a plaintext value, as the rule of the file that it is for wants it. */
export function assertEncrypted(
  changed: EncryptedFile,
  path: Path,
  value: Value,
  { format, metadata }: EncryptedFile,
  where: string,
): void {
  const after = getValue(changed.documents, path);
  // An empty text has no ciphertext, whatever the rule.
  const isEmpty = value.kind === 'str' && 'text' in value && value.text === '';
  if (!isEmpty && sameValue(after, value))
    throwProblem(staysUnencrypted(keyText(path, format), metadata.rule, where));
}

const staysUnencrypted = (key: string, rule: SelectionRule, where: string): Problem => ({
  code: 'leftUnencrypted',
  what: `the value of ${key} would be left unencrypted: this file's rule is ${rule.kind}: ${'suffix' in rule ? rule.suffix : rule.pattern}`,
  fix: `Use a key that the rule encrypts, or remove the rule from .sops.yaml and encrypt the file again:\n${encryptAgain(where)}`,
});
