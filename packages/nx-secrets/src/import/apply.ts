import { reencrypt, withDataKey, type Document, type EncryptedFile, type Format } from 'sops-codec';
import type { Caller } from '../aws/caller';
import { didYouMean } from '../config/did-you-mean';
import type { OutputForm } from '../config/options';
import { throwProblem } from '../problem';
import { rollingOut } from '../policies/roll-out';
import { assertOwnAccount, assertRewritable, type RewriteTarget } from '../secret-file/assert-rewritable';
import { decryptWithPending } from '../secret-file/decrypt-with-pending';
import { secretValue } from '../secret-file/payload';
import { keyText } from '../secret-file/key-path';
import { pathEnds } from '../secret-file/leaves';
import { assertReadsBack, plaintextLeaves } from '../secret-file/reads-back';
import { placedAsync, readSecretFile, whileLocked, writeSecretFile } from '../secret-file/read-write';
import { fitDocuments } from './fit-documents';
import type { Imported, KeyNote } from './imported';
import { namesOfSource, planImport, type ImportPlan } from './plan';

/** A stage's secret file that values go into. */
export interface ImportFile extends RewriteTarget {
  readonly output: OutputForm;
}

/** What an import is asked to do. */
export interface ImportRequest {
  readonly imported: Imported;
  /** Names of keys whose value in the file is replaced. */
  readonly overwrite: ReadonlySet<string>;
}

/**
 * Puts imported values into a secret file that exists: it is opened with its stage's own key, and what does not change keeps
 * its ciphertext. It is written once the new bytes open and give the values.
 *
 * @param dryRun nothing is written
 * @throws ProblemError or SopsError where the file is not its service's own, or cannot hold the values
 */
export async function importIntoFile(
  target: ImportFile,
  request: ImportRequest,
  caller: Caller,
  dryRun: boolean,
): Promise<ImportedFile> {
  const { workspaceRoot, path } = target;
  const run = async () => {
    const { file } = await readSecretFile(workspaceRoot, path);
    const own = await assertRewritable(file, target);
    await assertOwnAccount(own, target, caller.account);
    return rollingOut('developer', target, () =>
      withDataKey(
        placedAsync(path, () => decryptWithPending(file, own, caller.keyring, path)),
        async (opened) => {
          const { documents, ...done } = planFor(opened.documents, request, file.format, target);
          const { changes } = done;
          if (dryRun || changes.added.length + changes.replaced.length === 0) return done;
          const changed = reencrypt(opened, documents, { force: opened.folded });
          await assertReadsBack(
            changed,
            documents,
            own,
            caller.keyring,
            path,
            mayStayPlain(request.imported, file),
          );
          await writeSecretFile(workspaceRoot, path, changed);
          return done;
        },
      ),
    );
  };
  return dryRun ? run() : whileLocked(workspaceRoot, path, run);
}

/** A plan, with what was changed in the values for the format of the file. */
export interface FittedPlan extends ImportPlan {
  readonly normalised: readonly KeyNote[];
}

/** What an import did, or would do, to a file. */
export type ImportedFile = Pick<FittedPlan, 'changes' | 'normalised'>;

/**
 * What an import comes to in a file of this format.
 *
 * @param before its documents; none where it does not exist
 * @throws ProblemError for a name in `overwrite` that the source does not have, and for values that no sync could push
 */
export function planFor(
  before: readonly Document[],
  { imported, overwrite }: ImportRequest,
  format: Format,
  { output, path }: Pick<ImportFile, 'output' | 'path'>,
): FittedPlan {
  assertSameKind(imported, format, path);
  assertUsableNames(imported);
  assertKnownKeys(overwrite, imported, format);
  const { documents, normalised } = fitDocuments(imported.documents, format, path);
  const plan = planImport(before, documents, overwrite, format);
  secretValue(plan.documents, format, output, path);
  return { ...plan, normalised };
}

/** Bytes are a file of their own, and a file of keys holds no bytes. */
function assertSameKind({ extension, source }: Imported, format: Format, path: string): void {
  const [isBinary, wantsBinary] = [extension === 'bin', format === 'binary'];
  if (isBinary === wantsBinary) return;
  throwProblem({
    code: 'notText',
    what: isBinary
      ? `${source} is kept byte by byte, which a file of this format cannot do`
      : `${source} has keys, and a .bin file holds one value`,
    where: path,
    fix: isBinary
      ? 'Leave --format out: it becomes secrets/<stage>.enc.bin. Where the stage has another secret file, move that away first.'
      : "Move the stage's .bin file away first, or import into another stage.",
  });
}

/** No command could name such a key, and few programs could read it. */
function assertUsableNames({ documents, source }: Imported): void {
  const path = documents
    .flatMap(pathEnds)
    .map((end) => end.path)
    .find((steps) => steps.some((step) => step === '' || /[\p{Cc}\p{Cs}\ufffd]/u.test(step)));
  if (path === undefined) return;
  throwProblem({
    code: 'badKeyName',
    what: `the key ${JSON.stringify(keyText(path, 'yaml'))} has an empty name, or a control character in it`,
    where: source,
    fix: 'Rename it in the source, with printable characters.',
  });
}

/** A name that the source does not have would replace nothing, in silence. */
function assertKnownKeys(
  overwrite: ReadonlySet<string>,
  { documents, source }: Imported,
  format: Format,
): void {
  const known = namesOfSource(documents, format);
  const unknown = [...overwrite].find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throwProblem({
    code: 'unknownName',
    what: `${source} has no key ${unknown}`,
    where: '--overwrite',
    fix: `${didYouMean(unknown, known)}Pass names as the report of a dry run (--dry-run) shows them.`,
  });
}

/** Whether a value was in plaintext in an encrypted source, or is so in the secret file that it goes into. */
export function mayStayPlain(
  { plaintext }: Imported,
  file?: EncryptedFile,
): (keys: readonly string[]) => boolean {
  const before = new Set(file ? plaintextLeaves(file).map(({ keys }) => JSON.stringify(keys)) : []);
  return (keys) => {
    const name = JSON.stringify(keys);
    return before.has(name) || (plaintext?.has(name) ?? false);
  };
}
