import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';

const cipher = 'chacha20-poly1305';
const tagLength = 16;

/** A key of 32 bytes from a secret: HKDF-SHA-256. */
export const derive = (secret: Uint8Array, salt: Uint8Array, info: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, salt, info, 32));

/** The MAC of a header, by its file key. */
export function headerMac(fileKey: Uint8Array, authenticated: Uint8Array): Buffer {
  const key = derive(fileKey, new Uint8Array(), 'header');
  try {
    return createHmac('sha256', key).update(authenticated).digest();
  } finally {
    key.fill(0);
  }
}

/** Encrypts, with the tag behind the ciphertext. */
export function seal(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array): Buffer {
  const sealing = createCipheriv(cipher, key, nonce, { authTagLength: tagLength });
  return Buffer.concat([sealing.update(plaintext), sealing.final(), sealing.getAuthTag()]);
}

/** Decrypts; undefined where the key, the nonce or the bytes are not those that were sealed. */
export function open(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Buffer | undefined {
  if (sealed.length < tagLength) return undefined;
  const cut = sealed.length - tagLength;
  const opening = createDecipheriv(cipher, key, nonce, { authTagLength: tagLength });
  opening.setAuthTag(sealed.subarray(cut));
  const plaintext = opening.update(sealed.subarray(0, cut));
  try {
    return Buffer.concat([plaintext, opening.final()]);
  } catch {
    return undefined;
  } finally {
    plaintext.fill(0);
  }
}
