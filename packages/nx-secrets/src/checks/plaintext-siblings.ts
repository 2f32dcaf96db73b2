import type { Address } from '../config/commands';
import type { Problem } from '../problem';
import type { IsExcepted } from './exceptions';
import type { Content } from './plaintext/content';
import { looksEncrypted } from './plaintext/encrypted-look';
import {
  encryptedNames,
  fileKind,
  isAmongSecretFiles,
  isDecryptedByName,
  isDotenv,
  isExample,
  isSecretsByName,
} from './plaintext/file-kind';
import {
  decryptedProblem,
  plaintextValues,
  strayProblem,
  unreadProblem,
  withValuesProblem,
  type Owner,
} from './plaintext/problems';
import { secretNames, type SecretNames } from './plaintext/secret-names';
import { hasValues, unencryptedNames, type UnencryptedName } from './plaintext/unencrypted-names';

/** The files of a service that Git has, or would add. */
export interface SiblingFiles {
  /** Relative to the service's root. */
  readonly paths: readonly string[];
  readonly read: (path: string) => Content;
}

/** What a service keeps secret. */
export interface Secrets {
  /** Keys of its secret files, as `set` takes them. */
  readonly keys: ReadonlySet<string>;
  /** A stage of it, for the command that sets a value. */
  readonly stage: string;
  /** Keys of any encrypted file; undefined where it has none, or cannot be read. */
  readonly keysOf: (path: string, text: string) => readonly string[] | undefined;
}

/**
 * Looks for plaintext next to the secret files: files in `secrets/` that are none, leftovers of editors and of sops,
 * and whatever file gives a key of the secret files a value. Names keys, never values.
 *
 * @param address of the service, for messages
 */
export function plaintextSiblings(
  { paths, read }: SiblingFiles,
  { keys, keysOf, stage }: Secrets,
  address: Address,
  isExcepted: IsExcepted,
): readonly Problem[] {
  const { root } = address;
  const secrets = secretNames(keys);
  const owner = { address, stage };
  const all = new Set(paths);
  const partnerOf = (path: string) => {
    for (const name of encryptedNames(path)) {
      const content = all.has(name) ? read(name) : undefined;
      if (content?.kind === 'text' && looksEncrypted(content.text)) return { name, text: content.text };
    }
    return undefined;
  };
  return paths.flatMap((path) => {
    const place = root === '.' ? path : `${root}/${path}`;
    if (isExcepted(place)) return [];
    if (isAmongSecretFiles(path)) {
      const stray = strayProblem(path, read, place, owner);
      if (stray) return stray;
      if (fileKind(path) !== 'documentation') return [];
    }
    if (isNeverRead(path)) return [];
    const content = read(path);
    if (content.kind === 'none') return [];
    if (content.kind === 'text') {
      const names = unencryptedNames(path, content.text, secrets);
      const isAllowed = ({ name }: UnencryptedName) => isExcepted(place, name);
      const excepted = names.filter(isAllowed).map(({ name }) => name);
      if (excepted.length < names.length)
        return plaintextValues(
          names.filter((one) => !isAllowed(one)),
          excepted,
          place,
          owner,
        );
      // What is left are names that nx.json excepts.
      if (names.length > 0 || content.text.trim() === '' || looksEncrypted(content.text)) return [];
    }
    return (
      namedProblem(path, content, place, owner) ??
      pairProblem(path, content, partnerOf(path), keysOf, place) ??
      []
    );
  });
}

/** Examples of files with secrets, and what nobody typed. */
const isNeverRead = (path: string): boolean =>
  (isExample(path) && (isDotenv(path) || isSecretsByName(path))) ||
  (fileKind(path) === 'binary' && !isDecryptedByName(path));

function namedProblem(path: string, content: Content, place: string, owner: Owner): Problem | undefined {
  if (isDecryptedByName(path)) return decryptedProblem(place, undefined);
  if (!isSecretsByName(path)) return undefined;
  if (content.kind !== 'text') return unreadProblem(place, owner);
  return hasValues(path, content.text) ? withValuesProblem(place, owner) : undefined;
}

/** A file next to what SOPS made of it. One that shares no key with it is another file: settings that are no secret. */
function pairProblem(
  path: string,
  content: Content,
  partner: { readonly name: string; readonly text: string } | undefined,
  keysOf: Secrets['keysOf'],
  place: string,
): Problem | undefined {
  if (!partner) return undefined;
  const keys = keysOf(partner.name, partner.text);
  const theirs: SecretNames | undefined = keys && keys.length > 0 ? secretNames(keys) : undefined;
  if (content.kind === 'text' && theirs && unencryptedNames(path, content.text, theirs).length === 0)
    return undefined;
  return decryptedProblem(place, partner.name.slice(partner.name.lastIndexOf('/') + 1));
}
