import type { DecryptedFile } from 'sops-codec';
import type { Problem } from '../problem';
import { encryptAgain } from '../config/commands';
import { keyText } from './key-path';

/**
 * The problem of a decrypted file with plaintext values that its MAC does not cover: under `mac_only_encrypted`, whoever
 * can commit may set them to what they like. Source: sops README, "--mac-only-encrypted".
 *
 * @param path of the file, for messages
 */
export function unauthenticatedValues(
  { unauthenticated, format }: DecryptedFile,
  path: string,
): Problem | undefined {
  if (unauthenticated.length === 0) return undefined;
  const names = [...new Set(unauthenticated.map((keys) => keyText(keys, format)))];
  return {
    code: 'unauthenticatedValues',
    what: `nothing authenticates ${names.join(', ')}: with mac_only_encrypted the MAC covers encrypted values only, so anybody who can commit can change the others`,
    where: path,
    fix: `Remove mac_only_encrypted from .sops.yaml, then:\n${encryptAgain(path)}`,
  };
}
