import type { DecryptedFile } from 'sops-codec';
import type { Problem } from '../problem';
import { keyText } from './key-path';
import { leavesOf } from './leaves';
import { encryptAgain } from '../config/commands';

/**
 * The problem of a decrypted file with plaintext values that its MAC does not cover: under `mac_only_encrypted`, whoever
 * can commit may set them to what they like. Source: sops README, "--mac-only-encrypted".
 *
 * @param path of the file, for messages
 */
export function unauthenticatedValues(opened: DecryptedFile, path: string): Problem | undefined {
  const { encrypted, documents, format } = opened;
  if (!encrypted.metadata.macOnlyEncrypted) return undefined;
  const stored = leavesOf(encrypted);
  // A value that decryption left as it was is one that the file's rule leaves in plaintext. An empty one has no ciphertext.
  const plain = leavesOf({ ...encrypted, documents }).filter(
    ({ leaf }, index) =>
      leaf.kind !== 'null' &&
      !(leaf.kind === 'str' && leaf.text === '') &&
      stored[index]?.leaf.kind === leaf.kind &&
      JSON.stringify(stored[index].leaf, exactly) === JSON.stringify(leaf, exactly),
  );
  if (plain.length === 0) return undefined;
  const names = [...new Set(plain.map(({ keys }) => keyText(keys, format)))];
  return {
    what: `nothing authenticates ${names.join(', ')}: under mac_only_encrypted the file's MAC covers encrypted values only, so anybody who can commit can change the others`,
    where: path,
    fix: `Remove mac_only_encrypted from .sops.yaml, then:\n${encryptAgain(path)}`,
  };
}

const exactly = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value);
