import { assertOptions, guarded, misuse } from '../model/guarded';
import { replaceFile } from '../command-line/replace-file';
import { withDataKey } from '../data-key/with-data-key';
import { decrypt } from '../file/decrypt';
import { edit } from '../file/encrypt';
import type { EncryptedFile } from '../file/encrypted-file';
import { parse, serialize } from '../file/parse';
import { rewrap } from '../file/rotate';
import { formatOf } from '../formats/formats';
import { layoutOf } from '../formats/layout-of';
import { setValue, type Path } from '../model/path';
import { withFileName } from '../model/sops-error';
import type { Format } from '../model/tree';
import { createKeyring, type Keyring } from '../recipients/keyring';
import { identityText, type KeyGroup, type Recipient } from '../recipients/recipient';
import { contentOf, pathTo } from './source';
import { modelValue } from './plain-object';

/** How a file is changed. */
export interface ChangeOptions {
  /** The format; by the name of the file where absent. */
  readonly format?: Format | undefined;
  /** Unwraps and wraps the data key; a keyring of the environment where absent. Pass one for several files. */
  readonly keyring?: Keyring | undefined;
}

/**
 * Sets one value of an encrypted file. All other values keep their ciphertext.
 *
 * @param key a key, or a path of keys and indexes
 * @param value a text, number, bigint, true, false, null, Date, Uint8Array, list or plain object
 */
export const setSecret = guarded(
  'setSecret',
  async function setSecret(
    path: string | URL,
    key: string | Path,
    value: unknown,
    options: ChangeOptions = {},
  ): Promise<void> {
    const steps = typeof key === 'string' ? [key] : key;
    if (steps.length === 0) throw misuse('the path has no key');
    const set = modelValue(value);
    await change(path, options, (file, keyring) =>
      edit(file, (documents) => setValue(documents, steps, set), keyring),
    );
  },
);

/**
 * Gives a file other recipients. Its data key stays: whoever could decrypt the file may still know it. Use `rotate` where
 * that matters.
 *
 * @param groups one list of recipients, or several key groups
 */
export const updateKeys = guarded(
  'updateKeys',
  (path: string | URL, groups: readonly KeyGroup[], options: ChangeOptions = {}): Promise<void> =>
    change(path, options, (file, keyring) => regroup(file, () => groups, keyring)),
);

/** Adds a recipient to the first key group of a file; one that exists already is not added again. */
export const addRecipient = guarded(
  'addRecipient',
  (path: string | URL, recipient: Recipient, options: ChangeOptions = {}): Promise<void> =>
    change(path, options, (file, keyring) =>
      regroup(file, (groups) => withRecipient(groups, recipient), keyring),
    ),
);

function withRecipient(groups: readonly KeyGroup[], recipient: Recipient): readonly KeyGroup[] {
  const [first = [], ...rest] = groups;
  return groups.flat().some((one) => isSame(one, recipient)) ? groups : [[...first, recipient], ...rest];
}

/** Removes a recipient from all key groups of a file. Its data key stays: use `rotate` where the recipient may know it. */
export const removeRecipient = guarded(
  'removeRecipient',
  (path: string | URL, recipient: Recipient, options: ChangeOptions = {}): Promise<void> =>
    change(path, options, (file, keyring) =>
      regroup(
        file,
        (groups) => groups.map((group) => group.filter((one) => !isSame(one, recipient))),
        keyring,
      ),
    ),
);

const isSame = (one: Recipient, other: Recipient): boolean =>
  one.kind === other.kind && identityText(one) === identityText(other);

const regroup = (
  file: EncryptedFile,
  next: (groups: readonly KeyGroup[]) => readonly KeyGroup[],
  keyring: Keyring,
): Promise<EncryptedFile> =>
  withDataKey(decrypt(file, keyring), (decrypted) => rewrap(decrypted, next(file.metadata.groups), keyring));

/** Reads, changes and replaces a file, in the layout that it has; a file without changes is not written. */
async function change(
  file: string | URL,
  options: ChangeOptions,
  step: (file: EncryptedFile, keyring: Keyring) => Promise<EncryptedFile>,
): Promise<void> {
  assertOptions(options, ['format', 'keyring'], 'the options of a change');
  const path = pathTo(file);
  const { format = formatOf(path), keyring = createKeyring({ rememberFor: 0 }) } = options;
  const content = await contentOf(path);
  const bytes = await withFileName(path, async () =>
    serialize(await step(parse(content, format), keyring), layoutOf(content, format)),
  );
  if (!content.equals(bytes)) await replaceFile(path, bytes);
}
