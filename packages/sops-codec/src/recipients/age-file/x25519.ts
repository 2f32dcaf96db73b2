import { diffieHellman, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { decodeBase64, unpadded } from './base64';
import { decodeBech32 } from './bech32';
import type { Stanza } from './header';
import { derive, open, seal } from './primitives';
import { x25519Bytes, x25519PrivateKey, x25519PublicKey } from './x25519-key';

const type = 'X25519';
const label = 'age-encryption.org/v1/X25519';
const keyLength = 32;
const fileKeyLength = 16;
/** A key wraps one file key only. */
const zeroNonce = new Uint8Array(12);

/** An identity: the private key, and the bytes of its public key. */
export interface X25519Identity {
  readonly privateKey: KeyObject;
  readonly publicBytes: Uint8Array;
}

/** Reads `AGE-SECRET-KEY-1…`; undefined for any other text. */
export async function readIdentity(text: string): Promise<X25519Identity | undefined> {
  const bytes = await bytesOf(text, 'AGE-SECRET-KEY-');
  if (bytes === undefined) return undefined;
  const privateKey = x25519PrivateKey(bytes);
  return { privateKey, publicBytes: x25519Bytes(privateKey) };
}

/** As `readIdentity`, without waiting for a library. */
export function readIdentitySync(text: string): X25519Identity | undefined {
  const bytes = text.startsWith('AGE-SECRET-KEY-1') ? decodeBech32(text, 'age-secret-key-') : undefined;
  if (bytes?.length !== keyLength) return undefined;
  const privateKey = x25519PrivateKey(bytes);
  return { privateKey, publicBytes: x25519Bytes(privateKey) };
}

/** Reads `age1…`, of an X25519 key; undefined for any other text. */
export const readRecipient = (text: string): Promise<Uint8Array | undefined> => bytesOf(text, 'age');

/** The bytes of a key in Bech32, which is all in upper case for identities, in lower case for recipients. */
async function bytesOf(text: string, prefix: string): Promise<Uint8Array | undefined> {
  if (!text.startsWith(`${prefix}1`)) return undefined;
  const { bech32 } = await import('@scure/base');
  const decoded = bech32.decodeUnsafe(text, 256);
  const bytes = decoded && bech32.fromWordsUnsafe(decoded.words);
  if (decoded?.prefix !== prefix.toLowerCase() || !bytes) return undefined;
  return bytes.length === keyLength ? Uint8Array.from(bytes) : undefined;
}

/** The key that wraps a file key. OpenSSL refuses a share of low order, whose secret would be all zeros. */
function wrappingKey(
  privateKey: KeyObject,
  peer: Uint8Array,
  share: Uint8Array,
  recipient: Uint8Array,
): Buffer {
  const secret = diffieHellman({ privateKey, publicKey: x25519PublicKey(peer) });
  try {
    return derive(secret, Buffer.concat([share, recipient]), label);
  } finally {
    secret.fill(0);
  }
}

/** Wraps a file key for a recipient. Source: C2SP age, "X25519 recipient stanza" */
export function wrapFileKey(recipient: Uint8Array, fileKey: Uint8Array): Stanza {
  const { privateKey } = generateKeyPairSync('x25519');
  const share = x25519Bytes(privateKey);
  const key = wrappingKey(privateKey, recipient, share, recipient);
  try {
    return { args: [type, unpadded(share)], body: seal(key, zeroNonce, fileKey) };
  } finally {
    key.fill(0);
  }
}

/**
 * Unwraps the file key; undefined where no stanza is for the identity.
 *
 * @throws Error where an X25519 stanza is malformed
 */
export function unwrapFileKey(identity: X25519Identity, stanzas: readonly Stanza[]): Buffer | undefined {
  for (const { args, body } of stanzas) {
    if (args[0] !== type) continue;
    const share = args.length === 2 ? decodeBase64(args[1] ?? '', 'unpadded') : undefined;
    if (share?.length !== keyLength || body.length !== fileKeyLength + 16)
      throw new Error('malformed stanza');
    const key = wrappingKey(identity.privateKey, share, share, identity.publicBytes);
    const fileKey = open(key, zeroNonce, body);
    key.fill(0);
    if (fileKey !== undefined) return fileKey;
  }
  return undefined;
}
