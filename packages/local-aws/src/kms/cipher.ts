import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { KeyMaterial, KmsKey } from '../store/model';

/** An encryption context as pairs, in any order. */
export type EncryptionContext = readonly (readonly [string, string])[];

/** The parts of a ciphertext, readable before anything is decrypted. */
export interface Ciphertext {
  readonly keyId: string;
  readonly materialId: string;
  /** The bytes up to the nonce, authenticated with the rest. */
  readonly header: Buffer;
  readonly nonce: Buffer;
  readonly encrypted: Buffer;
  readonly tag: Buffer;
}

const form = { singleRegion: 1, multiRegion: 2 } as const;
const size = { form: 1, keyId: 16, materialId: 32, nonce: 12, tag: 16 } as const;
const headerSize = size.form + size.keyId + size.materialId;

/** Encrypts under the key's newest material; context, key and material are bound to the ciphertext. */
export function encrypt(key: KmsKey, context: EncryptionContext, plaintext: Uint8Array): Buffer {
  const material = currentMaterial(key);
  const header = Buffer.concat([
    Buffer.from([key.multiRegion ? form.multiRegion : form.singleRegion]),
    Buffer.from(key.id.replace(/^mrk-/, '').replaceAll('-', ''), 'hex'),
    Buffer.from(material.id, 'hex'),
  ]);
  const nonce = randomBytes(size.nonce);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(material.secret, 'base64'), nonce);
  cipher.setAAD(Buffer.concat([header, encodeContext(context)]));
  const encrypted = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([header, nonce, encrypted, cipher.getAuthTag()]);
}

/** Takes a ciphertext apart; `undefined` for bytes that `encrypt` cannot have made. */
export function parseCiphertext(blob: Buffer): Ciphertext | undefined {
  const which = blob[0];
  const known = which === form.singleRegion || which === form.multiRegion;
  if (!known || blob.length < headerSize + size.nonce + size.tag) return undefined;
  const hex = blob.subarray(size.form, size.form + size.keyId).toString('hex');
  return {
    keyId: which === form.multiRegion ? `mrk-${hex}` : hyphenated(hex),
    materialId: blob.subarray(size.form + size.keyId, headerSize).toString('hex'),
    header: blob.subarray(0, headerSize),
    nonce: blob.subarray(headerSize, headerSize + size.nonce),
    encrypted: blob.subarray(headerSize + size.nonce, blob.length - size.tag),
    tag: blob.subarray(blob.length - size.tag),
  };
}

/** Decrypts; `undefined` where key, context or bytes are not those of the encryption. */
export function decrypt(key: KmsKey, context: EncryptionContext, ciphertext: Ciphertext): Buffer | undefined {
  const material = key.materials.find(({ id }) => id === ciphertext.materialId);
  if (material === undefined) return undefined;
  const secret = Buffer.from(material.secret, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', secret, ciphertext.nonce, { authTagLength: size.tag });
  decipher.setAAD(Buffer.concat([ciphertext.header, encodeContext(context)]));
  decipher.setAuthTag(ciphertext.tag);
  try {
    return Buffer.concat([decipher.update(ciphertext.encrypted), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** The material that encrypts now. */
export function currentMaterial(key: KmsKey): KeyMaterial {
  const material = key.materials.at(-1);
  if (material === undefined) throw new Error(`${key.arn} has no key material`);
  return material;
}

/**
 * A context as bytes: pairs sorted by key, every text with its length before it, so that no two contexts have the
 * same bytes ({ab: c} and {a: bc} differ).
 */
export function encodeContext(context: EncryptionContext): Buffer {
  const sorted = [...context].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Buffer.concat(sorted.flat().flatMap(withLength));
}

function withLength(value: string): Buffer[] {
  const bytes = Buffer.from(value, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return [length, bytes];
}

function hyphenated(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
