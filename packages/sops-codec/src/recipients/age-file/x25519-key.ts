import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** ASN.1 in front of the 32 bytes of an X25519 key. Source: RFC 8410 */
const pkcs8Prefix = Buffer.from('302e020100300506032b656e04220420', 'hex');
const spkiPrefix = Buffer.from('302a300506032b656e032100', 'hex');

/** A private X25519 key; the given bytes are filled with zeros. */
export function x25519PrivateKey(scalar: Uint8Array): KeyObject {
  const key = Buffer.concat([pkcs8Prefix, scalar]);
  try {
    return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  } finally {
    key.fill(0);
    scalar.fill(0);
  }
}

/** A public X25519 key. */
export const x25519PublicKey = (bytes: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([spkiPrefix, bytes]), format: 'der', type: 'spki' });

/** The 32 bytes of a public X25519 key, or of the public key of a private one. */
export const x25519Bytes = (key: KeyObject): Buffer =>
  (key.type === 'private' ? createPublicKey(key) : key)
    .export({ format: 'der', type: 'spki' })
    .subarray(spkiPrefix.length);
