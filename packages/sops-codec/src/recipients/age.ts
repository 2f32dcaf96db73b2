import { SopsError, type SopsErrorCode } from '../model/sops-error';
import { openAgeFile, sealAgeFile } from './age-file/age-file';
import { armor, withoutArmor } from './age-file/armor';
import { readIdentity, type X25519Identity } from './age-file/x25519';
import { identitiesOfCommand, identitiesOfEnvironment, type FoundIdentities } from './age-identities';

/** How age files are decrypted. */
export interface AgeOptions {
  /** `AGE-SECRET-KEY-1…` texts, instead of those of the environment. */
  readonly identities?: readonly string[] | undefined;
}

/** An identity: an X25519 one as a key, which is not read again for each file, with its text for the library. */
interface Identity {
  readonly text: string;
  readonly x25519: X25519Identity | undefined;
}

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
  identities: await Promise.all(identities.map(toIdentity)),
  problems,
});

/** An identity that is none is kept: the library reports what is wrong with it. */
async function toIdentity(text: string): Promise<Identity> {
  try {
    return { text, x25519: await readIdentity(text) };
  } catch {
    return { text, x25519: undefined };
  }
}

/** Wraps a key: an armored age file with one recipient. @throws SopsError `badRecipient` */
export async function wrapAge(recipient: string, key: Uint8Array): Promise<string> {
  try {
    const sealed = await sealAgeFile(recipient, key);
    if (sealed !== undefined) return armor(sealed);
    const { Encrypter } = await import('age-encryption');
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipient);
    return armor(await encrypter.encrypt(key));
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
  const file = withoutArmor(enc);
  if (file === undefined) throw badArmor();
  const opened = openAgeFile(
    file,
    known.map(({ x25519 }) => x25519).filter((one) => one !== undefined),
  );
  if (opened !== undefined) return opened;
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  const accepted = known.filter(({ text }) => isAccepted(() => decrypter.addIdentity(text)));
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

const badArmor = (): SopsError =>
  ageError('badWrappedKey', 'the wrapped key is not an armored age file', 'Restore the file from Git.');

const ageError = (
  code: SopsErrorCode,
  what: string,
  fix = 'Set SOPS_AGE_KEY_FILE to the file with your age identity, or SOPS_AGE_KEY to the identity itself.',
) => new SopsError(code, { what, fix });
