import { isCiphertext, type EncryptedFile } from 'sops-codec';
import type { Problem } from '../problem';
import { restore } from '../config/commands';
import { keyText } from '../secret-file/key-path';
import { leavesOf } from '../secret-file/leaves';

/**
 * The values of a file that begin as a ciphertext does and cannot be one: an editor or a merge damaged them. What is left
 * of its form is all that is known without a key.
 *
 * @param path of the file, for messages
 */
export function damagedValues(file: EncryptedFile, path: string): Problem | undefined {
  const damaged = leavesOf(file).filter(
    ({ keys, leaf }) => mayBeEncrypted(file, keys) && leaf.kind === 'str' && isBroken(leaf.text),
  );
  const names = [...new Set(damaged.map(({ keys }) => keyText(keys, file.format)))];
  if (names.length === 0 && !isBroken(file.metadata.mac)) return undefined;
  return {
    code: 'damagedFile',
    what: `${names.length > 0 ? `the ciphertext of ${names.join(', ')}` : 'the MAC'} is damaged and cannot be decrypted`,
    where: path,
    fix: restore(path),
  };
}

const isBroken = (text: string): boolean => text.startsWith('ENC[AES256_GCM,data:') && !isCiphertext(text);

/** What the rule leaves unencrypted may be any text. */
const mayBeEncrypted = ({ metadata: { rule } }: EncryptedFile, keys: readonly string[]): boolean =>
  rule.kind !== 'unencrypted_suffix' || !keys.some((key) => key.endsWith(rule.suffix));
