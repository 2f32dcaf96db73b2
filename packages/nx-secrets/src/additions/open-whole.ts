import {
  decrypt,
  getValue,
  identityText,
  setValue,
  type DecryptedFile,
  type Document,
  type EncryptedFile,
  type Keyring,
  type Recipient,
  type Value,
} from 'sops-codec';
import { fail, toProblem, type Problem } from '../problem';
import { pluginName } from '../workspace/plugin-name';
import { keyText } from '../workspace/key-path';
import { additionsIn, sameKeys, withoutAdditions, type Addition } from './addition';

/** An opened file with its additions put in. */
export interface WholeFile extends DecryptedFile {
  /** Whether there were any. */
  readonly folded: boolean;
}

/**
 * Opens a file and puts its additions where they belong. An addition never replaces a value.
 *
 * @param path of the file, for messages
 * @param except an addition of this key is left out
 * @throws SopsError where the file does not open; ProblemError where an addition does not fit or open
 */
export async function openWhole(
  file: EncryptedFile,
  keyring: Keyring,
  path: string,
  except?: readonly string[],
): Promise<WholeFile> {
  const opened = await decrypt(file, keyring);
  try {
    const additions = additionsIn(opened.documents, path);
    if (additions.length === 0) return { ...opened, folded: false };
    let documents = withoutAdditions(opened.documents, path);
    for (const addition of additions) {
      if (except && sameKeys(addition.keys, except)) continue;
      documents = put(documents, addition, await openAddition(addition, file, keyring, path), file, path);
    }
    return { ...opened, documents, folded: true };
  } catch (error) {
    opened.dataKey.fill(0);
    throw error;
  }
}

function put(
  documents: readonly Document[],
  { keys }: Addition,
  value: Value,
  { format }: EncryptedFile,
  path: string,
): readonly Document[] {
  if (getValue(documents, keys) !== undefined) fail(taken(keyText(keys, format), path));
  return setValue(documents, keys, value);
}

/** Whoever adds a value encrypts it for the file's own keys: one that was copied from another stage does not count. */
async function openAddition(
  { keys, file }: Addition,
  whole: EncryptedFile,
  keyring: Keyring,
  path: string,
): Promise<Value> {
  const name = keyText(keys, whole.format);
  const known = new Set(whole.metadata.groups.flat().map(identityText));
  const isKnown = (recipient: Recipient) => known.has(identityText(recipient));
  const other = file.metadata.groups.flat().find((one) => one.kind === 'kms' && !isKnown(one));
  if (other) return fail(foreign(name, identityText(other), path));
  // Nobody is asked whom the file does not name: whoever wrote the addition may have named a host of their own.
  const groups = file.metadata.groups.map((group) => group.filter(isKnown));
  const opened = await decrypt({ ...file, metadata: { ...file.metadata, groups } }, keyring).catch(
    (error: unknown) => fail(closed(error, name, path)),
  );
  opened.dataKey.fill(0);
  return getValue(opened.documents, keys) ?? fail(foreign(name, 'nobody', path));
}

function closed(error: unknown, name: string, path: string): Problem {
  const { what, where } = toProblem(error);
  return {
    what: `the addition of ${name} does not open: ${what}`,
    where: [path, where].filter(Boolean).join(', '),
    fix: `If others of the file's values open, take it back and set it again: npx nx g ${pluginName()}:set ${name} --unset.`,
  };
}

const taken = (name: string, path: string): Problem => ({
  what: `${name} is there twice: in the file, and as an addition of somebody who may not open it`,
  where: path,
  fix: `npx nx g ${pluginName()}:set ${name} says which value it is to have; with --unset the addition goes.`,
});

const foreign = (name: string, key: string, path: string): Problem => ({
  what: `the addition of ${name} is encrypted for another key than the file's: ${key}`,
  where: path,
  fix: `Take it back (npx nx g ${pluginName()}:set ${name} --unset) and set the value again.`,
});
