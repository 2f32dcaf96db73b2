import {
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  timingSafeEqual,
} from 'node:crypto';
import { fromBech32 } from './bech32';

/** A stanza of an age header. */
interface Stanza {
  readonly args: readonly string[];
  readonly body: Buffer;
}

interface AgeFile {
  readonly stanzas: readonly Stanza[];
  /** The header up to and with `---`, which the MAC is about. */
  readonly header: Buffer;
  readonly mac: Buffer;
  readonly payload: Buffer;
}

const tagLength = 16;
/** Longest payload that is one chunk. */
const chunk = 64 * 1024 + tagLength;

/**
 * Opens an armored age file with X25519 identities by Node's own crypto: loading a library for it would cost more than
 * all the rest of a small file. Undefined for whatever it does not open: the library then says why, or opens it.
 * Source: age-encryption.org/v1
 */
export function openX25519(armored: string, identities: readonly string[]): Uint8Array | undefined {
  const file = readAgeFile(armored);
  if (!file) return undefined;
  for (const identity of identities) {
    for (const stanza of file.stanzas) {
      const fileKey = fileKeyOf(stanza, identity);
      if (!fileKey) continue;
      try {
        return openPayload(file, fileKey);
      } finally {
        fileKey.fill(0);
      }
    }
  }
  return undefined;
}

function readAgeFile(armored: string): AgeFile | undefined {
  const [, base64] =
    /^\s*-----BEGIN AGE ENCRYPTED FILE-----\n([A-Za-z0-9+/=\n]+)\n-----END AGE ENCRYPTED FILE-----\s*$/.exec(
      armored,
    ) ?? [];
  if (base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  const text = bytes.toString('latin1');
  const [whole, header, mac] =
    /^(age-encryption\.org\/v1\n[^]*?\n---) ([A-Za-z0-9+/]{43})\n/.exec(text) ?? [];
  if (whole === undefined || header === undefined || mac === undefined) return undefined;
  // The last letter has two bits to spare, which must not be set.
  if (Buffer.from(mac, 'base64').toString('base64') !== `${mac}=`) return undefined;
  return {
    stanzas: [...header.matchAll(/^-> ([!-~ ]+)\n((?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/]{0,63})$/gm)].map(
      ([, args = '', body = '']) => ({ args: args.split(' '), body: Buffer.from(body, 'base64') }),
    ),
    header: bytes.subarray(0, header.length),
    mac: Buffer.from(mac, 'base64'),
    payload: bytes.subarray(whole.length),
  };
}

function fileKeyOf({ args: [kind, share = ''], body }: Stanza, identity: string): Buffer | undefined {
  const secret = kind === 'X25519' ? fromBech32(identity, 'age-secret-key-') : undefined;
  const ephemeral = Buffer.from(share, 'base64');
  if (secret?.length !== 32 || ephemeral.length !== 32 || body.length !== 16 + tagLength) return undefined;
  try {
    const privateKey = createPrivateKey({ key: { ...jwk, d: base64url(secret), x: '' }, format: 'jwk' });
    const publicKey = createPublicKey({ key: { ...jwk, x: base64url(ephemeral) }, format: 'jwk' });
    const own = createPublicKey(privateKey).export({ format: 'jwk' }).x ?? '';
    // Throws for a share of low order.
    const shared = diffieHellman({ privateKey, publicKey });
    const salt = Buffer.concat([ephemeral, Buffer.from(own, 'base64url')]);
    return openChaCha(derive(shared, salt, 'age-encryption.org/v1/X25519'), Buffer.alloc(12), body);
  } catch {
    return undefined;
  } finally {
    secret.fill(0);
  }
}

/** Keys are made of their raw bytes in this form ten times as fast as of DER. */
const jwk = { kty: 'OKP', crv: 'X25519' };
const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

function openPayload({ header, mac, payload }: AgeFile, fileKey: Buffer): Uint8Array | undefined {
  const expected = createHmac('sha256', derive(fileKey, Buffer.alloc(0), 'header'))
    .update(header)
    .digest();
  if (!timingSafeEqual(expected, mac)) return undefined;
  const [nonce, sealed] = [payload.subarray(0, 16), payload.subarray(16)];
  if (sealed.length < tagLength || sealed.length > chunk) return undefined;
  // The one chunk, number 0, is the last one.
  return openChaCha(
    derive(fileKey, nonce, 'payload'),
    Buffer.concat([Buffer.alloc(11), Buffer.of(1)]),
    sealed,
  );
}

const derive = (key: Uint8Array, salt: Uint8Array, info: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key, salt, info, 32));

function openChaCha(key: Buffer, nonce: Buffer, sealed: Buffer): Buffer | undefined {
  const cut = sealed.length - tagLength;
  const decipher = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: tagLength });
  decipher.setAuthTag(sealed.subarray(cut));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, cut)), decipher.final()]);
  } catch {
    return undefined;
  }
}
