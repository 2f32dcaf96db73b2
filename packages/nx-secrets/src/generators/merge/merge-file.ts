import { parse, reencrypt, type EncryptedFile, type Format } from 'sops-codec';
import { decryptWithPending, type FileWithPending } from '../../secret-file/decrypt-with-pending';
import type { MergeSides } from '../../git/merge-sides';
import { throwProblem } from '../../problem';
import type { Caller } from '../../aws/caller';
import { assertOwnAccount, assertRewritable, type RewriteTarget } from '../../secret-file/assert-rewritable';
import { ownership } from '../../secret-file/ownership';
import { keyText } from '../../secret-file/key-path';
import { placed, placedAsync } from '../../secret-file/read-write';
import { mergeDocuments, type Preference } from './merge-documents';
import { bothChanged, oneSideGone, severalDocuments } from './merge-problems';

/** A secret file that Git left in conflict. */
export interface FileToMerge extends RewriteTarget {
  readonly format: Format;
}

/** What a merge comes to. */
export interface MergedFile {
  readonly encrypted: EncryptedFile;
  /** Keys whose value the other side gave. */
  readonly taken: readonly string[];
}

/**
 * Merges the sides of a secret file, under the data key of ours. Values are opened in memory only.
 *
 * @param prefer the side that wins where both changed a key
 * @throws ProblemError where a side is missing, is not the service's own, or both changed a key and nobody says who wins
 */
export async function mergeFile(
  sides: MergeSides,
  target: FileToMerge,
  prefer: Preference | undefined,
  { keyring, account }: Caller,
): Promise<MergedFile> {
  const { path, format } = target;
  if (!sides.ours || !sides.theirs) return throwProblem(oneSideGone(path, sides.ours ? 'theirs' : 'ours'));
  const encrypted = parseSide(sides.ours, target);
  const own = await assertRewritable(encrypted, target);
  await assertOwnAccount(own, target, account);
  const opened: FileWithPending[] = [];
  const open = async (file: EncryptedFile) => {
    const whole = await placedAsync(path, () => decryptWithPending(file, own, keyring, path));
    opened.push(whole);
    return whole;
  };
  try {
    const ours = await open(encrypted);
    const theirs = await open(parseSide(sides.theirs, target));
    const base = sides.base ? (await open(parseSide(sides.base, target))).documents : [];
    const merged = mergeDocuments({ base, ours: ours.documents, theirs: theirs.documents }, prefer);
    const text = (keys: readonly string[]) => keyText(keys, format);
    if (merged.contested.length > 0) return throwProblem(bothChanged(path, merged.contested.map(text)));
    return {
      encrypted: reencrypt(ours, merged.documents, { force: ours.folded }),
      taken: merged.taken.map(text),
    };
  } finally {
    for (const { dataKey } of opened) dataKey.fill(0);
  }
}

/** A side comes from a commit, as a file does: it is checked as strictly. */
function parseSide(bytes: Uint8Array, { path, format, names, owners, stage }: FileToMerge): EncryptedFile {
  const file = placed(path, () => parse(bytes, format));
  const owned = ownership(file, names, owners, path, stage);
  if (owned.kind === 'refused') throwProblem(owned.problem);
  if (file.documents.length > 1) throwProblem(severalDocuments(path));
  return file;
}
