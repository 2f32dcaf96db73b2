import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readHeader, writeHeader, writeMac } from './header';
import { openPayload, sealPayload } from './payload';
import { headerMac } from './primitives';
import { readRecipient, unwrapFileKey, wrapFileKey, type X25519Identity } from './x25519';

/**
 * Decrypts an age file with X25519 identities, by what Node has of cryptography. It takes nothing that `age-encryption`
 * refuses, and is a tenth of what that takes to load. Source: C2SP age
 *
 * @returns undefined where none of the identities opens the file, or it is damaged, or Node lacks a primitive: the library
 * then is asked, and tells
 */
export function openAgeFile(file: Buffer, identities: readonly X25519Identity[]): Buffer | undefined {
  try {
    const header = readHeader(file);
    if (header === undefined || !mayBeOpened(header.stanzas.map(({ args }) => args[0]))) return undefined;
    for (const identity of identities) {
      const fileKey = unwrapFileKey(identity, header.stanzas);
      if (fileKey === undefined) continue;
      try {
        if (!timingSafeEqual(headerMac(fileKey, header.authenticated), header.mac)) return undefined;
        return openPayload(fileKey, file.subarray(header.length));
      } finally {
        fileKey.fill(0);
      }
    }
    return undefined;
  } catch {
    return undefined;
  }
}

/** A passphrase is the only recipient of its file. */
const mayBeOpened = (types: readonly (string | undefined)[]): boolean => !types.includes('scrypt');

/** Encrypts for an X25519 recipient; undefined where it is another one, or Node lacks a primitive. */
export async function sealAgeFile(recipient: string, plaintext: Uint8Array): Promise<Buffer | undefined> {
  const bytes = await readRecipient(recipient);
  if (bytes === undefined) return undefined;
  const fileKey = randomBytes(16);
  try {
    const authenticated = writeHeader([wrapFileKey(bytes, fileKey)]);
    const header = writeMac(authenticated, headerMac(fileKey, authenticated));
    return Buffer.concat([header, sealPayload(fileKey, plaintext)]);
  } catch {
    return undefined;
  } finally {
    fileKey.fill(0);
  }
}
