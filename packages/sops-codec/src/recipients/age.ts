import type { Identity, Recipient } from 'age-encryption';
import { SopsError, type SopsErrorCode } from '../model/sops-error';
import { openAgeFile, sealAgeFile } from './age-file/age-file';
import { armor, withoutArmor } from './age-file/armor';
import { readIdentity, type X25519Identity } from './age-file/x25519';
import { identitiesOfCommand, identitiesOfEnvironment, type FoundIdentities } from './age-identities';
import { pluginIdentity, pluginOfIdentity, pluginOfRecipient, pluginRecipient } from './age-plugin';
import type { AgeOptions, AgePluginOptions } from './age-options';
import { sshIdentity, sshRecipient } from './age-ssh';
import { sshKeysOf, sshKeysOfCommand, sshKeysOfFiles, type FoundSshKeys } from './ssh-identities';

/** An identity: an X25519 one as a key, which is not read again for each file, with what the library takes. */
interface UsableIdentity {
  readonly x25519: X25519Identity | undefined;
  readonly age: string | Identity;
}

/** Identities that can be used, and why others cannot. */
export interface UsableIdentities {
  readonly identities: readonly UsableIdentity[];
  /** Those that a program opens: tried last, because it may wait for somebody. */
  readonly plugins: readonly UsableIdentity[];
  readonly problems: readonly SopsError[];
}

/**
 * Returns the identities; files and variables are read once, a command is run for each recipient.
 *
 * @param needsSsh whether SSH keys can be of use: they are not read otherwise
 */
export type AgeIdentities = (recipient: string, needsSsh: boolean) => Promise<UsableIdentities>;

/** The given identities, else all those of the environment. Source: sops `age/keysource.go` */
export function ageIdentities(options: AgeOptions = {}): AgeIdentities {
  const { identities, sshKeys, ask, timeout } = options;
  let known: Promise<UsableIdentities> | undefined;
  let ssh: Promise<FoundSshKeys> | undefined;
  if (identities ?? sshKeys) {
    const given = { identities: identities ?? [], problems: [] };
    return async (_, needsSsh) => {
      const own = await (known ??= usable(given, options));
      return needsSsh ? together([own, usableSsh(await (ssh ??= sshKeysOf(sshKeys ?? [], ask)))]) : own;
    };
  }
  return async (recipient, needsSsh) => {
    // At the same time: one that hangs must leave the others their turn before the recipient's time is up.
    const sources = [
      (known ??= identitiesOfEnvironment().then((found) => usable(found, options))),
      identitiesOfCommand(recipient, timeout).then((found) => usable(found, options)),
      ...(needsSsh
        ? [
            (ssh ??= sshKeysOfFiles(ask)).then(usableSsh),
            sshKeysOfCommand(recipient, timeout).then(usableSsh),
          ]
        : []),
    ];
    return together(await Promise.all(sources));
  };
}

const together = (all: readonly UsableIdentities[]): UsableIdentities => ({
  identities: all.flatMap(({ identities }) => identities),
  plugins: all.flatMap(({ plugins }) => plugins),
  problems: all.flatMap(({ problems }) => problems),
});

const usableSsh = ({ keys, problems }: FoundSshKeys): UsableIdentities => ({
  identities: keys.map((key) => ({ x25519: undefined, age: sshIdentity(key) })),
  plugins: [],
  problems,
});

async function usable(found: FoundIdentities, options: AgePluginOptions): Promise<UsableIdentities> {
  const plugins = found.identities.flatMap((identity) => {
    const name = pluginOfIdentity(identity);
    return name ? [attempt(() => pluginIdentity(identity, name, options))] : [];
  });
  const own = found.identities.filter((one) => !pluginOfIdentity(one));
  return {
    identities: await Promise.all(own.map(toIdentity)),
    plugins: plugins.flatMap((one) => (one instanceof SopsError ? [] : [{ x25519: undefined, age: one }])),
    problems: [...found.problems, ...plugins.filter((one) => one instanceof SopsError)],
  };
}

function attempt<T>(make: () => T): T | SopsError {
  try {
    return make();
  } catch (error) {
    if (error instanceof SopsError) return error;
    throw error;
  }
}

/** An identity that is none is kept: the library reports what is wrong with it. */
async function toIdentity(text: string): Promise<UsableIdentity> {
  try {
    return { age: text, x25519: await readIdentity(text) };
  } catch {
    return { age: text, x25519: undefined };
  }
}

/**
 * Wraps a key: an armored age file with one recipient.
 *
 * @param recipient `age1…`, an SSH public key, or one of a plugin that the options allow
 * @throws SopsError `badRecipient`, or what kept a plugin from wrapping
 */
export async function wrapAge(
  recipient: string,
  key: Uint8Array,
  options: AgePluginOptions = {},
): Promise<string> {
  try {
    const sealed = await sealAgeFile(recipient, key);
    if (sealed !== undefined) return armor(sealed);
    const { Encrypter } = await import('age-encryption');
    const encrypter = new Encrypter();
    encrypter.addRecipient(await recipientOf(recipient, options));
    return armor(await encrypter.encrypt(key));
  } catch (error) {
    if (error instanceof SopsError) throw error;
    throw new SopsError('badRecipient', {
      what: 'not an age recipient',
      where: recipient.slice(0, 80),
      fix: recipient.startsWith('ssh-')
        ? 'Use the line of a .pub file: ssh-ed25519, or ssh-rsa with at least 2048 bits.'
        : 'Use an X25519 recipient (age1…); age-keygen -y shows the recipient of an identity.',
    });
  }
}

async function recipientOf(text: string, options: AgePluginOptions): Promise<string | Recipient> {
  if (text.startsWith('ssh-')) return sshRecipient(text);
  const plugin = pluginOfRecipient(text);
  return plugin ? pluginRecipient(text, plugin, options) : text;
}

/** Unwraps a key. @throws SopsError `noIdentity` where no identity decrypts it, `badWrappedKey` where it is damaged */
export async function unwrapAge(
  identities: AgeIdentities,
  recipient: string,
  enc: string,
): Promise<Uint8Array> {
  const file = withoutArmor(enc);
  const found = await identities(recipient, file ? isForSsh(file) : false);
  const { problems } = found;
  const known = [...found.identities, ...found.plugins];
  if (known.length === 0) throw noIdentity('no age identity found', problems);
  if (!file) throw badArmor();
  const keys = known.map(({ x25519 }) => x25519).filter((one) => one !== undefined);
  const opened = openAgeFile(file, keys);
  if (opened !== undefined) return opened;
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  const failures: SopsError[] = [];
  const accepted = known.filter((identity) =>
    isAccepted(() => decrypter.addIdentity(noted(identity, failures))),
  );
  try {
    return await decrypter.decrypt(file);
  } catch {
    const refused = known.length - accepted.length;
    const rest = refused > 0 ? `, ${refused} of which cannot be read` : '';
    throw noIdentity(`none of the ${known.length} age identities found decrypts it${rest}`, [
      ...failures,
      ...problems,
    ]);
  }
}

/** An identity that fails, because a passphrase or a device is missing, must not hide the others. */
function noted({ age }: UsableIdentity, failures: SopsError[]): string | Identity {
  if (typeof age === 'string') return age;
  return {
    unwrapFileKey: async (stanzas) => {
      try {
        return await age.unwrapFileKey(stanzas);
      } catch (error) {
        failures.push(error instanceof SopsError ? error : damaged());
        return null;
      }
    },
  };
}

/** Whether the header of an age file has a part for an SSH key. */
function isForSsh(file: Uint8Array): boolean {
  const text = Buffer.from(file.subarray(0, 10_000)).toString('latin1');
  return text.slice(0, text.indexOf('\n---')).includes('\n-> ssh-');
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
  return ageError('noIdentity', [what, ...problems.map((one) => one.message)].join('; '), first?.fix);
}

const badArmor = (): SopsError =>
  ageError('badWrappedKey', 'the wrapped key is not an armored age file', 'Restore the file from Git.');
const damaged = (): SopsError =>
  ageError('badWrappedKey', 'the wrapped key is damaged', 'Restore the file from Git.');

const ageError = (
  code: SopsErrorCode,
  what: string,
  fix = 'Set SOPS_AGE_KEY_FILE to the file with your age identity, or SOPS_AGE_KEY to the identity itself.',
) => new SopsError(code, { what, fix });
