import { unencryptedValues, type EncryptedFile } from 'sops-codec';
import type { Problem } from '../problem';
import { keyText } from '../workspace/key-path';
import { leavesOf } from '../workspace/keyed-leaves';
import { pluginName } from '../workspace/plugin-name';

/**
 * Whether every value of a file is encrypted that its rule selects, and a MAC seals it.
 *
 * @param path of the file, for messages
 */
export function encrypted(file: EncryptedFile, path: string): Problem | undefined {
  const names = [...new Set(unencryptedValues(file).map((keys) => keyText(keys, file.format)))];
  if (names.length > 0) {
    return {
      what: `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} in clear in the encrypted file`,
      where: path,
      fix: `git checkout HEAD -- ${path} restores it; then npx nx g ${pluginName()}:set ${names[0] ?? 'KEY'}. If it was ever pushed, the value is known: change it.`,
    };
  }
  if (nothingIsSealed(file)) {
    return {
      what: `none of its values is encrypted: its own rule, ${file.metadata.rule.kind}, selects none`,
      where: path,
      fix: `Correct the rule in .sops.yaml, then make the file anew under it: sops decrypt -i ${path} && sops encrypt -i ${path}. If it was ever pushed, its values are known: change them.`,
    };
  }
  if (file.metadata.mac !== '') return undefined;
  return {
    what: 'the file has no MAC: what was added, removed or moved in it cannot be told',
    where: path,
    fix: `git checkout HEAD -- ${path} restores it.`,
  };
}

/** Whether a file has values, and all of them in clear. */
function nothingIsSealed(file: EncryptedFile): boolean {
  const texts = leavesOf(file).flatMap(({ leaf }) =>
    leaf.kind === 'null' || (leaf.kind === 'str' && leaf.text === '') ? [] : leaf,
  );
  return texts.length > 0 && texts.every((leaf) => leaf.kind !== 'str' || !leaf.text.startsWith('ENC['));
}
