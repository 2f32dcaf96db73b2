import {
  encrypt,
  getValue,
  setValue,
  type EncryptedFile,
  type Format,
  type Keyring,
  type Leaf,
  type Path,
} from 'sops-codec';
import { withPendingValue } from '../../secret-file/pending-values';
import { throwProblem, toProblem, type Problem } from '../../problem';
import type { ProblemCode } from '../../problem-codes';
import type { OutputForm } from '../../config/options';
import { assertPushableUnopened } from './assert-pushable';
import { assertEncrypted } from './change-key';

/** What is added, and what to say where it cannot be. */
export interface PendingValueRequest {
  readonly keys: Path;
  /** The key as the user wrote it. */
  readonly key: string;
  readonly value: string;
  /** What the file is pushed as. */
  readonly output: OutputForm;
  readonly stage: string;
  /** Of the file, for messages. */
  readonly path: string;
  /** ARNs of those who may open the stage's files; undefined where nx.json says none. */
  readonly readers: readonly string[] | undefined;
}

/** Formats in which a comment can be. */
const commented: readonly string[] = ['yaml', 'dotenv'];

/** Whether values can be added to a file of a format without opening it. */
export const takesPendingValues = (format: Format): boolean => commented.includes(format);

/**
 * The file with a value that its data key has not encrypted: it is encrypted for the same recipients under a data key of
 * its own, which takes the right to encrypt only. Only a new key can be added so: whoever may not open a file should
 * not replace what is in it either, unseen.
 *
 * @throws ProblemError where the key is there, or the format has no comments
 */
export async function addPendingValue(
  file: EncryptedFile,
  given: PendingValueRequest,
  keyring: Keyring,
): Promise<EncryptedFile> {
  return addPendingLeaf(file, given, { kind: 'str', text: given.value }, keyring);
}

/** `addPendingValue` for a value of any type. */
export async function addPendingLeaf(
  file: EncryptedFile,
  given: Omit<PendingValueRequest, 'value'>,
  leaf: Exclude<Leaf, { readonly kind: 'bytes' }>,
  keyring: Keyring,
): Promise<EncryptedFile> {
  const { keys } = given;
  const { format, metadata, documents } = file;
  if (keys.some((step) => typeof step === 'number'))
    throwProblem(
      refusal(
        given,
        'cannotAddUnopened',
        'this identity cannot decrypt the file, and list elements cannot be added without decrypting it',
      ),
    );
  if (
    keys.some((_, index) => isTaken(getValue(documents, keys.slice(0, index + 1)), index + 1 < keys.length))
  )
    throwProblem(
      refusal(
        given,
        'keyExists',
        `${given.key} already exists, and this identity may add values but not change them`,
      ),
    );
  const byComment = metadata.rule.kind.endsWith('comment_regex');
  if (!takesPendingValues(format) || byComment || documents.length > 1)
    throwProblem(
      refusal(
        given,
        'cannotAddUnopened',
        `this identity cannot decrypt the file, and ${unfit(byComment, format)}`,
      ),
    );
  if (leaf.kind === 'null' || (leaf.kind === 'str' && leaf.text === ''))
    throwProblem(
      refusal(
        given,
        'cannotAddUnopened',
        'this identity cannot decrypt the file, and an empty pending value could not be authenticated',
      ),
    );
  assertPushableUnopened(file, keys, leaf, { format, output: given.output, where: given.path });
  const pendingValue = await encrypt(
    setValue([{ kind: 'map', items: [] }], keys, leaf),
    {
      format: 'yaml',
      groups: metadata.groups,
      shamirThreshold: metadata.shamirThreshold,
      rule: metadata.rule,
    },
    keyring,
  );
  assertEncrypted(pendingValue, keys, leaf, file, given.path);
  return withPendingValue(file, pendingValue);
}

/** A mapping on the way to the key is not a hindrance. */
const isTaken = (value: ReturnType<typeof getValue>, onTheWay: boolean): boolean =>
  value !== undefined && !(onTheWay && value.kind === 'map');

/** Whether a file did not open because its key refuses this identity. */
export const isDenied = (error: unknown): boolean => toProblem(error).denied === 'kms:Decrypt';

const unfit = (byComment: boolean, format: string) =>
  byComment
    ? 'values cannot be added without decrypting it, because comments decide what is encrypted'
    : `values cannot be added to a ${format} file without decrypting it`;

function refusal(
  { path, stage, readers }: Omit<PendingValueRequest, 'value'>,
  code: ProblemCode,
  what: string,
): Problem {
  const who =
    readers && readers.length > 0 ? readers.join(', ') : 'whoever is allowed kms:Decrypt on its key';
  return { code, what, where: `${path}, stage ${stage}`, fix: `Ask somebody who can decrypt it: ${who}.` };
}
