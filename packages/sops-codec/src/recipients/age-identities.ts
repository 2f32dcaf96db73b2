import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SopsError } from '../model/sops-error';
import { commandWords } from './command-words';

/** The identities of `SOPS_AGE_KEY`, `SOPS_AGE_KEY_FILE` and the default `keys.txt`. */
export async function identitiesOfEnvironment(): Promise<readonly string[]> {
  const file = process.env['SOPS_AGE_KEY_FILE'];
  const texts = await Promise.all([
    Promise.resolve(process.env['SOPS_AGE_KEY'] ?? ''),
    file ? readFile(file, 'utf8').catch(() => '') : Promise.resolve(''),
    readFile(join(configDirectory(), 'sops/age/keys.txt'), 'utf8').catch(() => ''),
  ]);
  return texts.flatMap(identitiesIn);
}

/** The output of `SOPS_AGE_KEY_CMD`, which is run without a shell and with the recipient in `SOPS_AGE_RECIPIENT`. */
export async function identitiesOfCommand(recipient: string): Promise<readonly string[]> {
  const command = process.env['SOPS_AGE_KEY_CMD'];
  if (!command) return [];
  const { execa } = await import('execa');
  const [program = '', ...args] = await commandWords(command);
  const options = {
    reject: false,
    stdin: 'ignore',
    env: { SOPS_AGE_RECIPIENT: recipient },
    timeout: 60_000,
  } as const;
  const { failed, stdout } = await execa(program, args, options);
  if (failed)
    throw noIdentity('SOPS_AGE_KEY_CMD failed', 'Run the command to see why, or unset SOPS_AGE_KEY_CMD.');
  return identitiesIn(stdout);
}

const noIdentity = (what: string, fix: string) => new SopsError('noIdentity', { what, fix });

/**
 * The identities in a text, without blank lines and comments. A text with anything else in it has no identities, as in
 * sops.
 *
 * @throws SopsError `noIdentity` for identities that only a plugin or a passphrase makes usable
 */
function identitiesIn(text: string): readonly string[] {
  if (/^(?:age-encryption\.org\/|-----BEGIN AGE)/.test(text.trimStart())) {
    throw noIdentity(
      'the age identities are protected by a passphrase, which cannot be entered here',
      'Decrypt them first: SOPS_AGE_KEY="$(age -d keys.age)".',
    );
  }
  const lines = text
    .split(/\s*\n\s*/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (lines.some((line) => line.startsWith('AGE-PLUGIN-'))) {
    throw noIdentity(
      'identities of age plugins cannot be used here',
      'Use the sops program for this file, or add an X25519 recipient with it.',
    );
  }
  return lines.every((line) => /^AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]+$/.test(line)) ? lines : [];
}

/** Source: Go `os.UserConfigDir`, and sops for macOS. */
function configDirectory(): string {
  const xdg = process.env['XDG_CONFIG_HOME'];
  if (process.platform === 'win32') return process.env['APPDATA'] ?? '';
  if (xdg) return xdg;
  return join(homedir(), process.platform === 'darwin' ? 'Library/Application Support' : '.config');
}
