import { createStash } from '../cipher/stash';
import { checkDataKey } from '../cipher/value';
import { makeDataKey, unwrapDataKey, wrapDataKey } from '../data-key/data-key';
import type { Layout } from '../formats/codec/format-codec';
import { codecOf } from '../formats/formats';
import { openMac, sameDigest, sealMac } from '../mac/mac';
import { formatVersion } from '../metadata/metadata';
import { readMetadata } from '../metadata/read';
import { writeMetadata } from '../metadata/write';
import { SopsError } from '../model/sops-error';
import type { Document, Format } from '../model/tree';
import { sameDocuments } from '../model/same';
import type { Keyring } from '../recipients/keyring';
import type { KeyGroup } from '../recipients/recipient';
import { defaultRule, type SelectionRule } from '../rules/selection';
import { open } from '../walk/open';
import type { DecryptedFile, EncryptedFile } from './encrypted-file';
import { sealFile } from './seal-file';

/**
 * Reads an encrypted file; nothing is decrypted.
 *
 * @throws SopsError for a text that is not of the format, or has no metadata that can be read
 */
export function parse(content: string | Uint8Array, format: Format): EncryptedFile {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const { documents, metadata } = codecOf(format).readEncrypted(bytes);
  return { format, documents, metadata: readMetadata(metadata) };
}

/** The bytes of an encrypted file, laid out as sops lays it out. */
export const serialize = ({ format, documents, metadata }: EncryptedFile, layout: Layout = {}): Uint8Array =>
  codecOf(format).writeEncrypted(documents, writeMetadata(metadata), layout);

/** Reads a plain file. @throws SopsError for a text that is not of the format */
export const readPlain = (content: string | Uint8Array, format: Format): readonly Document[] =>
  codecOf(format).readPlain(typeof content === 'string' ? Buffer.from(content) : content);

/** The bytes of a plain file. @throws SopsError where the format cannot hold the documents */
export const writePlain = (documents: readonly Document[], format: Format, layout: Layout = {}): Uint8Array =>
  codecOf(format).writePlain(documents, layout);

/**
 * Opens a file and checks its MAC.
 *
 * @throws SopsError where no recipient opens it, a value does not open, or the MAC does not match
 */
export async function decrypt(
  file: EncryptedFile,
  keyring: Keyring,
  { ignoreMac = false } = {},
): Promise<DecryptedFile> {
  const { metadata, format } = file;
  if (!/^v?[0-9]+\.[0-9]+\.[0-9]+|^1\./.test(metadata.version)) {
    throw new SopsError('generic', {
      what: 'the file does not say which version of SOPS made it',
      where: 'sops.version',
      fix: 'Restore the file from Git.',
    });
  }
  const dataKey = checkDataKey(await unwrapDataKey(metadata.groups, metadata.shamirThreshold, keyring));
  try {
    const stash = createStash();
    const { documents, digest } = open(file.documents, { ...metadata, key: dataKey, stash });
    if (!ignoreMac) checkMac(file, digest, dataKey);
    return { format, documents, metadata, dataKey, stash, encrypted: file };
  } catch (error) {
    dataKey.fill(0);
    throw error;
  }
}

function checkMac({ metadata }: EncryptedFile, digest: string, key: Uint8Array): void {
  const fix = 'Restore the file from Git: it was changed by something that does not know SOPS.';
  if (metadata.mac === '')
    throw new SopsError('macMismatch', { what: 'the file has no MAC', where: 'sops.mac', fix });
  const stored = openMac(metadata.mac, metadata.lastModified, key);
  if (stored === undefined)
    throw new SopsError('macMismatch', { what: 'the MAC cannot be decrypted', where: 'sops.mac', fix });
  if (!sameDigest(stored, digest))
    throw new SopsError('macMismatch', {
      what: 'the MAC does not match: values were added, removed, moved or changed',
      where: 'sops.mac',
      fix,
    });
}

/** How a new file is encrypted. */
export interface EncryptOptions {
  readonly format: Format;
  readonly groups: readonly KeyGroup[];
  readonly rule?: SelectionRule | undefined;
  readonly macOnlyEncrypted?: boolean | undefined;
  readonly shamirThreshold?: number | undefined;
  /** Whether the documents are a binary file, for which no rule holds, whatever format it is written in. */
  readonly isBinary?: boolean;
  readonly now?: Date;
}

/**
 * Encrypts documents under a new data key.
 *
 * @throws SopsError where a recipient cannot wrap the key, or a top-level key is SOPS's own
 */
export async function encrypt(
  documents: readonly Document[],
  options: EncryptOptions,
  keyring: Keyring,
): Promise<EncryptedFile> {
  const { format, groups } = options;
  refuseReservedKeys(documents, format);
  const isBinary = options.isBinary ?? format === 'binary';
  const rule = (isBinary ? undefined : options.rule) ?? defaultRule;
  const macOnlyEncrypted = !isBinary && (options.macOnlyEncrypted ?? false);
  const dataKey = makeDataKey();
  try {
    const now = timestamp(options.now ?? new Date());
    const threshold = options.shamirThreshold ?? 0;
    const wrapped = await wrapDataKey(dataKey, groups, threshold, keyring, now);
    const sealed = sealFile(documents, format, { rule, macOnlyEncrypted, key: dataKey });
    return {
      format,
      documents: sealed.documents,
      metadata: {
        groups: wrapped,
        shamirThreshold: groups.length > 1 ? threshold || groups.length : 0,
        lastModified: now,
        mac: sealMac(sealed.digest, now, dataKey),
        rule,
        ruleStated: !isBinary,
        macOnlyEncrypted,
        version: formatVersion,
        unknown: [],
      },
    };
  } finally {
    dataKey.fill(0);
  }
}

/**
 * Encrypts changed documents of an opened file under its data key. Unchanged values keep their ciphertext; where
 * nothing changed at all, the file is the same as before, unless `force` asks for a new date and MAC.
 */
export function reencrypt(
  opened: DecryptedFile,
  documents: readonly Document[],
  { now = new Date(), force = false } = {},
): EncryptedFile {
  if (!force && sameDocuments(documents, opened.documents)) return opened.encrypted;
  const { metadata, format, dataKey, stash } = opened;
  refuseReservedKeys(documents, format);
  const sealed = sealFile(documents, format, { ...metadata, key: dataKey, stash });
  const lastModified = timestamp(now);
  return {
    format,
    documents: sealed.documents,
    metadata: { ...metadata, lastModified, mac: sealMac(sealed.digest, lastModified, dataKey) },
  };
}

/** Opens a file, changes it and closes it again; the data key is zeroed whatever happens. */
export async function edit(
  file: EncryptedFile,
  change: (documents: readonly Document[]) => readonly Document[],
  keyring: Keyring,
  options: { readonly now?: Date; readonly force?: boolean } = {},
): Promise<EncryptedFile> {
  const opened = await decrypt(file, keyring);
  try {
    return reencrypt(opened, change(opened.documents), options);
  } finally {
    opened.dataKey.fill(0);
  }
}

/**
 * Encrypts an opened file under a new data key.
 *
 * @param groups recipients from now on; those that it has where absent
 */
export async function rotate(
  opened: DecryptedFile,
  keyring: Keyring,
  { groups, now = new Date() }: { groups?: readonly KeyGroup[]; now?: Date } = {},
): Promise<EncryptedFile> {
  const { metadata, format, documents, stash } = opened;
  const dataKey = makeDataKey();
  try {
    const lastModified = timestamp(now);
    const next = groups ?? metadata.groups;
    const wrapped = await wrapDataKey(dataKey, next, thresholdFor(metadata, next), keyring, lastModified);
    const sealed = sealFile(documents, format, { ...metadata, key: dataKey, stash });
    const mac = sealMac(sealed.digest, lastModified, dataKey);
    return {
      format,
      documents: sealed.documents,
      metadata: {
        ...metadata,
        groups: wrapped,
        unknownInGroups: [],
        shamirThreshold: thresholdFor(metadata, next),
        lastModified,
        mac,
      },
    };
  } finally {
    dataKey.fill(0);
  }
}

/** The file with other recipients, its data key and values untouched. */
export async function rewrap(
  opened: DecryptedFile,
  groups: readonly KeyGroup[],
  keyring: Keyring,
  { now = new Date() } = {},
): Promise<EncryptedFile> {
  const { encrypted, metadata, dataKey } = opened;
  const shamirThreshold = thresholdFor(metadata, groups);
  const wrapped = await wrapDataKey(dataKey, groups, shamirThreshold, keyring, timestamp(now));
  return { ...encrypted, metadata: { ...metadata, groups: wrapped, unknownInGroups: [], shamirThreshold } };
}

const thresholdFor = (
  { shamirThreshold }: { readonly shamirThreshold: number },
  groups: readonly KeyGroup[],
): number => (groups.length > 1 ? Math.min(shamirThreshold || groups.length, groups.length) : 0);

const timestamp = (date: Date) => `${date.toISOString().slice(0, 19)}Z`;

function refuseReservedKeys(documents: readonly Document[], format: Format): void {
  const isReserved = (key: string) => (format === 'dotenv' ? key.startsWith('sops_') : key === 'sops');
  if (!documents.some(({ items }) => items.some((item) => item.kind === 'item' && isReserved(item.key))))
    return;
  throw new SopsError('alreadyEncrypted', {
    what: 'the file is encrypted already, or has a top-level key that is SOPS’s own',
    where: format === 'dotenv' ? 'keys that begin with sops_' : 'sops',
    fix: 'Decrypt it first, or rename the key.',
  });
}
