import { createStash } from '../cipher/stash';
import { unwrapDataKey } from '../data-key/data-key';
import type { DecryptedFile, EncryptedFile } from '../file/encrypted-file';
import { rewrap } from '../file/file';
import type { KeyGroup } from '../recipients/recipient';
import { keyringOf } from './environment';
import type { Flags } from './recipient-flags';

/** A file for other recipients; values, MAC and date are not touched. */
export async function withGroups(
  encrypted: EncryptedFile,
  groups: readonly KeyGroup[],
  flags: Flags,
  shamirThreshold = encrypted.metadata.shamirThreshold,
): Promise<EncryptedFile> {
  const keyring = keyringOf(flags);
  const metadata = { ...encrypted.metadata, shamirThreshold };
  const dataKey = await unwrapDataKey(encrypted.metadata.groups, encrypted.metadata.shamirThreshold, keyring);
  const opened: DecryptedFile = { ...encrypted, metadata, dataKey, stash: createStash(), encrypted };
  try {
    return await rewrap(opened, groups, keyring);
  } finally {
    dataKey.fill(0);
  }
}
