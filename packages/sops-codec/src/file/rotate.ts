import { assertOptions, guarded } from '../model/guarded';
import { makeDataKey, wrapDataKey } from '../data-key/data-key';
import { withDataKey } from '../data-key/with-data-key';
import { encryptMac } from '../mac/mac';
import type { Keyring } from '../recipients/keyring';
import type { KeyGroup } from '../recipients/recipient';
import { assertWritable } from './assert-writable';
import { encryptDocuments } from './encrypt-documents';
import type { DecryptedFile, EncryptedFile } from './encrypted-file';
import { timestamp } from './timestamp';

/** How a file gets a new data key. */
export interface RotateOptions {
  /** The recipients from now on; those of the file where absent. */
  readonly groups?: readonly KeyGroup[] | undefined;
  /** The time that the file is marked with. */
  readonly now?: Date | undefined;
}

/** Encrypts a decrypted file under a new data key, for its own recipients or for others. */
export const rotate = guarded(
  'rotate',
  async function rotate(
    decrypted: DecryptedFile,
    keyring: Keyring,
    options: RotateOptions = {},
  ): Promise<EncryptedFile> {
    assertOptions(options, ['groups', 'now'], 'rotate');
    const { groups, now = new Date() } = options;
    const { metadata, format, documents, ivCache } = decrypted;
    assertWritable(documents, format);
    return withDataKey({ dataKey: makeDataKey() }, async ({ dataKey }) => {
      const lastModified = timestamp(now);
      const next = groups ?? metadata.groups;
      const shamirThreshold = thresholdFor(metadata, next);
      const wrapped = await wrapDataKey(dataKey, next, shamirThreshold, keyring, lastModified);
      const tree = encryptDocuments(documents, format, { ...metadata, key: dataKey, ivCache });
      return {
        format,
        documents: tree.documents,
        metadata: {
          ...metadata,
          groups: wrapped,
          unknownInGroups: [],
          shamirThreshold,
          lastModified,
          mac: encryptMac(tree.digest, lastModified, dataKey),
        },
      };
    });
  },
);

/** How a file gets other recipients. */
export interface RewrapOptions {
  /** The time that the new wrapped keys are marked with. */
  readonly now?: Date | undefined;
}

/** The file for other recipients, with the same data key and values. */
export const rewrap = guarded(
  'rewrap',
  async function rewrap(
    decrypted: DecryptedFile,
    groups: readonly KeyGroup[],
    keyring: Keyring,
    options: RewrapOptions = {},
  ): Promise<EncryptedFile> {
    assertOptions(options, ['now'], 'rewrap');
    const { now = new Date() } = options;
    const { encrypted, metadata, dataKey } = decrypted;
    const shamirThreshold = thresholdFor(metadata, groups);
    const wrapped = await wrapDataKey(dataKey, groups, shamirThreshold, keyring, timestamp(now));
    return { ...encrypted, metadata: { ...metadata, groups: wrapped, unknownInGroups: [], shamirThreshold } };
  },
);

const thresholdFor = (
  { shamirThreshold }: { readonly shamirThreshold: number },
  groups: readonly KeyGroup[],
): number => (groups.length > 1 ? Math.min(shamirThreshold || groups.length, groups.length) : 0);
