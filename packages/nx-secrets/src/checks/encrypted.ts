import type { EncryptedFile } from 'sops-codec';
import type { Problem } from '../problem';
import { keyText } from '../workspace/key-path';
import { leavesOf } from '../workspace/keyed-leaves';

/**
 * Whether every value of a file is encrypted that its rule selects, and a MAC seals it.
 *
 * @param path of the file, for messages
 */
export function encrypted(file: EncryptedFile, path: string): Problem | undefined {
  const clear = leavesOf(file).filter(
    ({ keys, leaf }) => selects(file, keys) && leaf.kind !== 'null' && !isSealed(leaf),
  );
  const names = [...new Set(clear.map(({ keys }) => keyText(keys, file.format)))];
  if (names.length > 0) {
    return {
      what: `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} in clear in the encrypted file`,
      where: path,
      fix: `git checkout HEAD -- ${path} restores it; then nx g secrets:set ${names[0] ?? 'KEY'}. If it was ever pushed, the value is known: change it.`,
    };
  }
  if (file.metadata.mac !== '') return undefined;
  return {
    what: 'the file has no MAC: what was added, removed or moved in it cannot be told',
    where: path,
    fix: `git checkout HEAD -- ${path} restores it.`,
  };
}

const isSealed = (leaf: { readonly kind: string; readonly text?: string }): boolean =>
  leaf.kind === 'str' && (leaf.text === '' || /^ENC\[AES256_GCM,data:/.test(leaf.text ?? ''));

function selects({ metadata: { rule } }: EncryptedFile, keys: readonly string[]): boolean {
  if (rule.kind === 'unencrypted_suffix') return !keys.some((key) => key.endsWith(rule.suffix));
  return rule.kind === 'encrypted_suffix' && keys.some((key) => key.endsWith(rule.suffix));
}
