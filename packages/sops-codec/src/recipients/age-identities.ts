import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SopsError } from '../model/sops-error';
import { withoutArmor } from './age-file/armor';
import { pluginOfIdentity } from './age-plugin';
import { outputOf } from './command-output';

/** What the sources of identities gave. A source that fails does not end the others, as in sops. */
export interface FoundIdentities {
  readonly identities: readonly string[];
  /** Identities that a passphrase protects. */
  readonly locked?: readonly LockedIdentities[] | undefined;
  /** Why a source gave nothing. */
  readonly problems: readonly SopsError[];
}

/** An age file with identities, encrypted with a passphrase. */
export interface LockedIdentities {
  /** Where it comes from, for messages. */
  readonly source: string;
  readonly file: Uint8Array;
}

const nothing: FoundIdentities = { identities: [], problems: [] };

/** Several results as one. */
export const joined = (all: readonly FoundIdentities[]): FoundIdentities => ({
  identities: all.flatMap(({ identities }) => identities),
  locked: all.flatMap(({ locked = [] }) => locked),
  problems: all.flatMap(({ problems }) => problems),
});

/** The identities of `SOPS_AGE_KEY`, `SOPS_AGE_KEY_FILE` and the default `keys.txt`. Source: sops `age/keysource.go` */
export async function identitiesOfEnvironment(): Promise<FoundIdentities> {
  const read = ({ path, variable }: IdentityFile) =>
    readFile(path).then(
      (bytes) => identitiesIn(bytes, variable ?? path),
      (cause: unknown) => notRead(variable, cause),
    );
  return joined([identitiesOfVariable(), ...(await Promise.all(identityFiles().map(read)))]);
}

/** As `identitiesOfEnvironment`, without waiting: nobody can be asked for a passphrase. */
export function identitiesOfEnvironmentSync(): FoundIdentities {
  const read = ({ path, variable }: IdentityFile) => {
    try {
      return identitiesIn(readFileSync(path), variable ?? path);
    } catch (cause) {
      return notRead(variable, cause);
    }
  };
  const found = joined([identitiesOfVariable(), ...identityFiles().map(read)]);
  return { ...found, problems: [...found.problems, ...(found.locked ?? []).map(cannotAsk)] };
}

/** Only the variable may have several identities on a line. */
function identitiesOfVariable(): FoundIdentities {
  const key = process.env['SOPS_AGE_KEY'];
  return key ? identitiesIn(Buffer.from(key.replaceAll(/[^\S\n]+(?=AGE-)/g, '\n')), 'SOPS_AGE_KEY') : nothing;
}

/** A file with identities. One that no variable names may be missing. */
interface IdentityFile {
  readonly path: string;
  readonly variable: string | undefined;
}

function identityFiles(): readonly IdentityFile[] {
  const file = process.env['SOPS_AGE_KEY_FILE'];
  return [
    ...(file ? [{ path: file, variable: 'SOPS_AGE_KEY_FILE' }] : []),
    { path: join(configDirectory(), 'sops/age/keys.txt'), variable: undefined },
  ];
}

const notRead = (variable: string | undefined, cause: unknown): FoundIdentities =>
  variable === undefined
    ? nothing
    : problem(`cannot read the file of ${variable}`, 'Check the path and its permissions.', cause);

/** The output of `SOPS_AGE_KEY_CMD`. */
export async function identitiesOfCommand(recipient: string, timeout?: number): Promise<FoundIdentities> {
  const command = process.env['SOPS_AGE_KEY_CMD'];
  if (!command) return nothing;
  try {
    const output = await outputOf('SOPS_AGE_KEY_CMD', command, recipient, timeout);
    return output === undefined ? nothing : identitiesIn(Buffer.from(output), 'SOPS_AGE_KEY_CMD');
  } catch (error) {
    if (error instanceof SopsError) return { identities: [], problems: [error] };
    throw error;
  }
}

const problem = (what: string, fix: string, cause?: unknown): FoundIdentities => ({
  identities: [],
  problems: [new SopsError('noIdentity', { what, fix, cause })],
});

/**
 * The identities in a text, without blank lines and comments.
 *
 * @param source where the text comes from, for messages
 */
function identitiesIn(bytes: Uint8Array, source: string): FoundIdentities {
  const text = Buffer.from(bytes).toString();
  if (text.startsWith('age-encryption.org/')) return { ...nothing, locked: [{ source, file: bytes }] };
  if (text.trimStart().startsWith('-----BEGIN AGE')) {
    const file = withoutArmor(text);
    return file ? { ...nothing, locked: [{ source, file }] } : cannotUnlock(source);
  }
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const isIdentity = (line: string) =>
    /^AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]+$/.test(line) || pluginOfIdentity(line) !== undefined;
  const others = lines.some((line) => !isIdentity(line))
    ? problem(
        `${source} has a line that is not an age identity`,
        'Remove everything but lines with AGE-SECRET-KEY-… or AGE-PLUGIN-…, and comments that begin with "#".',
      )
    : nothing;
  return joined([{ identities: lines.filter(isIdentity), problems: [] }, others]);
}

const cannotUnlock = (source: string): FoundIdentities =>
  problem(
    `the age identities of ${source} are protected by a passphrase; it is not the right one, or the file is damaged`,
    decryptFirst,
  );
const decryptFirst = 'Decrypt them first: SOPS_AGE_KEY="$(age -d keys.age)".';

const cannotAsk = ({ source }: LockedIdentities): SopsError =>
  new SopsError('noIdentity', {
    what: `the age identities of ${source} are protected by a passphrase, which cannot be entered here`,
    fix: decryptFirst,
  });

/** Asks for the passphrase of identities, and decrypts them. Source: sops `age/encrypted_keys.go` */
export async function unlock(
  locked: LockedIdentities,
  ask: ((question: string) => Promise<string | undefined>) | undefined,
): Promise<FoundIdentities> {
  const { source, file } = locked;
  const passphrase = await ask?.(`Enter passphrase for identity '${source}': `);
  if (passphrase === undefined) return { ...nothing, problems: [cannotAsk(locked)] };
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  const bytes = await decrypter.decrypt(file).catch(() => undefined);
  if (bytes === undefined) return cannotUnlock(source);
  const { identities, problems } = identitiesIn(bytes, source);
  bytes.fill(0);
  return { identities, problems };
}

/** Source: Go `os.UserConfigDir`, and sops for macOS. */
function configDirectory(): string {
  const xdg = process.env['XDG_CONFIG_HOME'];
  if (process.platform === 'win32') return process.env['APPDATA'] ?? '';
  if (xdg) return xdg;
  return join(homedir(), process.platform === 'darwin' ? 'Library/Application Support' : '.config');
}
