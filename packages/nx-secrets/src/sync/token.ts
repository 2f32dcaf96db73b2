import { createHash } from 'node:crypto';

/**
 * The version id of a pushed value: lower-case hex SHA-256 of the secret file's bytes. Secrets Manager takes it as the
 * ClientRequestToken (32 to 64 characters), so the same file is never pushed twice.
 */
export const tokenOf = (fileBytes: Uint8Array): string =>
  createHash('sha256').update(fileBytes).digest('hex');
