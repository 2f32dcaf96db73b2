import {
  getValue,
  reencrypt,
  setValue,
  unsetValue,
  type EncryptedFile,
  type Keyring,
  type SelectionRule,
} from 'sops-codec';
import { openWhole } from '../../additions/open-whole';
import { fail, type Problem } from '../../problem';
import type { OwnKey } from '../../secret-file/own-key';
import { keyText } from '../../workspace/key-path';

/**
 * The file with one key set to a string, or removed, and with all additions put in. Every other value keeps its ciphertext.
 *
 * @param value undefined removes the key
 * @param own the only key that the file is opened with
 * @param where path of the file, for messages
 * @returns 'unchanged' where the file says so already
 * @throws ProblemError where others stand below the key, and where the file's rule would leave the value in clear
 */
export async function changeKey(
  file: EncryptedFile,
  path: readonly string[],
  value: string | undefined,
  own: OwnKey,
  keyring: Keyring,
  where: string,
): Promise<EncryptedFile | 'unchanged'> {
  const opened = await openWhole(file, own, keyring, where, path);
  try {
    const before = getValue(opened.documents, path);
    const isSame =
      value === undefined ? before === undefined : before?.kind === 'str' && before.text === value;
    if (isSame && !opened.folded) return 'unchanged';
    if (value !== undefined && (before?.kind === 'map' || before?.kind === 'list')) {
      fail(holdsOthers(keyText(path, file.format), before.kind));
    }
    const documents =
      value === undefined
        ? unsetValue(opened.documents, path)
        : setValue(opened.documents, path, { kind: 'str', text: value });
    const changed = reencrypt(opened, documents, { force: opened.folded });
    refuseInClear(changed, path, value, file);
    return changed;
  } finally {
    opened.dataKey.fill(0);
  }
}

/** Refuses a file that holds a value in clear, as the rule of the file that it is for wants it. */
export function refuseInClear(
  changed: EncryptedFile,
  path: readonly string[],
  value: string | undefined,
  { format, metadata }: EncryptedFile,
): void {
  const after = getValue(changed.documents, path);
  // An empty text has no ciphertext, whatever the rule.
  if (value !== undefined && value !== '' && after?.kind === 'str' && after.text === value)
    fail(staysInClear(keyText(path, format), metadata.rule));
}

const holdsOthers = (key: string, kind: 'map' | 'list'): Problem => ({
  what: `${key} is a ${kind === 'map' ? 'mapping that holds other keys' : 'list'}, which a value would replace`,
  fix: `Set a key inside it (${key}.NAME), or remove it as a whole first: --unset.`,
});

const staysInClear = (key: string, rule: SelectionRule): Problem => ({
  what: `the value of ${key} would stand in clear: this file's rule is ${rule.kind}: ${'suffix' in rule ? rule.suffix : rule.pattern}`,
  fix: 'Use a key that the rule encrypts, or take the rule out of .sops.yaml and encrypt the file anew (sops decrypt, then sops encrypt).',
});
