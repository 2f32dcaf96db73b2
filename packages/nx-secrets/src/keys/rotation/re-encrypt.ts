import {
  rotate,
  type DecryptedFile,
  type EncryptedFile,
  type KeyGroup,
  type Keyring,
  type Recipient,
} from 'sops-codec';
import { writeFileWhole } from '../../files/write-file';
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
 * some seconds more. The file still names the alias, and that once.
 */
export const underKey = (
  opened: DecryptedFile,
  of: FileOfKey,
  key: Pick<Key, 'arn'>,
): Promise<EncryptedFile> =>
  placedAsync(of.path, () =>
    rotate(opened, standingIn(of, key), { groups: once(opened.metadata.groups, of.own) }),
  );

/**
 * The file under a new data key that is wrapped with both of two keys, each by the name of the alias: it opens whichever of
 * them the alias points at. SOPS tries one entry after the other.
 */
export function underBothKeys(
  opened: DecryptedFile,
  of: FileOfKey,
  [key, next]: readonly [Pick<Key, 'arn'>, Pick<Key, 'arn'>],
): Promise<EncryptedFile> {
  const { own, path } = of;
  const twice = once(opened.metadata.groups, own).map((group) =>
    group.flatMap((one) => (isOwn(one, own) ? [one, { ...one, arn: next.arn }] : [one])),
  );
  return placedAsync(path, async () => {
    const file = await rotate(opened, standingIn(of, key), { groups: twice });
    const groups = file.metadata.groups.map((group) =>
      group.map((one) => (one.kind === 'kms' && one.arn === next.arn ? { ...one, arn: own.arn } : one)),
    );
    return { ...file, metadata: { ...file.metadata, groups } };
  });
}

/** Whether a file is under both keys of a replacement: a run ended before it wrote the file under the new one alone. */
export const isUnderBothKeys = ({ metadata }: Pick<EncryptedFile, 'metadata'>, own: OwnKey): boolean =>
  metadata.groups.some((group) => group.filter((one) => isOwn(one, own)).length > 1);

const isOwn = (one: Recipient, { arn }: OwnKey): boolean => one.kind === 'kms' && one.arn === arn;

/** Key groups in which the own key is named once. */
const once = (groups: readonly KeyGroup[], own: OwnKey): readonly KeyGroup[] =>
  groups.map((group) =>
    group.filter((one, index) => !isOwn(one, own) || group.findIndex((other) => isOwn(other, own)) === index),
  );

/** Keeps a file's bytes. @returns what writes them back */
export async function keepOriginal({ workspaceRoot, path }: FileOfKey): Promise<() => Promise<void>> {
  const { bytes } = await readSecretFile(workspaceRoot, path);
  return () => placedAsync(path, () => writeFileWhole(workspaceRoot, path, bytes));
}

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
