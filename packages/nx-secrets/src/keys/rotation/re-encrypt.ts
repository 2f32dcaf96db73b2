import { rotate, type DecryptedFile, type EncryptedFile, type Keyring } from 'sops-codec';
import { decryptWithPending } from '../../secret-file/decrypt-with-pending';
import { readSecretFile, writeSecretFile, placedAsync } from '../../secret-file/read-write';
import type { Key } from '../../aws/kms/keys';
import type { OwnKey } from '../../secret-file/own-key';

/** A secret file that is put under another key. */
export interface FileOfKey {
  readonly workspaceRoot: string;
  /** Relative to the workspace. */
  readonly path: string;
  /** The stage's own key, by its alias: so the file names it, whichever key that is. */
  readonly own: OwnKey;
  /** With the identity of whoever runs this. */
  readonly keyring: Keyring;
}

/** Opens a file with what its alias points at now. @throws ProblemError naming the file */
export const openByAlias = async ({
  workspaceRoot,
  path,
  own,
  keyring,
}: FileOfKey): Promise<DecryptedFile> => {
  const { file } = await readSecretFile(workspaceRoot, path);
  return placedAsync(path, () => decryptWithPending(file, own, keyring, path));
};

/** Opens a file of before the alias was moved: what the alias wrapped is unwrapped with the old key itself. */
export async function openByOldKey(of: FileOfKey, old: Pick<Key, 'arn'>): Promise<DecryptedFile> {
  const { file } = await readSecretFile(of.workspaceRoot, of.path);
  return placedAsync(of.path, () => decryptWithPending(file, of.own, standingIn(of, old), of.path));
}

/**
 * Opens a file with its alias, or with one of the keys that were behind it before: a run may have been killed between the
 * alias and the file.
 *
 * @throws ProblemError saying why the alias does not open it, where none of them does
 */
export async function openByAny(of: FileOfKey, olds: readonly Pick<Key, 'arn'>[]): Promise<DecryptedFile> {
  try {
    return await openByAlias(of);
  } catch (error) {
    for (const old of olds) {
      const opened = await openByOldKey(of, old).catch(() => undefined);
      if (opened) return opened;
    }
    throw error;
  }
}

/**
 * The file under a new data key, wrapped with a key itself and not by its alias, which KMS may show at the old key for
 * some seconds more. The file still names the alias.
 */
export const underKey = (
  opened: DecryptedFile,
  of: FileOfKey,
  key: Pick<Key, 'arn'>,
): Promise<EncryptedFile> => placedAsync(of.path, () => rotate(opened, standingIn(of, key)));

/** Writes a file that was re-encrypted. */
export const writeFile = ({ workspaceRoot, path }: FileOfKey, file: EncryptedFile): Promise<void> =>
  writeSecretFile(workspaceRoot, path, file);

/** A keyring that uses a key in place of the alias. */
function standingIn({ keyring, own }: FileOfKey, { arn }: Pick<Key, 'arn'>): Keyring {
  const named = <Recipient extends { readonly kind: string }>(recipient: Recipient): Recipient =>
    recipient.kind === 'kms' && 'arn' in recipient && recipient.arn === own.arn
      ? { ...recipient, arn }
      : recipient;
  return {
    ...keyring,
    wrap: (recipient, dataKey) => keyring.wrap(named(recipient), dataKey),
    unwrap: (wrapped) => keyring.unwrap(named(wrapped)),
  };
}
