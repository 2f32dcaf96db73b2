import type { webcrypto } from 'node:crypto';
import { SopsError, type SopsErrorCode } from '../model/sops-error';
import { identitiesOfCommand, identitiesOfEnvironment, type FoundIdentities } from './age-identities';

/** How age files are decrypted. */
export interface AgeOptions {
  /** `AGE-SECRET-KEY-1…` texts, instead of those of the environment. */
  readonly identities?: readonly string[] | undefined;
}

/** An identity as the library takes it. */
type Identity = string | webcrypto.CryptoKey;

/** Identities that can be used, and why others cannot. */
export interface UsableIdentities {
  readonly identities: readonly Identity[];
  readonly problems: readonly SopsError[];
}

/** Returns the identities; files and variables are read once, a command is run for each recipient. */
export type AgeIdentities = (recipient: string) => Promise<UsableIdentities>;

/** The given identities, else all those of the environment. Source: sops `age/keysource.go` */
export function ageIdentities({ identities }: AgeOptions = {}): AgeIdentities {
  let known: Promise<UsableIdentities> | undefined;
  if (identities) return () => (known ??= usable({ identities, problems: [] }));
  return async (recipient) => {
    const own = await (known ??= identitiesOfEnvironment().then(usable));
    const printed = await usable(await identitiesOfCommand(recipient));
    return {
      identities: [...own.identities, ...printed.identities],
      problems: [...own.problems, ...printed.problems],
    };
  };
}

const usable = async ({ identities, problems }: FoundIdentities): Promise<UsableIdentities> => ({
  identities: await Promise.all(identities.map(toKey)),
  problems,
});

/** ASN.1 in front of the 32 bytes of an X25519 key. */
const pkcs8Prefix = Buffer.from('302e020100300506032b656e04220420', 'hex');

/**
 * An X25519 identity as a key: the library would convert its text again for each file. Other identities, and texts that
 * are not an identity, are returned unchanged: the library reports what is wrong with them.
 */
async function toKey(identity: string): Promise<Identity> {
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

/** Wraps a key: an armored age file with one recipient. @throws SopsError `badRecipient` */
export async function wrapAge(recipient: string, key: Uint8Array): Promise<string> {
  try {
    const { armor, Encrypter } = await import('age-encryption');
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipient);
    const text = armor.encode(await encrypter.encrypt(key));
    return text.endsWith('\n') ? text : `${text}\n`;
  } catch {
    throw new SopsError('badRecipient', {
      what: 'not an age recipient that is supported here',
      where: recipient.slice(0, 80),
      fix:
        recipient.startsWith('ssh-') || /^age1[a-z0-9]+1/.test(recipient)
          ? 'SSH keys and plugins are not supported: use an X25519 recipient (age1…).'
          : 'Use an X25519 recipient (age1…); age-keygen -y shows the recipient of an identity.',
    });
  }
}

/** Unwraps a key. @throws SopsError `noIdentity` where no identity decrypts it, `badWrappedKey` where it is damaged */
export async function unwrapAge(
  identities: AgeIdentities,
  recipient: string,
  enc: string,
): Promise<Uint8Array> {
  const { identities: known, problems } = await identities(recipient);
  if (known.length === 0) throw noIdentity('no age identity found', problems);
  const { armor, Decrypter } = await import('age-encryption');
  const file = decoded(() => armor.decode(enc));
  const decrypter = new Decrypter();
  const accepted = known.filter((identity) => isAccepted(() => decrypter.addIdentity(identity)));
  try {
    return await decrypter.decrypt(file);
  } catch {
    const damaged = known.length - accepted.length;
    const rest = damaged > 0 ? `, ${damaged} of which cannot be read` : '';
    throw noIdentity(`none of the ${known.length} age identities found decrypts it${rest}`, problems);
  }
}

/** An identity that the library does not accept is left out: it must not hide the others. */
function isAccepted(add: () => void): boolean {
  try {
    add();
    return true;
  } catch {
    return false;
  }
}

function noIdentity(what: string, problems: readonly SopsError[]): SopsError {
  const [first] = problems;
  return ageError('noIdentity', [what, ...problems.map((one) => one.what)].join('; '), first?.fix);
}

function decoded(decode: () => Uint8Array): Uint8Array {
  try {
    return decode();
  } catch {
    throw ageError(
      'badWrappedKey',
      'the wrapped key is not an armored age file',
      'Restore the file from Git.',
    );
  }
}

const ageError = (
  code: SopsErrorCode,
  what: string,
  fix = 'Set SOPS_AGE_KEY_FILE to the file with your age identity, or SOPS_AGE_KEY to the identity itself.',
) => new SopsError(code, { what, fix });
