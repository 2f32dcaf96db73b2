import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SopsError } from '../model/sops-error';

/** Where age identities come from. */
export interface AgeOptions {
  /** `AGE-SECRET-KEY-1…` texts, instead of those that the environment names. */
  readonly identities?: readonly string[];
}

/** Gives the identities, looked up once. */
export type AgeIdentities = () => Promise<readonly string[]>;

/** Identities given, else all that the environment names. Source: sops `age/keysource.go`. */
export function ageIdentities({ identities }: AgeOptions = {}): AgeIdentities {
  let found: Promise<readonly string[]> | undefined;
  return () => (found ??= identities ? Promise.resolve(identities) : identitiesOfEnvironment());
}

/** Wraps a key: an armored age file with one recipient. @throws SopsError where the recipient is none */
export async function wrapAge(recipient: string, key: Uint8Array): Promise<string> {
  try {
    const { armor, Encrypter } = await import('age-encryption');
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipient);
    const text = armor.encode(await encrypter.encrypt(key));
    return text.endsWith('\n') ? text : `${text}\n`;
  } catch {
    throw new SopsError('generic', {
      what: 'not an age recipient that can be used here',
      where: recipient.slice(0, 80),
      fix: 'Give an X25519 recipient (age1…); age-keygen -y shows the one of an identity.',
    });
  }
}

/** Unwraps a key. @throws SopsError where no identity opens it */
export async function unwrapAge(identities: AgeIdentities, enc: string): Promise<Uint8Array> {
  const known = await identities();
  if (known.length === 0) throw noKey('no age identity is at hand');
  try {
    const { armor, Decrypter } = await import('age-encryption');
    const decrypter = new Decrypter();
    for (const identity of known) decrypter.addIdentity(identity);
    return await decrypter.decrypt(armor.decode(enc));
  } catch {
    throw noKey(`none of the ${known.length} age identities at hand opens it`);
  }
}

const noKey = (what: string) =>
  new SopsError('noDataKey', {
    what,
    fix: 'Set SOPS_AGE_KEY_FILE to the file with your age identity, or SOPS_AGE_KEY to the identity itself.',
  });

async function identitiesOfEnvironment(): Promise<readonly string[]> {
  const file = process.env['SOPS_AGE_KEY_FILE'];
  const texts = await Promise.all([
    Promise.resolve(process.env['SOPS_AGE_KEY'] ?? ''),
    file ? readFile(file, 'utf8').catch(() => '') : Promise.resolve(''),
    readFile(join(configDirectory(), 'sops/age/keys.txt'), 'utf8').catch(() => ''),
  ]);
  return texts.flatMap((text) => text.split(/\s*\n\s*/).filter((line) => line.startsWith('AGE-SECRET-KEY-')));
}

/** Source: Go `os.UserConfigDir`, and sops for macOS. */
function configDirectory(): string {
  const xdg = process.env['XDG_CONFIG_HOME'];
  if (process.platform === 'win32') return process.env['APPDATA'] ?? '';
  if (xdg) return xdg;
  return join(homedir(), process.platform === 'darwin' ? 'Library/Application Support' : '.config');
}
