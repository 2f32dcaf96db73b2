import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const nonceSize = 12;
const tagSize = 16;

/** Encrypts what a service stores under a data key: nonce, ciphertext and tag. */
export function encryptUnderDataKey(dataKey: Buffer, bytes: Buffer): Buffer {
  const nonce = randomBytes(nonceSize);
  const cipher = createCipheriv('aes-256-gcm', dataKey, nonce);
  return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}

/** The reverse. Throws Error for other bytes, or another data key. */
export function decryptUnderDataKey(dataKey: Buffer, encrypted: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', dataKey, encrypted.subarray(0, nonceSize), {
    authTagLength: tagSize,
  });
  decipher.setAuthTag(encrypted.subarray(-tagSize));
  return Buffer.concat([decipher.update(encrypted.subarray(nonceSize, -tagSize)), decipher.final()]);
}
