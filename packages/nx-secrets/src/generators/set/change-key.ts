import {
  decrypt,
  getValue,
  reencrypt,
  setValue,
  unsetValue,
  type EncryptedFile,
  type Keyring,
} from 'sops-codec';

/**
 * The file with one key set to a string, or removed. Every other value keeps its ciphertext.
 *
 * @param value undefined removes the key
 * @returns 'unchanged' where the file says so already
 */
export async function changeKey(
  file: EncryptedFile,
  path: readonly string[],
  value: string | undefined,
  keyring: Keyring,
): Promise<EncryptedFile | 'unchanged'> {
  const opened = await decrypt(file, keyring);
  try {
    const before = getValue(opened.documents, path);
    if (value === undefined ? before === undefined : before?.kind === 'str' && before.text === value)
      return 'unchanged';
    const documents =
      value === undefined
        ? unsetValue(opened.documents, path)
        : setValue(opened.documents, path, { kind: 'str', text: value });
    return reencrypt(opened, documents);
  } finally {
    opened.dataKey.fill(0);
  }
}
