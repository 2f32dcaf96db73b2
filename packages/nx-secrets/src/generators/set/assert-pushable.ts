import { getValue, readPlain, setValue, writePlain, type Document, type Format, type Path } from 'sops-codec';
import { pendingValuesIn } from '../../secret-file/pending-values';
import { size } from '../../checks/size';
import { throwProblem, ProblemError, type Problem } from '../../problem';
import { payload, payloadBytes, secretValue } from '../../secret-file/payload';
import { keyText } from '../../secret-file/key-path';
import type { OutputForm } from '../../config/options';
import type { EncryptedFile, Value } from 'sops-codec';

/** What a file is pushed as. */
export interface Push {
  readonly format: Format;
  readonly output: OutputForm;
  /** Path of the file, for messages. */
  readonly where: string;
}

const noKeys: readonly Document[] = [{ kind: 'map', items: [] }];
const only = (path: Path, value: Value) => setValue(noKeys, path, value);

/**
 * Refuses a value that no sync could push. A file that could not be pushed before may be changed where the change makes it
 * better: the value that was in the way goes, or the file gets no larger.
 *
 * @param before the opened file
 * @param after the same, with the value
 * @throws ProblemError as the sync would give it
 */
export function assertPushable(
  before: readonly Document[],
  after: readonly Document[],
  path: Path,
  push: Push,
): void {
  const [old, value] = [getValue(before, path), getValue(after, path)];
  const own = value && problemOf(only(path, value), push);
  if (own) throwProblem(own);
  if (push.output === 'raw' && value && !isKept(after, path, value, push.format))
    throwProblem(notInText(keyText(path, push.format), push));
  const problem = problemOf(after, push);
  if (!problem || (old && problemOf(only(path, old), push))) return;
  const [now, then] = [bytesOf(after, push), bytesOf(before, push)];
  if (now === undefined || then === undefined || now > then) throwProblem(problem);
}

/**
 * `assertPushable` for a file that does not open: what there is in it has at least a certain size.
 *
 * @throws ProblemError for a value that cannot be pushed, alone or with the others
 */
export function assertPushableUnopened(file: EncryptedFile, path: Path, value: Value, push: Push): void {
  const own = problemOf(only(path, value), push);
  if (own) throwProblem(own);
  const pending = pendingValuesIn(file.documents, push.where).flatMap(({ keys, file: one }) => {
    const leaf = getValue(one.documents, keys);
    return leaf ? [{ keys, leaf }] : [];
  });
  const all = pending.reduce((documents, { keys, leaf }) => setValue(documents, keys, leaf), file.documents);
  const problem = size({ ...file, documents: setValue(all, path, value) }, push.output, push.where);
  if (problem) throwProblem(problem);
}

function problemOf(documents: readonly Document[], { format, output, where }: Push): Problem | undefined {
  try {
    secretValue(documents, format, output, where);
    return undefined;
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
}

function bytesOf(documents: readonly Document[], { format, output, where }: Push): number | undefined {
  try {
    return payloadBytes(payload(documents, format, output, where));
  } catch {
    return undefined;
  }
}

/** Whether the text of a file says the same as the file. */
function isKept(documents: readonly Document[], path: Path, value: Value, format: Format): boolean {
  try {
    const read = getValue(readPlain(writePlain(documents, format), format), path);
    return read?.kind === 'str' && value.kind === 'str' && read.text === value.text;
  } catch {
    return false;
  }
}

const notInText = (key: string, { format, where }: Push): Problem => ({
  code: 'unfitForRawText',
  what: `a ${format} file cannot hold this value of ${key} unchanged, and "output": "raw" pushes the file's text`,
  where,
  fix: 'Use a value without line breaks, quotes and surrounding spaces, or remove "output": "raw" in nx.json; then the value is pushed as JSON.',
});
