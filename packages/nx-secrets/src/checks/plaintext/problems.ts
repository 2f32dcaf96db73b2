import type { Problem } from '../../problem';
import { anyKey, generate, setKey, shellWord, untrack, type Address } from '../../config/commands';
import { parseSecretFile, secretsFolder } from '../../config/secret-file-name';
import type { Content } from './content';
import { isKeysToSet } from '../../secret-file/keys-to-set';
import { looksEncrypted } from './encrypted-look';
import { isExample, isImportable } from './file-kind';
import type { UnencryptedName } from './unencrypted-names';

/** Whose the values are: the command that sets one names the service and a stage. */
export interface Owner {
  readonly address: Address;
  readonly stage: string;
}

/** More names are counted, not listed. */
const mostNames = 10;

const known = 'If it was ever pushed, change its values: they are exposed.';
const exception = (place: string, names?: readonly string[]) =>
  names === undefined
    ? `If it contains no secret, add an exception to the plugin's options in nx.json: "checkExceptions": [${JSON.stringify(place)}].`
    : `If these values are not secrets, add an exception to the plugin's options in nx.json: "checkExceptions": { ${JSON.stringify(place)}: ${JSON.stringify(names)} }.`;

/** Puts values into the secret file: a file that has nothing but keys and values as a whole, else by key. */
function toSecretFile(keys: readonly string[], place: string, { address, stage }: Owner): string {
  const byKey = keys.map((key) => setKey(address, stage, key)).join('\n');
  return isImportable(place)
    ? `Import its values into the secret file of their stage, which removes it:\n${generate(address, 'import', shellWord(place), '--stage=<stage>', '--remove-source')}\nOr set them in the secret file:\n${byKey}`
    : `Set the values in the secret file:\n${byKey}`;
}
const outOfGit = (place: string) =>
  `keep the file out of Git: add it to .gitignore, then:\n${untrack(place)}`;

/**
 * Names that have their value in a file that Git has or would add.
 *
 * @param excepted names in it that nx.json excepts already: the option has to have them, too
 */
export function plaintextValues(
  found: readonly UnencryptedName[],
  excepted: readonly string[],
  place: string,
  owner: Owner,
): Problem {
  const names = found.map(({ name }) => name);
  const more = names.length - mostNames;
  const keys = [...new Set(found.map(({ key }) => key))].slice(0, mostNames);
  return {
    code: 'plaintextValues',
    what: `${names.slice(0, mostNames).join(', ')}${more > 0 ? ` and ${more} more` : ''} ${names.length === 1 ? 'has an unencrypted value' : 'have unencrypted values'} in a file that is in Git or would be added`,
    where: place,
    fix: `${known} ${exception(place, [...excepted, ...names])}\n${toSecretFile(keys, place, owner)}\nRemove them here, or ${outOfGit(place)}`,
  };
}

/** A file that has secrets by its name, and values in it. */
export const withValuesProblem = (place: string, owner: Owner): Problem => ({
  code: 'plaintextFile',
  what: 'has the name of a file of secrets and unencrypted values, and is in Git or would be added',
  where: place,
  fix: `${known} ${exception(place)}\n${toSecretFile([anyKey], place, owner)}\nThen ${outOfGit(place)}`,
});

/** A file that has secrets by its name, and is not text or too large to be read. */
export const unreadProblem = (place: string, owner: Owner): Problem => ({
  code: 'plaintextFile',
  what: 'has the name of a file of secrets, is not encrypted text, and is in Git or would be added',
  where: place,
  fix: `${known} ${exception(place)}\n${toSecretFile([anyKey], place, owner)}\nThen ${outOfGit(place)}`,
});

/** What SOPS encrypted, or was decrypted with it. @param partner name of the encrypted file next to it, where it is recognized by that */
export const decryptedProblem = (place: string, partner: string | undefined): Problem => ({
  code: 'decryptedFile',
  what:
    partner === undefined
      ? 'has the name of a decrypted file, and is in Git or would be added'
      : `is the plaintext of ${partner}, and is in Git or would be added`,
  where: place,
  fix: `${known} ${exception(place)}\nOr ${outOfGit(place)}`,
});

const documentation = /^(?:README.*|.*\.md|\.git(?:keep|ignore|attributes)|\.keep|\.sops\.yaml)$/i;
const leftover = /~$|\.(?:bak|backup|old|orig|rej|sw[a-p]|tmp|save|decrypted)$|^\.#|^#.*#$|decrypted[.~]/i;

/** A file in `secrets/` that is not a secret file; undefined for READMEs, examples and secret files. */
export function strayProblem(
  path: string,
  read: (path: string) => Content,
  place: string,
  owner: Owner,
): Problem | undefined {
  const name = path.slice(secretsFolder.length + 1);
  // The list of keys to set is read, and its lines checked, with its secret file.
  if (parseSecretFile(name) || isKeysToSet(path) || documentation.test(name) || isExample(name))
    return undefined;
  const content = read(path);
  if (content.kind === 'text' && looksEncrypted(content.text)) {
    return {
      code: 'strayEncryptedFile',
      what: 'is encrypted, but its name is not that of a secret file, so nothing pushes it',
      where: place,
      fix: `If it is a secret file, name it secrets/<stage>.enc.<yaml|json|env|ini|bin>. If it is a leftover:\nrm ${shellWord(place)}`,
    };
  }
  return {
    code: 'strayFile',
    what: leftover.test(name)
      ? 'is a leftover of an editor or a merge and may contain unencrypted values'
      : 'is not encrypted and is in the folder of the secret files',
    where: place,
    fix: `${known} ${exception(place)}\n${toSecretFile([anyKey], place, owner)}\nThen remove it:\nrm ${shellWord(place)}`,
  };
}
