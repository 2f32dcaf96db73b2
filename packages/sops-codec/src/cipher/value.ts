import { guarded } from '../model/guarded';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { SopsError } from '../model/sops-error';

/** Type words in the text form of an encrypted value. */
export type TypeWord = 'str' | 'int' | 'float' | 'bool' | 'time' | 'comment' | 'bytes';

/** The parts of `ENC[AES256_GCM,data:…,iv:…,tag:…,type:…]`. */
export interface EncryptedText {
  readonly data: Buffer;
  readonly iv: Buffer;
  readonly tag: Buffer;
  readonly type: string;
}

/** How every ciphertext begins. */
export const ciphertextPrefix = 'ENC[AES256_GCM,data:';
const ivLength = 32;
const tagLength = 16;
/** For texts whose length is a multiple of four; a group of four in the expression overflows the stack for large values. */
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * Encrypts plaintext bytes with AES-256-GCM and a 32-byte IV.
 *
 * @param aad additional data: the path's text form
 * @param iv reused for an unchanged value so that its ciphertext stays the same; random otherwise
 * @returns the text form. Source: sops `aes/cipher.go`
 */
export function encryptBytes(
  plaintext: Uint8Array,
  type: TypeWord,
  aad: string,
  key: Uint8Array,
  iv: Uint8Array = randomBytes(ivLength),
): string {
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(aad));
  const data = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  return `ENC[AES256_GCM,data:${text(data)},iv:${text(iv)},tag:${text(cipher.getAuthTag())},type:${type}]`;
}

/** Parses the text form; undefined where the text is not of that form. */
export function parseEncrypted(text: string): EncryptedText | undefined {
  if (!text.startsWith(ciphertextPrefix)) return undefined;
  const [data, iv, tag, type] = partsOf(text) ?? [];
  if (!data || !iv || !tag || !type) return undefined;
  const parts = [data, iv, tag].map(decodeBase64);
  const [dataBytes, ivBytes, tagBytes] = parts;
  return dataBytes && ivBytes && tagBytes ? { data: dataBytes, iv: ivBytes, tag: tagBytes, type } : undefined;
}

/** Whether a text has the form of an encrypted value; only a key shows whether it can be decrypted. */
export const isCiphertext = guarded(
  'isCiphertext',
  (text: string): boolean => parseEncrypted(text) !== undefined,
);

/**
 * The texts of the four parts. sops has greedy groups without an end anchor, so each part is as long as possible, and
 * what follows the last bracket is ignored. The same regular expression here would backtrack over every possible cut.
 */
function partsOf(text: string): readonly string[] | undefined {
  const lineEnd = text.indexOf('\n');
  const end = text.lastIndexOf(']', lineEnd < 0 ? undefined : lineEnd);
  const type = cutBefore(text, ',type:', end);
  const tag = cutBefore(text, ',tag:', type);
  const iv = cutBefore(text, ',iv:', tag);
  if (iv < ciphertextPrefix.length) return undefined;
  return [
    text.slice(ciphertextPrefix.length, iv),
    text.slice(iv + ',iv:'.length, tag),
    text.slice(tag + ',tag:'.length, type),
    text.slice(type + ',type:'.length, end),
  ];
}

/** The place of the last mark that has a character between it and `end`; less than 0 where there is none. */
const cutBefore = (text: string, mark: string, end: number): number =>
  end <= mark.length ? -1 : text.lastIndexOf(mark, end - mark.length - 1);

/** Decrypts an encrypted text; undefined where the key, the path or the bytes are not those that it was encrypted with. */
export function decryptBytes(
  { data, iv, tag }: EncryptedText,
  aad: string,
  key: Uint8Array,
): Buffer | undefined {
  const ciphertext = Buffer.concat([data, tag]);
  // sops joins data and tag before decrypting; the tag is the last 16 bytes wherever the text has the cut.
  if (tag.length > ciphertext.length || ciphertext.length < tagLength || iv.length === 0) return undefined;
  const cut = ciphertext.length - tagLength;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagLength });
    decipher.setAAD(Buffer.from(aad));
    decipher.setAuthTag(ciphertext.subarray(cut));
    return Buffer.concat([decipher.update(ciphertext.subarray(0, cut)), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** Returns a data key of the right length. @throws SopsError where it is not 32 bytes */
export function assertDataKey(key: Uint8Array): Uint8Array {
  if (key.length === 32) return key;
  throw new SopsError('treeDecryption', {
    what: `the data key has ${key.length} bytes, not 32`,
    fix: 'Restore the file from Git: a recipient holds something else than its data key.',
  });
}

function decodeBase64(text: string): Buffer | undefined {
  const clean = text.replaceAll('\r', '');
  return clean.length % 4 === 0 && base64.test(clean) ? Buffer.from(clean, 'base64') : undefined;
}
