import { assertOptions, guarded } from '../model/guarded';
import { createIvCache } from '../cipher/iv-cache';
import { assertDataKey } from '../cipher/value';
import { unwrapDataKey } from '../data-key/data-key';
import { decryptMac, fitsMac, sameDigest } from '../mac/mac';
import { isVersion } from '../metadata/metadata';
import { SopsError } from '../model/sops-error';
import type { Keyring } from '../recipients/keyring';
import { decryptTree } from '../walk/decrypt-tree';
import type { EncryptedFile, OpenedFile } from './encrypted-file';
import { hideSecrets } from './hide-secrets';

/** How a file is decrypted. */
export interface DecryptOptions {
  /** Whether a missing or wrong MAC is accepted: values may then have been added, removed or moved. */
  readonly ignoreMac?: boolean | undefined;
}

/**
 * Decrypts a file and checks its MAC. Pass the result to `withDataKey`, or declare it with `using`: both fill its data key
 * with zeros.
 *
 * @throws SopsError where no recipient gives the data key, a value cannot be decrypted (`treeDecryption`), or the MAC does
 * not match (`macMismatch`)
 */
export const decrypt = guarded(
  'decrypt',
  async function decrypt(
    file: EncryptedFile,
    keyring: Keyring,
    options: DecryptOptions = {},
  ): Promise<OpenedFile> {
    // `edit` passes its own options on.
    assertOptions(options, ['ignoreMac', 'now', 'force'], 'decrypt');
    const { ignoreMac = false } = options;
    const { metadata } = file;
    assertVersion(file);
    const fits = ignoreMac ? undefined : fitsMac(metadata);
    const dataKey = await unwrapDataKey(metadata.groups, metadata.shamirThreshold, keyring, fits);
    return openFile(file, dataKey, { ignoreMac });
  },
);

function assertVersion({ metadata }: EncryptedFile): void {
  if (isVersion(metadata.version)) return;
  throw new SopsError('badMetadata', {
    what: 'the version of SOPS that wrote the file is missing',
    where: 'sops.version',
    fix: 'Restore the file from Git.',
  });
}

/**
 * Decrypts a file with its data key, and checks its MAC.
 *
 * @param dataKey is part of the result; filled with zeros where it fails
 */
export function openFile(
  file: EncryptedFile,
  dataKey: Uint8Array,
  { ignoreMac = false }: DecryptOptions,
): OpenedFile {
  const { metadata, format } = file;
  try {
    assertVersion(file);
    assertDataKey(dataKey);
    const ivCache = createIvCache();
    const { documents, digest, unauthenticated } = decryptTree(file.documents, {
      ...metadata,
      key: dataKey,
      ivCache,
    });
    if (!ignoreMac) assertMac(file, digest, dataKey);
    const decrypted = { format, documents, metadata, dataKey, ivCache, encrypted: file, unauthenticated };
    return hideSecrets(decrypted, 'DecryptedFile');
  } catch (error) {
    dataKey.fill(0);
    throw error;
  }
}

function assertMac({ metadata }: EncryptedFile, digest: string, key: Uint8Array): void {
  if (metadata.mac === '') throw macError('the file has no MAC');
  const stored = decryptMac(metadata.mac, metadata.lastModified, key);
  if (stored === undefined) throw macError('the MAC cannot be decrypted');
  if (!sameDigest(stored, digest))
    throw macError('the MAC does not match: values were added, removed, moved or changed');
}

const macError = (what: string) =>
  new SopsError('macMismatch', {
    what,
    where: 'sops.mac',
    fix: 'Restore the file from Git: it was changed by a program that does not know SOPS.',
  });
