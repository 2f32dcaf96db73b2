import {
  getValue,
  isCiphertext,
  setValue,
  type DecryptedFile,
  type Document,
  type EncryptedFile,
  type Keyring,
  type Path,
  type Value,
  withDataKey,
} from 'sops-codec';
import { throwProblem, toProblem, type Problem } from '../problem';
import { decryptWithOwnKey, type OwnKey } from './own-key';
import { unauthenticatedValues } from './unauthenticated';
import { addressOf, setKey, stageOf } from '../config/commands';
import { keyText } from './key-path';
import { leavesOf } from './leaves';
import { pendingValuesIn, sameKeys, withoutPendingValues, type PendingValue } from './pending-values';

/** An opened file with its pending values put in. */
export interface FileWithPending extends DecryptedFile {
  /** Whether there were any. */
  readonly folded: boolean;
}

/**
 * Opens a file with its stage's own key and puts its pending values where they belong. A pending value never replaces a
 * value.
 *
 * @param own the only key that is asked: for the file, and for each pending value
 * @param path of the file, for messages
 * @param except a pending value of this key is left out
 * @throws SopsError where the file does not open; ProblemError where it holds values that nothing authenticates, or where
 *   a pending value does not fit or open
 */
export async function decryptWithPending(
  file: EncryptedFile,
  own: OwnKey,
  keyring: Keyring,
  path: string,
  except?: Path,
): Promise<FileWithPending> {
  const opened = await decryptWithOwnKey(file, own, keyring, path);
  try {
    const problem = unauthenticatedValues(opened, path);
    if (problem) throwProblem(problem);
    const pendingValues = pendingValuesIn(opened.documents, path);
    if (pendingValues.length === 0) return { ...opened, folded: false };
    let documents = withoutPendingValues(opened.documents, path);
    for (const pendingValue of pendingValues) {
      if (except && sameKeys(pendingValue.keys, except)) continue;
      documents = put(
        documents,
        pendingValue,
        await decryptPendingValue(pendingValue, file, own, keyring, path),
        file,
        path,
      );
    }
    return { ...opened, documents, folded: true };
  } catch (error) {
    opened.dataKey.fill(0);
    throw error;
  }
}

function put(
  documents: readonly Document[],
  { keys }: PendingValue,
  value: Value,
  { format }: EncryptedFile,
  path: string,
): readonly Document[] {
  if (getValue(documents, keys) !== undefined) throwProblem(taken(keyText(keys, format), path));
  return setValue(documents, keys, value);
}

/** Whoever adds a value encrypts it for the stage's own key: one that was copied from another stage does not count. */
async function decryptPendingValue(
  { keys, file }: PendingValue,
  whole: EncryptedFile,
  own: OwnKey,
  keyring: Keyring,
  path: string,
): Promise<Value> {
  const name = keyText(keys, whole.format);
  if (!file.metadata.groups.flat().some((one) => one.kind === 'kms' && one.arn === own.arn))
    return throwProblem(foreign(name, own, path));
  const opened = decryptWithOwnKey(file, own, keyring, path).catch((error: unknown) =>
    throwProblem(closed(error, name, path)),
  );
  const value = await withDataKey(opened, ({ documents }) => getValue(documents, keys));
  return value && wasEncrypted(file, value) ? value : throwProblem(notEncrypted(name, path));
}

/** SOPS authenticates neither an empty value nor one that the file's rule leaves in plaintext. */
function wasEncrypted(file: EncryptedFile, value: Value): boolean {
  const stored = leavesOf(file)[0]?.leaf;
  if (stored?.kind !== 'str' || !isCiphertext(stored.text)) return false;
  return !(value.kind === 'str' && value.text === stored.text);
}

function closed(error: unknown, name: string, path: string): Problem {
  const { what, where } = toProblem(error);
  return {
    code: 'pendingValueUnreadable',
    what: `the pending value of ${name} cannot be decrypted: ${what}`,
    where: [path, where].filter(Boolean).join(', '),
    fix: `If the file's other values can be decrypted, remove it and set it again:\n${takeBack(name, path)}\n${setAgain(name, path)}`,
  };
}

const setAgain = (name: string, path: string) => setKey(addressOf(path), stageOf(path), name);

const takeBack = (name: string, path: string) => setKey(addressOf(path), stageOf(path), name, '--unset');

const taken = (name: string, path: string): Problem => ({
  code: 'pendingValueTaken',
  what: `${name} exists both in the file and as a pending value`,
  where: path,
  fix: `Remove the pending value:\n${takeBack(name, path)}\nOr set the value:\n${setAgain(name, path)}`,
});

const foreign = (name: string, { arn }: OwnKey, path: string): Problem => ({
  code: 'pendingValueForeign',
  what: `the pending value of ${name} is not encrypted with the stage's own key, ${arn}`,
  where: path,
  fix: `Remove it and set the value again:\n${takeBack(name, path)}\n${setAgain(name, path)}`,
});

const notEncrypted = (name: string, path: string): Problem => ({
  code: 'pendingValueUnauthenticated',
  what: `the pending value of ${name} is empty or in plaintext, so nothing authenticates it`,
  where: path,
  fix: `Remove it; somebody who can decrypt the file sets it again:\n${takeBack(name, path)}\n${setAgain(name, path)}`,
});
