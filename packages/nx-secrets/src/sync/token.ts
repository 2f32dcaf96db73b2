import { createHash } from 'node:crypto';
import type { OutputForm } from '../config/options';

/**
 * The version id of a pushed value: lower-case hex SHA-256 of the secret file's bytes, and of the output form where it
 * is not the default: the same file in another form is another value. Secrets Manager takes it as the ClientRequestToken
 * (32 to 64 characters), so the same file is never pushed twice. CRLF counts as LF: Git may check the same revision out
 * with either, and the token must be the same on every machine.
 */
export const tokenOf = (fileBytes: Uint8Array, output: OutputForm = 'json'): string => {
  const text = Buffer.from(fileBytes.buffer, fileBytes.byteOffset, fileBytes.byteLength).toString('latin1');
  const hash = createHash('sha256').update(text.replaceAll('\r\n', '\n'), 'latin1');
  // No secret file has a NUL in it, so no file's bytes can be taken for those of another in another form.
  return (output === 'json' ? hash : hash.update(`\0${output}`)).digest('hex');
};

/** The tokens that a file's bytes may have been pushed under: the output form may have been changed since. */
export const tokensOf = (fileBytes: Uint8Array): readonly string[] => [
  tokenOf(fileBytes),
  tokenOf(fileBytes, 'raw'),
];

/** Whether a version id has the form of a token; ids that AWS or people make do not (a UUID has 36 characters). */
export const isToken = (versionId: string): boolean => /^[0-9a-f]{64}$/.test(versionId);
