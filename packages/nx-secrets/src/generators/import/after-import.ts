import { existsSync } from 'node:fs';
import { lstat, readFile, realpath, rm, stat } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { wholeHistory } from '../../config/commands';
import { ignoredFiles } from '../../config/ignored-files';
import { fileHistory, filesWith, isUnreadable, sameContentElsewhere } from '../../git/file-history';
import { isShallow } from '../../git/repository';
import { escapeControlCharacters } from '../../problem';
import { historyText, oldKeysText, sameContentText } from '../../import/source-text';
import { readSecretFile } from '../../secret-file/read-write';
import { isInteractive } from '../../output/prompt';
import { askYesOrNo } from '../../output/questions';
import type { ImportResult } from './prepare';
import type { SourceFile } from './read-source';

/** An import whose values are in the secret file. */
export interface DoneImport {
  readonly workspaceRoot: string;
  readonly result: ImportResult;
  readonly origin: SourceFile;
  /** The source, relative to the workspace where it is in it. */
  readonly sourcePath: string | undefined;
  /** What the user said; undefined where they did not. */
  readonly removeSource: boolean | undefined;
}

/**
 * What there is to say and to do about a source whose values are in the secret file, which opens with the stage's own key:
 * removed where the user wants that and nothing of it would be lost.
 *
 * @returns lines for the report
 */
export async function afterImport(done: DoneImport): Promise<readonly string[]> {
  const { workspaceRoot, result, origin, sourcePath } = done;
  // The stage's own file was replaced, or is read by another path: through a link, or by a second name.
  const isTarget =
    sourcePath === result.path || (await isSameFile(origin.file, join(workspaceRoot, result.path)));
  const real = await realpath(origin.file).catch(() => origin.file);
  return [
    ...(isTarget ? [] : await removal(done)),
    ...(origin.isEncrypted ? [] : await history(real, origin, result.imported.source)),
    ...oldKeysText(await oldKeys(done)),
  ];
}

/** Whether two paths lead to one file. */
async function isSameFile(one: string, other: string): Promise<boolean> {
  try {
    const [a, b] = [await stat(one, { bigint: true }), await stat(other, { bigint: true })];
    return a.dev === b.dev && a.ino === b.ino;
  } catch {
    return false;
  }
}

async function removal(done: DoneImport): Promise<readonly string[]> {
  const { result, origin, removeSource } = done;
  const { source } = result.imported;
  if (removeSource === false) return [`${source} is still there.`];
  const kept = whyKept(result, await readFile(origin.file).catch(() => undefined), origin);
  if (kept !== undefined) return [`${source} is still there: ${kept}.`];
  const unsafe = (await whyNotRemoved(origin)) ?? (await whyNotKept(done));
  if (unsafe !== undefined) return [`${source} is still there: ${unsafe}.`];
  if (!(removeSource ?? (isInteractive() && (await confirmed(source)))))
    return [`${source} is still there. To remove it with an import: --remove-source`];
  await rm(origin.file);
  return [`removed ${source}: ${result.path} has its values`];
}

/** Why removing the path would not remove the values. */
async function whyNotRemoved({ file }: SourceFile): Promise<string | undefined> {
  const found = await lstat(file);
  if (found.isSymbolicLink()) return 'it is a link, and what it points to would stay';
  return found.nlink > 1 ? 'the same file has another name, too (a hard link), which would stay' : undefined;
}

/** Why the values would be lost with the source: nobody else would get the secret file, or it cannot be read. */
async function whyNotKept({ workspaceRoot, result }: DoneImport): Promise<string | undefined> {
  const { path, address } = result;
  const isReadable = await readSecretFile(workspaceRoot, path).then(
    () => true,
    () => false,
  );
  if (!isReadable) return `${path} cannot be read`;
  const ignored = await ignoredFiles(workspaceRoot, address.root, [posix.relative(address.root, path)]);
  return ignored ? ignored.what : undefined;
}

/** Why the source must stay: something of it would be lost. */
function whyKept({ changes, imported }: ImportResult, now: Uint8Array | undefined, { bytes }: SourceFile) {
  if (now === undefined || !Buffer.from(now).equals(bytes)) return 'it changed during the import';
  if (changes.kept.length > 0)
    return `its ${changes.kept.length === 1 ? 'value' : 'values'} of ${changes.kept.join(', ')} ${changes.kept.length === 1 ? 'is' : 'are'} not in the secret file`;
  return imported.leftOut.length > 0 ? 'parts of it were left out' : undefined;
}

async function confirmed(source: string): Promise<boolean> {
  return (await askYesOrNo(`Remove ${escapeControlCharacters(source)}?`, false)) ?? false;
}

async function history(file: string, { bytes }: SourceFile, source: string): Promise<readonly string[]> {
  const found = await fileHistory(file);
  const other = found ? undefined : await sameContentElsewhere(file, bytes);
  // Where it was removed, the next commit says so.
  const lines = found
    ? historyText(source, { ...found, tracked: found.tracked && existsSync(file) })
    : other
      ? sameContentText(source, other)
      : [];
  if (await isUnreadable(dirname(file)))
    return [`Git cannot read this repository: whether its history has ${source} is unknown. See: git status`];
  if (!(await isShallow(dirname(file)))) return lines;
  const what = found ? 'whether earlier commits have' : "whether Git's history has";
  return [...lines, `This clone is shallow: ${what} ${source} is unknown. ${wholeHistory}`];
}

async function oldKeys({ workspaceRoot, result, origin, sourcePath }: DoneImport) {
  const keys = [];
  for (const name of result.imported.recipients ?? []) {
    const files = await filesWith(workspaceRoot, name);
    const isGone = (file: string) => file === sourcePath && !existsSync(origin.file);
    keys.push({ name, files: files?.filter((file) => file !== result.path && !isGone(file)) });
  }
  return keys;
}
