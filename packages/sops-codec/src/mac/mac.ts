import { createHash, timingSafeEqual } from 'node:crypto';
import { decryptBytes, encryptBytes, parseEncrypted } from '../cipher/value';

/** Hashed first where only encrypted values are hashed: SHA-256("sops"). Source: sops `sops.go` (MACOnlyEncryptedInitialization). */
const macOnlyEncryptedPrefix = Buffer.from(
  '8a3fd2ad54ce66527b1034f3d147be0b0b975b3bf44f72c6fdadec8176f27d69',
  'hex',
);

/** A running SHA-512 over plaintext leaves in document order. */
export interface MacHash {
  readonly add: (plaintext: Uint8Array) => void;
  /** Upper-case hexadecimal digest. */
  readonly digest: () => string;
}

/** Starts a hash. */
export function startMac(macOnlyEncrypted: boolean): MacHash {
  const hash = createHash('sha512');
  if (macOnlyEncrypted) hash.update(macOnlyEncryptedPrefix);
  return {
    add: (plaintext) => void hash.update(plaintext),
    digest: () => hash.digest('hex').toUpperCase(),
  };
}

/** The `mac` text: the digest encrypted with the time of change as additional data, without a colon. */
export const encryptMac = (digest: string, lastModified: string, key: Uint8Array): string =>
  encryptBytes(Buffer.from(digest), 'str', lastModified, key);

/** The digest in a `mac` text; undefined where it cannot be decrypted, or is of another type than `str`, as in sops. */
export function decryptMac(mac: string, lastModified: string, key: Uint8Array): string | undefined {
  const encrypted = parseEncrypted(mac);
  if (encrypted?.type !== 'str') return undefined;
  return decryptBytes(encrypted, lastModified, key)?.toString('latin1');
}

/** Whether a data key is that of a file, by the file's MAC; undefined where the file has none. */
export const fitsMac = ({
  mac,
  lastModified,
}: {
  readonly mac: string;
  readonly lastModified: string;
}): ((key: Uint8Array) => boolean) | undefined =>
  mac === '' ? undefined : (key) => key.length === 32 && decryptMac(mac, lastModified, key) !== undefined;

/** Whether two digests are the same. */
export const sameDigest = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
