import {
  isCiphertext,
  parse,
  serialize,
  withDataKey,
  type Document,
  type EncryptedFile,
  type Keyring,
} from 'sops-codec';
import { encryptAgain } from '../config/commands';
import { throwProblem, type Problem } from '../problem';
import { keyText } from './key-path';
import { leavesOf, pathEnds, type KeyedLeaf } from './leaves';
import { decryptWithOwnKey, type OwnKey } from './own-key';
import { sameValue } from './same-value';

/**
 * Asserts, before a file is written, that its bytes open with the stage's own key alone and give what was put in, and that
 * no value is left unencrypted.
 *
 * @param documents what was encrypted
 * @param mayStayPlain whether a value may be left unencrypted where the rule says so: it was so where it came from
 * @param path of the file, for messages
 * @throws ProblemError naming the keys, or SopsError where it does not open
 */
export async function assertReadsBack(
  file: EncryptedFile,
  documents: readonly Document[],
  own: OwnKey,
  keyring: Keyring,
  path: string,
  mayStayPlain: (keys: readonly string[]) => boolean = () => false,
): Promise<void> {
  const { format } = file;
  const written = parse(serialize(file), format);
  const plain = plaintextLeaves(written).filter(({ keys }) => !mayStayPlain(keys));
  if (plain.length > 0)
    throwProblem(
      leftUnencrypted(
        plain.map(({ keys }) => keyText(keys, format)),
        path,
      ),
    );
  const lost = await withDataKey(decryptWithOwnKey(written, own, keyring, path), (opened) =>
    differences(documents, opened.documents),
  );
  if (lost.length > 0)
    throwProblem(
      notHeld(
        lost.map((keys) => keyText(keys, format)),
        format,
        path,
      ),
    );
}

/** The leaves of an encrypted file that its rule leaves in plaintext. */
export const plaintextLeaves = (file: EncryptedFile): readonly KeyedLeaf[] =>
  leavesOf(file).filter(({ leaf }) => leaf.kind !== 'null' && !isEncryptedOrEmpty(leaf));

/** An empty text has no ciphertext, whatever the rule. */
const isEncryptedOrEmpty = (leaf: KeyedLeaf['leaf']): boolean =>
  leaf.kind === 'str' && (leaf.text === '' || isCiphertext(leaf.text));

/** The paths whose value is not the same, in whatever order. */
function differences(
  wanted: readonly Document[],
  found: readonly Document[],
): readonly (readonly string[])[] {
  const byPath = (documents: readonly Document[]) =>
    new Map(documents.flatMap(pathEnds).map(({ path, value }) => [JSON.stringify(path), { path, value }]));
  const [before, after] = [byPath(wanted), byPath(found)];
  return [...new Map([...after, ...before]).entries()].flatMap(([key, { path }]) =>
    sameValue(before.get(key)?.value, after.get(key)?.value) ? [] : [path],
  );
}

/** The problem of values that a rule leaves in plaintext. */
export const leftUnencrypted = (keys: readonly string[], where: string): Problem => ({
  code: 'leftUnencrypted',
  what: `the creation rule would leave the ${keys.length === 1 ? 'value' : 'values'} of ${keys.join(', ')} unencrypted, so nothing was written`,
  where,
  fix: `Rename ${keys.length === 1 ? 'the key' : 'the keys'}, or remove from .sops.yaml what leaves such values unencrypted. Where the file exists, encrypt it again then:\n${encryptAgain(where)}`,
});

/** The problem of keys that a format does not hold. */
export const notHeld = (keys: readonly string[], format: string, where: string): Problem => ({
  code: 'badKeyName',
  what: `a ${format} file does not hold ${keys.join(', ')} unchanged, so nothing was written`,
  where,
  fix: 'Use a secret file in YAML or JSON (--format=yaml), which hold every text, or rename the keys: letters, digits, "_" and "-".',
});
