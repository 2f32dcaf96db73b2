import { createIvCache } from '../cipher/iv-cache';
import { unwrapDataKey } from '../data-key/data-key';
import { withDataKey } from '../data-key/with-data-key';
import type { DecryptedFile, EncryptedFile } from '../file/encrypted-file';
import { rewrap } from '../file/rotate';
import { fitsMac } from '../mac/mac';
import type { KeyGroup } from '../recipients/recipient';
import { keyringOf } from './environment';
import type { Flags } from './arguments/flag';

/** A file for other recipients; its values, MAC and date stay the same. */
export async function withGroups(
  encrypted: EncryptedFile,
  groups: readonly KeyGroup[],
  flags: Flags,
  shamirThreshold = encrypted.metadata.shamirThreshold,
): Promise<EncryptedFile> {
  const keyring = keyringOf(flags);
  const metadata = { ...encrypted.metadata, shamirThreshold };
  const before = encrypted.metadata;
  const dataKey = await unwrapDataKey(before.groups, before.shamirThreshold, keyring, fitsMac(before));
  // Nothing is decrypted here, so nothing is known to be unauthenticated either.
  const decrypted: DecryptedFile = {
    ...encrypted,
    metadata,
    dataKey,
    ivCache: createIvCache(),
    encrypted,
    unauthenticated: [],
  };
  return withDataKey(decrypted, () => rewrap(decrypted, groups, keyring));
}
