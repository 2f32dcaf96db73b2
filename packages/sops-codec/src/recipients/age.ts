import type { Identity, Recipient } from 'age-encryption';
import { SopsError, type SopsErrorCode } from '../model/sops-error';
import { openAgeFile, sealAgeFile } from './age-file/age-file';
import { armor, withoutArmor } from './age-file/armor';
import { readIdentity, type X25519Identity } from './age-file/x25519';
import { identitiesOfCommand, identitiesOfEnvironment, unlock, type FoundIdentities } from './age-identities';
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
  /** Those that a passphrase protects: it is asked for where no other one opens the file, once. */
  readonly locked: readonly (() => Promise<UsableIdentities>)[];
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
  locked: all.flatMap(({ locked }) => locked),
  problems: all.flatMap(({ problems }) => problems),
});

const usableSsh = ({ keys, problems }: FoundSshKeys): UsableIdentities => ({
  identities: keys.map((key) => ({ x25519: undefined, age: sshIdentity(key) })),
  plugins: [],
  locked: [],
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
    locked: (found.locked ?? []).map((one) => {
      let known: Promise<UsableIdentities> | undefined;
      return () => (known ??= unlock(one, options.ask).then((opened) => usable(opened, options)));
    }),
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
  const { locked } = found;
  if (found.identities.length + found.plugins.length + locked.length === 0)
    throw noIdentity('no age identity found', found.problems);
  if (!file) throw badArmor();
  const attempts: Attempt[] = [];
  for (const some of [() => Promise.resolve(found), ...locked]) {
    const attempt = await openWith(await some(), file);
    if (attempt.key !== undefined) return attempt.key;
    attempts.push(attempt);
  }
  const sum = (of: (attempt: Attempt) => number) => attempts.reduce((all, one) => all + of(one), 0);
  const refused = sum((one) => one.refused);
  const rest = refused > 0 ? `, ${refused} of which cannot be read` : '';
  const count = sum((one) => one.count);
  throw noIdentity(
    count === 0 ? 'no age identity found' : `none of the ${count} age identities found decrypts it${rest}`,
    attempts.flatMap(({ failures }) => failures),
  );
}

/** What came of some identities. */
interface Attempt {
  readonly key?: Uint8Array | undefined;
  readonly count: number;
  /** How many of them the library does not accept. */
  readonly refused: number;
  readonly failures: readonly SopsError[];
}

/** The key, by one of the identities; else why others cannot be used. */
async function openWith({ identities, plugins, problems }: UsableIdentities, file: Buffer): Promise<Attempt> {
  const known = [...identities, ...plugins];
  const count = known.length;
  if (count === 0) return { count, refused: 0, failures: problems };
  const keys = known.map(({ x25519 }) => x25519).filter((one) => one !== undefined);
  const opened = openAgeFile(file, keys);
  if (opened !== undefined) return { key: opened, count, refused: 0, failures: [] };
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  const failures: SopsError[] = [];
  const refused = known.filter(
    (identity) => !isAccepted(() => decrypter.addIdentity(noted(identity, failures))),
  ).length;
  try {
    return { key: await decrypter.decrypt(file), count, refused, failures };
  } catch {
    return { count, refused, failures: [...failures, ...problems] };
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
