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

const prefix = 'ENC[AES256_GCM,data:';
const ivLength = 32;
const tagLength = 16;
/** With a length that four divides; groups of four in the expression would be too many for the stack in large values. */
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * Encrypts plaintext bytes with AES-256-GCM and a 32-byte IV.
 *
 * @param aad additional data: the path's text form
 * @param iv reused for an unchanged value so that its ciphertext stays; random otherwise
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

/** Takes the text form apart; undefined where the text is not of that form. */
export function parseEncrypted(text: string): EncryptedText | undefined {
  if (!text.startsWith(prefix)) return undefined;
  const [data, iv, tag, type] = partsOf(text) ?? [];
  if (!data || !iv || !tag || !type) return undefined;
  const parts = [data, iv, tag].map(decodeBase64);
  const [dataBytes, ivBytes, tagBytes] = parts;
  return dataBytes && ivBytes && tagBytes ? { data: dataBytes, iv: ivBytes, tag: tagBytes, type } : undefined;
}

/** Whether a text is of the form of an encrypted value; whether a key opens it is another matter. */
export const isCiphertext = (text: string): boolean => parseEncrypted(text) !== undefined;

/**
 * The texts of the four parts. sops has greedy groups without an end anchor, so each part reaches as far as it can, and
 * what follows the last bracket is ignored. A regular expression of them would try all cuts of a text that has many.
 */
function partsOf(text: string): readonly string[] | undefined {
  const lineEnd = text.indexOf('\n');
  const end = text.lastIndexOf(']', lineEnd < 0 ? undefined : lineEnd);
  const type = cutBefore(text, ',type:', end);
  const tag = cutBefore(text, ',tag:', type);
  const iv = cutBefore(text, ',iv:', tag);
  if (iv < prefix.length) return undefined;
  return [
    text.slice(prefix.length, iv),
    text.slice(iv + ',iv:'.length, tag),
    text.slice(tag + ',tag:'.length, type),
    text.slice(type + ',type:'.length, end),
  ];
}

/** Where the last mark stands that has a character between it and `end`; less than 0 where there is none. */
const cutBefore = (text: string, mark: string, end: number): number =>
  end <= mark.length ? -1 : text.lastIndexOf(mark, end - mark.length - 1);

/** Opens an encrypted text; undefined where the key, the path or the bytes are not the ones it was made with. */
export function decryptBytes(
  { data, iv, tag }: EncryptedText,
  aad: string,
  key: Uint8Array,
): Buffer | undefined {
  const sealed = Buffer.concat([data, tag]);
  // sops joins data and tag before opening; the tag is its last 16 bytes wherever the text puts the cut.
  if (tag.length > sealed.length || sealed.length < tagLength || iv.length === 0) return undefined;
  const cut = sealed.length - tagLength;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagLength });
    decipher.setAAD(Buffer.from(aad));
    decipher.setAuthTag(sealed.subarray(cut));
    return Buffer.concat([decipher.update(sealed.subarray(0, cut)), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** Checks a data key's length. @throws SopsError where it is not 32 bytes */
export function checkDataKey(key: Uint8Array): Uint8Array {
  if (key.length === 32) return key;
  throw new SopsError('treeDecryption', {
    what: `the data key has ${key.length} bytes, not 32`,
    fix: 'The file was not made by sops, or a recipient wraps something else: restore it from Git.',
  });
}

function decodeBase64(text: string): Buffer | undefined {
  const clean = text.replaceAll('\r', '');
  return clean.length % 4 === 0 && base64.test(clean) ? Buffer.from(clean, 'base64') : undefined;
}
