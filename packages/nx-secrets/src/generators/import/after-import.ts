import { existsSync } from 'node:fs';
import { lstat, readFile, rm } from 'node:fs/promises';
import { wholeHistory } from '../../config/commands';
import { fileHistory, filesWith } from '../../git/file-history';
import { isShallow } from '../../git/repository';
import { escapeControlCharacters } from '../../problem';
import { historyText, oldKeysText } from '../../import/source-text';
import { isInteractive } from '../../output/prompt';
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
  // The stage's own file was replaced.
  const isTarget = sourcePath === result.path;
  return [
    ...(isTarget ? [] : await removal(done)),
    ...(origin.isEncrypted ? [] : await history(workspaceRoot, origin, result.imported.source)),
    ...oldKeysText(await oldKeys(done)),
  ];
}

async function removal({ result, origin, removeSource }: DoneImport): Promise<readonly string[]> {
  const { source } = result.imported;
  if (removeSource === false) return [`${source} is still there.`];
  const kept = whyKept(result, await readFile(origin.file).catch(() => undefined), origin);
  if (kept !== undefined) return [`${source} is still there: ${kept}.`];
  if ((await lstat(origin.file)).isSymbolicLink())
    return [`${source} is still there: it is a link, and what it points to would stay.`];
  if (!(removeSource ?? (isInteractive() && (await confirmed(source)))))
    return [`${source} is still there. To remove it with an import: --remove-source`];
  await rm(origin.file);
  return [`removed ${source}: ${result.path} has its values`];
}

/** Why the source must stay: something of it would be lost. */
function whyKept({ changes, imported }: ImportResult, now: Uint8Array | undefined, { bytes }: SourceFile) {
  if (now === undefined || !Buffer.from(now).equals(bytes)) return 'it changed during the import';
  if (changes.kept.length > 0)
    return `its ${changes.kept.length === 1 ? 'value' : 'values'} of ${changes.kept.join(', ')} ${changes.kept.length === 1 ? 'is' : 'are'} not in the secret file`;
  return imported.leftOut.length > 0 ? 'parts of it were left out' : undefined;
}

async function confirmed(source: string): Promise<boolean> {
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await confirm({
    message: `Remove ${escapeControlCharacters(source)}?`,
    initialValue: false,
  });
  return !isCancel(answer) && answer;
}

async function history(directory: string, { file }: SourceFile, source: string): Promise<readonly string[]> {
  const found = await fileHistory(directory, file);
  if (!found && (await isShallow(directory)))
    return [`This clone is shallow: whether Git's history has ${source} is unknown. ${wholeHistory}`];
  // Where it was removed, the next commit says so.
  return found ? historyText(source, { ...found, tracked: found.tracked && existsSync(file) }) : [];
}

async function oldKeys({ workspaceRoot, result, origin, sourcePath }: DoneImport) {
  const keys = [];
  for (const name of result.imported.recipients ?? []) {
    const files = await filesWith(workspaceRoot, name);
    const isGone = (file: string) => file === sourcePath && !existsSync(origin.file);
    keys.push({ name, files: files.filter((file) => file !== result.path && !isGone(file)) });
  }
  return keys;
}
