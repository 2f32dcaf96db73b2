import { assertFunction, assertOptions, guarded } from '../model/guarded';
import { makeDataKey, wrapDataKey } from '../data-key/data-key';
import { withDataKey } from '../data-key/with-data-key';
import { encryptMac } from '../mac/mac';
import { formatVersion } from '../metadata/metadata';
import { sameDocuments } from '../model/same';
import { SopsError } from '../model/sops-error';
import type { Document, Format } from '../model/tree';
import type { Keyring } from '../recipients/keyring';
import type { KeyGroup } from '../recipients/recipient';
import { defaultRule, type SelectionRule } from '../rules/selection';
import { decrypt, type DecryptOptions } from './decrypt';
import { assertWritable } from './assert-writable';
import { encryptDocuments } from './encrypt-documents';
import type { DecryptedFile, EncryptedFile } from './encrypted-file';
import { timestamp } from './timestamp';

/** How a new file is encrypted. */
export interface EncryptOptions {
  /** The format that the file will be written in. */
  readonly format: Format;
  /** The recipients; several groups hold a share of the data key each. */
  readonly groups: readonly KeyGroup[];
  /** Which values are encrypted; all but those of keys that end in `_unencrypted` where absent. */
  readonly rule?: SelectionRule | undefined;
  /** Whether the MAC covers encrypted values only. */
  readonly macOnlyEncrypted?: boolean | undefined;
  /** How many groups are needed to decrypt; all of them where absent or 0. */
  readonly shamirThreshold?: number | undefined;
  /** Whether the documents are a binary file, which no rule applies to, whatever format it is written in. */
  readonly isBinary?: boolean | undefined;
  /** The time that the file is marked with. */
  readonly now?: Date | undefined;
}

/** A creation rule may be among the options, with what it has besides. */
const encryptOptions = [
  ...['format', 'groups', 'rule', 'macOnlyEncrypted', 'shamirThreshold', 'isBinary', 'now'],
  ...['pathRegex', 'line'],
];

/**
 * Encrypts documents under a new data key.
 *
 * @throws SopsError where a recipient cannot wrap the key, or a top-level key is reserved for SOPS (`alreadyEncrypted`)
 */
export const encrypt = guarded(
  'encrypt',
  async function encrypt(
    documents: readonly Document[],
    options: EncryptOptions,
    keyring: Keyring,
  ): Promise<EncryptedFile> {
    assertOptions(options, encryptOptions, 'encrypt');
    const { format, groups } = options;
    assertPlain(documents, format);
    const isBinary = options.isBinary ?? format === 'binary';
    const rule = (isBinary ? undefined : options.rule) ?? defaultRule;
    const macOnlyEncrypted = !isBinary && (options.macOnlyEncrypted ?? false);
    return withDataKey({ dataKey: makeDataKey() }, async ({ dataKey }) => {
      const now = timestamp(options.now ?? new Date());
      const threshold = options.shamirThreshold ?? 0;
      const wrapped = await wrapDataKey(dataKey, groups, threshold, keyring, now);
      const tree = encryptDocuments(documents, format, { rule, macOnlyEncrypted, key: dataKey });
      return {
        format,
        documents: tree.documents,
        metadata: {
          groups: wrapped,
          // A single group has no use for a threshold, but sops keeps it for the groups to come.
          shamirThreshold: groups.length > 1 ? threshold || groups.length : threshold,
          lastModified: now,
          mac: encryptMac(tree.digest, now, dataKey),
          rule,
          hasExplicitRule: !isBinary,
          macOnlyEncrypted,
          version: formatVersion,
          unknown: [],
        },
      };
    });
  },
);

/** How a decrypted file is encrypted again. */
export interface ReencryptOptions {
  /** The time that the file is marked with. */
  readonly now?: Date | undefined;
  /** Whether a file without changes gets a new date and MAC, too. */
  readonly force?: boolean | undefined;
}

/**
 * Encrypts changed documents of a decrypted file under its data key. Unchanged values keep their ciphertext; a file
 * without changes is returned as it was, unless `force` asks for a new date and MAC.
 */
export const reencrypt = guarded(
  'reencrypt',
  function reencrypt(
    decrypted: DecryptedFile,
    documents: readonly Document[],
    options: ReencryptOptions = {},
  ): EncryptedFile {
    assertOptions(options, ['now', 'force', 'ignoreMac'], 'reencrypt');
    const { now = new Date(), force = false } = options;
    if (!force && sameDocuments(documents, decrypted.documents)) return decrypted.encrypted;
    const { metadata, format, dataKey, ivCache } = decrypted;
    assertPlain(documents, format);
    const tree = encryptDocuments(documents, format, { ...metadata, key: dataKey, ivCache });
    const lastModified = timestamp(now);
    return {
      format,
      documents: tree.documents,
      metadata: { ...metadata, lastModified, mac: encryptMac(tree.digest, lastModified, dataKey) },
    };
  },
);

/**
 * Decrypts a file, changes it and encrypts it again under its data key, which is filled with zeros afterwards.
 *
 * @param change takes the plain documents, and returns the changed ones
 */
export const edit = async (
  file: EncryptedFile,
  change: (documents: readonly Document[]) => readonly Document[],
  keyring: Keyring,
  options: ReencryptOptions & DecryptOptions = {},
): Promise<EncryptedFile> => {
  assertFunction(change, 'the change');
  return withDataKey(decrypt(file, keyring, options), (decrypted) =>
    reencrypt(decrypted, change(decrypted.documents), options),
  );
};

function assertPlain(documents: readonly Document[], format: Format): void {
  assertWritable(documents, format);
  const isReserved = (key: string) => (format === 'dotenv' ? key.startsWith('sops_') : key === 'sops');
  if (!documents.some(({ items }) => items.some((item) => item.kind === 'item' && isReserved(item.key))))
    return;
  throw new SopsError('alreadyEncrypted', {
    what: 'the file is already encrypted, or has a top-level key that is reserved for SOPS',
    where: format === 'dotenv' ? 'keys that begin with sops_' : 'sops',
    fix: 'Decrypt it first, or rename the key.',
  });
}
