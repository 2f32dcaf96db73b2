import type { Problem } from '../../problem';
import { setKey, shellWord, untrack } from '../../config/commands';
import { parseSecretFile, secretsFolder } from '../../config/secret-file-name';
import type { Content } from './content';
import { looksEncrypted } from './encrypted-look';
import { isExample } from './file-kind';

/** Whose the values are: the command that sets one names the service and a stage. */
export interface Owner {
  /** Project root. */
  readonly root: string;
  readonly stage: string;
}

/** More names are counted, not listed. */
const mostNames = 10;

const known = 'If it was ever pushed, its values are known: change them.';
const exception = (place: string, names?: readonly string[]) =>
  names === undefined
    ? `If it holds no secret, except it in the plugin's options in nx.json: "checkExceptions": [${JSON.stringify(place)}].`
    : `If they are no secrets there, except them in the plugin's options in nx.json: "checkExceptions": { ${JSON.stringify(place)}: ${JSON.stringify(names)} }.`;

/** Puts values into the secret file, by key. */
const toSecretFile = (keys: readonly string[], { root, stage }: Owner): string =>
  `Bring the values into the secret file:\n${keys.map((key) => setKey({ root }, stage, key)).join('\n')}`;
const outOfGit = (place: string) =>
  `keep the file out of Git: add it to .gitignore, then:\n${untrack(place)}`;

/** Names that have their value in a file that Git has or would add. */
export function inClear(names: readonly string[], place: string, owner: Owner): Problem {
  const shown = names.slice(0, mostNames);
  const more = names.length - shown.length;
  return {
    code: 'plaintextValues',
    what: `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''} ${names.length === 1 ? 'has its value' : 'have their values'} in clear, in a file that Git has or would add`,
    where: place,
    fix: `${known} ${exception(place, shown)}\n${toSecretFile(shown, owner)}\nRemove them here, or ${outOfGit(place)}`,
  };
}

/** A file that has secrets by its name, and values in it. */
export const withValuesProblem = (place: string, owner: Owner): Problem => ({
  code: 'plaintextFile',
  what: 'holds secrets by its name, and has values in clear, in a file that Git has or would add',
  where: place,
  fix: `${known} ${exception(place)}\n${toSecretFile(['KEY'], owner)}\nThen ${outOfGit(place)}`,
});

/** A file that has secrets by its name, and is no text or too large to be read. */
export const unreadProblem = (place: string, owner: Owner): Problem => ({
  code: 'plaintextFile',
  what: 'holds secrets by its name, is not encrypted text, and Git has or would add it',
  where: place,
  fix: `${known} ${exception(place)}\n${toSecretFile(['KEY'], owner)}\nThen ${outOfGit(place)}`,
});

/** What SOPS encrypted, or was decrypted with it. @param partner name of the encrypted file beside it, where it is told by that */
export const decryptedProblem = (place: string, partner: string | undefined): Problem => ({
  code: 'decryptedFile',
  what:
    partner === undefined
      ? 'is decrypted by its name, and Git has or would add it'
      : `is the plaintext of ${partner}, and Git has or would add it`,
  where: place,
  fix: `${known} ${exception(place)}\nOr ${outOfGit(place)}`,
});

const documentation = /^(?:README.*|.*\.md|\.git(?:keep|ignore|attributes)|\.keep|\.sops\.yaml)$/i;
const leftover = /~$|\.(?:bak|backup|old|orig|rej|sw[a-p]|tmp|save|decrypted)$|^\.#|^#.*#$|decrypted[.~]/i;

/** A file in `secrets/` that is no secret file; undefined for READMEs, examples and secret files. */
export function strayProblem(
  path: string,
  read: (path: string) => Content,
  place: string,
  owner: Owner,
): Problem | undefined {
  const name = path.slice(secretsFolder.length + 1);
  if (parseSecretFile(name) || documentation.test(name) || isExample(name)) return undefined;
  const content = read(path);
  if (content.kind === 'text' && looksEncrypted(content.text)) {
    return {
      code: 'strayEncryptedFile',
      what: 'is encrypted, but no secret file by its name: nothing pushes it',
      where: place,
      fix: `If it is one, give it its stage's name, secrets/<stage>.enc.<yaml|json|env|ini|bin>. If it is a leftover:\nrm ${shellWord(place)}`,
    };
  }
  return {
    code: 'strayFile',
    what: leftover.test(name)
      ? 'is a leftover of an editor or a merge, and may hold values in clear'
      : 'is not encrypted, and in the folder of the secret files',
    where: place,
    fix: `${known} ${exception(place)}\n${toSecretFile(['KEY'], owner)}\nThen remove it:\nrm ${shellWord(place)}`,
  };
}
