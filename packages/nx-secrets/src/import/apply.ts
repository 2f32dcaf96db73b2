import {
  reencrypt,
  withDataKey,
  type Document,
  type EncryptedFile,
  type Format,
  type SelectionRule,
} from 'sops-codec';
import type { Caller } from '../aws/caller';
import { didYouMean } from '../config/did-you-mean';
import { stageList } from '../config/stage-list';
import type { OutputForm } from '../config/options';
import { throwProblem } from '../problem';
import { rollingOut } from '../policies/roll-out';
import { assertOwnAccount, assertRewritable, type RewriteTarget } from '../secret-file/assert-rewritable';
import { decryptWithPending } from '../secret-file/decrypt-with-pending';
import { secretValue } from '../secret-file/payload';
import { keyText } from '../secret-file/key-path';
import { pathEnds } from '../secret-file/leaves';
import { assertReadsBack, plaintextLeaves } from '../secret-file/reads-back';
import { readKeysToSet, takeSetFromList } from '../secret-file/read-keys-to-set';
import { placedAsync, readSecretFile, whileLocked, writeSecretFile } from '../secret-file/read-write';
import { fitDocuments } from './fit-documents';
import { assertNamesHeld } from './held-names';
import type { Imported, KeyNote } from './imported';
import { namesOfSource, planImport, type ImportPlan } from './plan';

/** A stage's secret file that values go into. */
export interface ImportFile extends RewriteTarget {
  readonly output: OutputForm;
}

/** What an import is asked to do. */
export interface ImportRequest {
  readonly imported: Imported;
  /** Names of keys whose value in the file is replaced, as the user gave them: one, or several with commas. */
  readonly overwrite: readonly string[];
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
    // A list that cannot be read is refused before anything is written.
    await readKeysToSet(workspaceRoot, path, file);
    const own = await assertRewritable(file, target);
    await assertOwnAccount(own, target, caller.account);
    return rollingOut('developer', target, () =>
      withDataKey(
        placedAsync(path, () => decryptWithPending(file, own, caller.keyring, path)),
        async (opened) => {
          const { documents, ...done } = planFor(opened.documents, request, file.format, {
            ...target,
            rule: file.metadata.rule,
          });
          const { changes } = done;
          if (dryRun) return done;
          if (changes.added.length + changes.replaced.length === 0)
            return withList(done, await takeSetFromList(workspaceRoot, path, file));
          const changed = reencrypt(opened, documents, { force: opened.folded });
          await assertReadsBack(
            changed,
            documents,
            own,
            caller.keyring,
            path,
            mayStayPlain(request.imported, file, changes),
          );
          await writeSecretFile(workspaceRoot, path, changed);
          return withList(done, await takeSetFromList(workspaceRoot, path, changed));
        },
      ),
    );
  };
  return dryRun ? run() : whileLocked(workspaceRoot, path, run);
}

/** A report that names the keys that the stage has yet to get. */
export const withList = (done: ImportedFile, left: readonly string[]): ImportedFile =>
  left.length === 0 ? done : { ...done, notes: [...done.notes, `still to be set: ${left.join(', ')}`] };

/** A plan, with what was changed in the values for the format of the file. */
export interface FittedPlan extends ImportPlan {
  readonly normalised: readonly KeyNote[];
  readonly notes: readonly string[];
  /** Names of keys that the user wants to replace. */
  readonly named: ReadonlySet<string>;
}

/** What an import did, or would do, to a file. */
export type ImportedFile = Pick<FittedPlan, 'changes' | 'normalised' | 'notes'> & {
  readonly isUnopened?: boolean;
};

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
  { output, path, rule }: Pick<ImportFile, 'output' | 'path'> & { readonly rule: SelectionRule },
): FittedPlan {
  assertSameKind(imported, format, path);
  assertUsableNames(imported, format);
  const named = overwriteNames(overwrite, imported, format);
  // Only these rules encrypt comments wherever they are; those of an encrypted source may be in plaintext as they were.
  const keepsComments =
    imported.recipients !== undefined ||
    rule.kind === 'unencrypted_suffix' ||
    rule.kind === 'unencrypted_regex';
  const { documents, normalised, notes } = fitDocuments(imported.documents, format, path, keepsComments);
  assertNamesHeld(documents, format, path);
  const plan = planImport(before, documents, named, format);
  secretValue(plan.documents, format, output, path);
  const left = plan.commentsLeft;
  const onComments =
    left === 0
      ? []
      : [
          `${left} ${left === 1 ? 'comment was' : 'comments were'} not taken: the file has their keys already.`,
        ];
  return {
    ...plan,
    named,
    normalised,
    notes: [...notes, ...onComments, ...nearlySameNames(documents, format)],
  };
}

/** Names that some programs take for one: .NET, and the environment on Windows. */
function nearlySameNames(documents: readonly Document[], format: Format): readonly string[] {
  const byName = new Map<string, string>();
  return documents.flatMap(pathEnds).flatMap(({ path }) => {
    const name = keyText(path, format);
    const other = byName.get(name.toLowerCase());
    byName.set(name.toLowerCase(), name);
    return other === undefined ? [] : [`${other} and ${name} differ only in upper and lower case.`];
  });
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

/** No command could name such a key, and few programs could read it; sops keeps its own data under a name of its own. */
function assertUsableNames({ documents, source }: Imported, format: Format): void {
  const isReserved = (key: string) => (format === 'dotenv' ? key.startsWith('sops_') : key === 'sops');
  const reserved = documents
    .flatMap(({ items }) => items)
    .find((item) => item.kind === 'item' && isReserved(item.key));
  if (reserved?.kind === 'item')
    throwProblem({
      code: 'reservedKey',
      what: `the key ${keyText([reserved.key], format)} is a name that SOPS reserves`,
      where: source,
      fix: `Rename it in the source, and where the service reads it${format === 'dotenv' ? '; a secret file in YAML (--format=yaml) holds it' : ''}.`,
    });
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

/**
 * The keys that an option names: what is as a whole the name of a key is that key, commas and all; else it is a list. A
 * name that the source does not have would replace nothing, in silence. @throws ProblemError
 */
function overwriteNames(
  overwrite: readonly string[],
  { documents, source }: Imported,
  format: Format,
): ReadonlySet<string> {
  const known = new Set(namesOfSource(documents, format));
  const named = overwrite.flatMap((text) => (known.has(text) ? [text] : stageList(text)));
  const unknown = named.find((name) => !known.has(name));
  if (unknown === undefined) return new Set(named);
  return throwProblem({
    code: 'unknownName',
    what: `${source} has no key ${unknown}`,
    where: '--overwrite',
    fix: `${didYouMean(unknown, [...known])}Pass names as the report of a dry run (--dry-run) shows them.`,
  });
}

/**
 * Whether a value was in plaintext in an encrypted source, or is so in the secret file that it goes into and stays as it is
 * there: a new value of a secret is not for plaintext because the old one was.
 */
export function mayStayPlain(
  { plaintext }: Imported,
  file?: EncryptedFile,
  { replaced }: Pick<FittedPlan['changes'], 'replaced'> = { replaced: [] },
): (keys: readonly string[]) => boolean {
  const plain = file ? plaintextLeaves(file) : [];
  const before = new Set(
    plain.flatMap(({ keys }) =>
      file && replaced.includes(keyText(keys, file.format)) ? [] : [JSON.stringify(keys)],
    ),
  );
  return (keys) => {
    const name = JSON.stringify(keys);
    return before.has(name) || (plaintext?.has(name) ?? false);
  };
}
