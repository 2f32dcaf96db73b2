import type { webcrypto } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SopsError } from '../model/sops-error';
import { commandWords } from './command-words';

/** Where age identities come from. */
export interface AgeOptions {
  /** `AGE-SECRET-KEY-1…` texts, instead of those that the environment names. */
  readonly identities?: readonly string[];
}

/** An identity as the library takes it. */
type Identity = string | webcrypto.CryptoKey;

/** Gives the identities; those of files and variables are looked up once, a command is asked for each recipient. */
export type AgeIdentities = (recipient: string) => Promise<readonly Identity[]>;

/** Identities given, else all that the environment names. Source: sops `age/keysource.go` */
export function ageIdentities({ identities }: AgeOptions = {}): AgeIdentities {
  let found: Promise<readonly Identity[]> | undefined;
  if (identities) return () => (found ??= Promise.all(identities.map(prepared)));
  return async (recipient) => [
    ...(await (found ??= identitiesOfEnvironment().then((all) => Promise.all(all.map(prepared))))),
    ...(await identitiesOfCommand(recipient)),
  ];
}

/** ASN.1 in front of the 32 bytes of an X25519 key. */
const pkcs8Prefix = Buffer.from('302e020100300506032b656e04220420', 'hex');

/**
 * X25519 identities as keys, which is what the library makes of their text for each file that it opens. Others, and what
 * is none, as they are: the library says what it thinks of them.
 */
async function prepared(identity: string): Promise<Identity> {
  if (!identity.startsWith('AGE-SECRET-KEY-1')) return identity;
  try {
    const { bech32 } = await import('@scure/base');
    const { prefix, bytes } = bech32.decodeToBytes(identity);
    if (prefix !== 'age-secret-key-' || bytes.length !== 32) return identity;
    const pkcs8 = Buffer.concat([pkcs8Prefix, bytes]);
    try {
      return await crypto.subtle.importKey('pkcs8', pkcs8, { name: 'X25519' }, false, ['deriveBits']);
    } finally {
      pkcs8.fill(0);
      bytes.fill(0);
    }
  } catch {
    return identity;
  }
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
      fix:
        recipient.startsWith('ssh-') || /^age1[a-z0-9]+1/.test(recipient)
          ? 'SSH keys and plugins are not supported here: give an X25519 recipient (age1…).'
          : 'Give an X25519 recipient (age1…); age-keygen -y shows the one of an identity.',
    });
  }
}

/** Unwraps a key. @throws SopsError where no identity opens it */
export async function unwrapAge(
  identities: AgeIdentities,
  recipient: string,
  enc: string,
): Promise<Uint8Array> {
  const known = await identities(recipient);
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

const noKey = (
  what: string,
  fix = 'Set SOPS_AGE_KEY_FILE to the file with your age identity, or SOPS_AGE_KEY to the identity itself.',
) => new SopsError('noDataKey', { what, fix });

async function identitiesOfEnvironment(): Promise<readonly string[]> {
  const file = process.env['SOPS_AGE_KEY_FILE'];
  const texts = await Promise.all([
    Promise.resolve(process.env['SOPS_AGE_KEY'] ?? ''),
    file ? readFile(file, 'utf8').catch(() => '') : Promise.resolve(''),
    readFile(join(configDirectory(), 'sops/age/keys.txt'), 'utf8').catch(() => ''),
  ]);
  return texts.flatMap(identitiesIn);
}

/** What `SOPS_AGE_KEY_CMD` prints; it is run without a shell, and told the recipient. */
async function identitiesOfCommand(recipient: string): Promise<readonly string[]> {
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
  if (failed) throw noKey('SOPS_AGE_KEY_CMD failed');
  return identitiesIn(stdout);
}

/**
 * The identities in a text, blank lines and comments left out. A text with anything else in it is none, as in sops; what
 * only a plugin or a passphrase opens is said so.
 */
function identitiesIn(text: string): readonly string[] {
  if (/^(?:age-encryption\.org\/|-----BEGIN AGE)/.test(text.trimStart())) {
    throw noKey(
      'the age identities are protected by a passphrase, which cannot be asked for here',
      'Open them first: SOPS_AGE_KEY="$(age -d keys.age)".',
    );
  }
  const lines = text
    .split(/\s*\n\s*/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (lines.some((line) => line.startsWith('AGE-PLUGIN-'))) {
    throw noKey(
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
