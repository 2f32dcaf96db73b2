import { formatOf, parse, unencryptedValues, type EncryptedFile } from 'sops-codec';
import { pendingValuesIn } from '../secret-file/pending-values';
import { keyText } from '../secret-file/key-path';
import { leavesOf } from '../secret-file/leaves';

/**
 * The keys of a secret file whose values are secret: all but those that its rule leaves unencrypted. A binary file has none.
 *
 * @param path of the file, for messages
 */
export function secretKeys(file: EncryptedFile, path: string): readonly string[] {
  if (file.format === 'binary') return [];
  const exposed = new Set(unencryptedValues(file).map((keys) => keyText(keys, file.format)));
  const own = leavesOf(file).flatMap(({ keys, leaf }) => {
    const key = keyText(keys, file.format);
    const isOpen =
      leaf.kind === 'str' ? leaf.text !== '' && !leaf.text.startsWith('ENC[') : leaf.kind !== 'null';
    return isOpen && !exposed.has(key) ? [] : [key];
  });
  return [
    ...new Set([
      ...own,
      ...pendingValuesIn(file.documents, path).map(({ keys }) => keyText(keys, file.format)),
    ]),
  ];
}

/**
 * The keys of any file of SOPS; undefined where it cannot be read, or is one without keys.
 *
 * @param path tells the format: `x.enc.json`, `x.json.enc`
 */
export function keysOfEncrypted(path: string, text: string): readonly string[] | undefined {
  const format = formatOf(path.replace(/\.(?:enc|encrypted|sops)$/, ''));
  if (format === 'binary') return undefined;
  try {
    return secretKeys(parse(Buffer.from(text), format), path);
  } catch {
    return undefined;
  }
}
