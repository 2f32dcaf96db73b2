import { randomUUID } from 'node:crypto';
import { constants, fsync } from 'node:fs';
import { mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { throwProblem } from '../problem';
import { writablePlace } from './links';
import { unlessMissing } from '../config/read-file';

/**
 * Writes a file of the workspace whole or not at all, with the folders above it. Mode and owner stay.
 *
 * @param path relative to the workspace
 * @throws ProblemError where a link leads out of the workspace, also one that is put there meanwhile
 */
export async function writeFileWhole(
  workspaceRoot: string,
  path: string,
  content: string | Uint8Array,
): Promise<void> {
  const { folder, name } = await writablePlace(workspaceRoot, path);
  await mkdir(folder, { recursive: true });
  await assertSameFolder(folder, path);
  const file = join(folder, name);
  const beside = join(folder, `.${name}.${randomUUID()}`);
  try {
    await writeNew(
      beside,
      content,
      await stat(file).catch((error: unknown) => unlessMissing(error, undefined)),
    );
    await assertSameFolder(folder, path);
    // A rename takes the place of a link, it does not follow one.
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** Writes a file that is not there yet; a link in its place is an error. */
async function writeNew(
  file: string,
  content: string | Uint8Array,
  before: { readonly mode: number; readonly uid: number; readonly gid: number } | undefined,
): Promise<void> {
  const { O_CREAT, O_EXCL, O_WRONLY } = constants;
  const handle = await open(file, O_CREAT | O_EXCL | O_WRONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    await handle.writeFile(content);
    if (before) {
      await handle.chmod(before.mode & 0o777);
      // Only root may give a file away; in a container it writes files of whoever works outside.
      await handle.chown(before.uid, before.gid).catch(() => undefined);
    }
    // Not handle.sync(), which Yarn Plug'n'Play does not have.
    await promisify(fsync)(handle.fd);
  } finally {
    await handle.close();
  }
}

/** Whether the folder is still one without links in its path. */
async function assertSameFolder(folder: string, path: string): Promise<void> {
  if ((await realpath(folder)) === folder) return;
  throwProblem({
    code: 'folderReplaced',
    what: 'a parent folder was replaced by a link during the run, so nothing is written through it',
    where: path,
    fix: 'Find out what else changes the workspace, then run it again.',
  });
}
