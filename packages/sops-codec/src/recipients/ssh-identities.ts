import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SopsError } from '../model/sops-error';
import { outputOf } from './command-output';
import { readSshPrivateKey, type AskPassphrase, type SshPrivateKey } from './ssh-private-key';

/** Private SSH keys, and why others cannot be used. */
export interface FoundSshKeys {
  readonly keys: readonly SshPrivateKey[];
  readonly problems: readonly SopsError[];
}

/**
 * The keys of `SOPS_AGE_SSH_PRIVATE_KEY_FILE`, `~/.ssh/id_ed25519` and `~/.ssh/id_rsa`. A source that fails does not end
 * the others. Source: sops `age/keysource.go`
 */
export function sshKeysOfFiles(ask: AskPassphrase | undefined): Promise<FoundSshKeys> {
  const file = process.env['SOPS_AGE_SSH_PRIVATE_KEY_FILE'];
  return allOf([
    ...(file ? [() => fileKey(file, ask)] : []),
    ...['id_ed25519', 'id_rsa'].map((name) => () => homeKey(name, ask)),
  ]);
}

/**
 * The key that `SOPS_AGE_SSH_PRIVATE_KEY_CMD` prints, which cannot be protected by a passphrase, as in sops.
 *
 * @param recipient given to the command in `SOPS_AGE_RECIPIENT`
 */
export function sshKeysOfCommand(recipient: string, timeout?: number): Promise<FoundSshKeys> {
  const name = 'SOPS_AGE_SSH_PRIVATE_KEY_CMD';
  const command = process.env[name];
  if (!command) return allOf([]);
  return allOf([
    async () => {
      const output = await outputOf(name, command, recipient, timeout);
      return output === undefined ? undefined : readSshPrivateKey(output, name, undefined);
    },
  ]);
}

/** Keys that are given as texts. */
export const sshKeysOf = (texts: readonly string[], ask: AskPassphrase | undefined): Promise<FoundSshKeys> =>
  allOf(texts.map((text) => () => readSshPrivateKey(text, 'sshKeys', ask)));

async function allOf(sources: readonly (() => Promise<SshPrivateKey | undefined>)[]): Promise<FoundSshKeys> {
  const found = await Promise.all(sources.map(attempt));
  return {
    keys: found.filter((one) => one !== undefined && 'open' in one),
    problems: found.filter((one) => one instanceof SopsError),
  };
}

async function attempt<T>(read: () => Promise<T>): Promise<T | SopsError> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof SopsError) return error;
    throw error;
  }
}

async function fileKey(path: string, ask: AskPassphrase | undefined): Promise<SshPrivateKey> {
  return readSshPrivateKey(await contentOf(path), path, ask, () => readFile(`${path}.pub`, 'utf8'));
}

async function homeKey(name: string, ask: AskPassphrase | undefined): Promise<SshPrivateKey | undefined> {
  const path = join(process.env['HOME'] ?? homedir(), '.ssh', name);
  try {
    return await fileKey(path, ask);
  } catch (error) {
    if (error instanceof SopsError && isMissing(error.cause)) return undefined;
    throw error;
  }
}

const isMissing = (cause: unknown): boolean =>
  typeof cause === 'object' &&
  cause !== null &&
  'code' in cause &&
  (cause.code === 'ENOENT' || cause.code === 'ENOTDIR');

async function contentOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new SopsError('noIdentity', {
      what: 'cannot read the SSH key',
      where: path,
      fix: 'Check the path of SOPS_AGE_SSH_PRIVATE_KEY_FILE, and the permissions.',
      cause,
    });
  }
}
