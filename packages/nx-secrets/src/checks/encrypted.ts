import { unencryptedValues, type EncryptedFile } from 'sops-codec';
import type { Problem } from '../problem';
import { keyText } from '../secret-file/key-path';
import { leavesOf } from '../secret-file/leaves';
import { encryptAgain, restore, setKey } from '../config/commands';
import type { Names } from '../config/names';

/**
 * Whether every value of a file is encrypted that its rule selects, and a MAC seals it.
 *
 * @param path of the file, for messages
 */
export function encrypted(file: EncryptedFile, path: string, { address, stage }: Names): Problem | undefined {
  const names = [...new Set(unencryptedValues(file).map((keys) => keyText(keys, file.format)))];
  if (names.length > 0) {
    return {
      code: 'unencryptedValues',
      what: `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} unencrypted in the encrypted file`,
      where: path,
      fix: [
        restore(path),
        'Then set the values that were typed into it. If the file was ever pushed, change those values: they are exposed.',
        ...names.map((name) => setKey(address, stage, name)),
      ].join('\n'),
    };
  }
  if (nothingIsEncrypted(file)) {
    return {
      code: 'nothingEncrypted',
      what: `none of its values is encrypted: its own rule, ${file.metadata.rule.kind}, selects none`,
      where: path,
      fix: [
        'Correct the rule in .sops.yaml, then encrypt the file again. If it was ever pushed, change its values: they are exposed.',
        encryptAgain(path),
      ].join('\n'),
    };
  }
  if (file.metadata.mac !== '') return undefined;
  return {
    code: 'noMac',
    what: 'the file has no MAC: added, removed or moved values cannot be detected',
    where: path,
    fix: restore(path),
  };
}

/** Whether a file has values, and all of them unencrypted. */
function nothingIsEncrypted(file: EncryptedFile): boolean {
  const texts = leavesOf(file).flatMap(({ leaf }) =>
    leaf.kind === 'null' || (leaf.kind === 'str' && leaf.text === '') ? [] : leaf,
  );
  return texts.length > 0 && texts.every((leaf) => leaf.kind !== 'str' || !leaf.text.startsWith('ENC['));
}
