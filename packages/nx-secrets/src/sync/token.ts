import { createHash } from 'node:crypto';

/**
 * The version id of a pushed value: lower-case hex SHA-256 of the secret file's bytes. Secrets Manager takes it as the
 * ClientRequestToken (32 to 64 characters), so the same file is never pushed twice. CRLF counts as LF: Git may check the
 * same revision out with either, and the token must be the same on every machine.
 */
export const tokenOf = (fileBytes: Uint8Array): string => {
  const text = Buffer.from(fileBytes.buffer, fileBytes.byteOffset, fileBytes.byteLength).toString('latin1');
  return createHash('sha256').update(text.replaceAll('\r\n', '\n'), 'latin1').digest('hex');
};
