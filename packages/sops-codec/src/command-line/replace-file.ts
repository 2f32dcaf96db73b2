import { lstat, open, readlink, stat, unlink, writeFile, type FileHandle } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { SopsError } from '../model/sops-error';
import { copyAttributes } from './copy-attributes';
import { hasCode, systemReason } from './system-error';

/** How a file is written. */
export interface WriteOptions {
  /** Permissions that a new file must not exceed, besides the umask: those of the file that a plaintext came from. */
  readonly newFileMode?: number | undefined;
}

/**
 * Writes the content of a file. Links are followed. A regular file is replaced atomically, with its mode, owner and
 * extended attributes; where that is not possible, because it has several names, belongs to somebody else or its folder
 * cannot be written to, its content is overwritten. What is not a regular file (FIFO, device) is written to.
 *
 * @throws SopsError `unwritableOutput` with the reason; a regular file then has its old content
 */
export async function replaceFile(
  file: string,
  bytes: Uint8Array,
  options: WriteOptions = {},
): Promise<void> {
  try {
    await writeTo(await followLinks(file), bytes, options);
  } catch (error) {
    if (error instanceof SopsError) throw error;
    throw new SopsError('unwritableOutput', {
      what: `cannot write the file: ${systemReason(error)}`,
      where: file,
      fix: hasCode(error, 'ENOSPC', 'EDQUOT', 'EFBIG')
        ? 'Free disk space or raise the limit, then run it again; a file that was there is unchanged.'
        : 'Check that its folder exists, and the permissions of the file and its folder.',
      cause: error,
    });
  }
}

/** Where links lead, and whether that is a file descriptor of a process, which only `open` can resolve. */
interface Target {
  readonly path: string;
  readonly isDescriptor: boolean;
}

const maxLinks = 40;

/** Follows a symbolic link, also to a file that does not exist yet. */
async function followLinks(file: string): Promise<Target> {
  let path = resolve(file);
  for (let count = 0; count < maxLinks; count += 1) {
    if (/^\/(?:dev|proc)\//.test(path)) return { path, isDescriptor: true };
    const stats = await lstat(path).catch(ignoreMissing);
    if (!stats?.isSymbolicLink()) return { path, isDescriptor: false };
    path = resolve(dirname(path), await readlink(path));
  }
  throw Object.assign(new Error(), { code: 'ELOOP' });
}

const ignoreMissing = (error: unknown): undefined => {
  if (hasCode(error, 'ENOENT')) return undefined;
  throw error;
};

async function writeTo(
  { path, isDescriptor }: Target,
  bytes: Uint8Array,
  options: WriteOptions,
): Promise<void> {
  const stats = await stat(path).catch(ignoreMissing);
  if (stats === undefined) return create(path, bytes, options);
  if (!stats.isFile() || isDescriptor) return writeInto(path, bytes);
  // Whoever may write to the folder could replace a file that is write-protected.
  await (await open(path, 'r+').catch(ignoreUnreadable(path))).close();
  if (stats.nlink > 1 || !canKeepOwner(stats)) return overwrite(path, bytes);
  await replaceAtomically(path, bytes);
}

const ignoreUnreadable = (path: string) => (error: unknown) => {
  if (hasCode(error, 'EACCES')) return open(path, 'a');
  throw error;
};

/** The library awaits the step that fills its temporary file; its types leave that out. */
const writeAtomically = writeFileAtomic as (
  path: string,
  data: string,
  options: { readonly mode?: number; readonly tmpfileCreated: (temporary: string) => Promise<void> },
) => Promise<void>;

async function create(path: string, bytes: Uint8Array, { newFileMode }: WriteOptions): Promise<void> {
  const mode = newFileMode === undefined ? undefined : newFileMode & 0o666 & ~process.umask() || 0o600;
  try {
    await writeAtomically(path, '', {
      ...(mode === undefined ? {} : { mode }),
      tmpfileCreated: (temporary) => fill(temporary, bytes),
    });
  } catch (error) {
    if (!hasCode(error, 'ENAMETOOLONG')) throw error;
    await createInPlace(path, bytes, mode);
  }
}

/** For a name that is as long as names may be: that of a temporary file in the same folder would be longer. */
async function createInPlace(path: string, bytes: Uint8Array, mode = 0o666): Promise<void> {
  const handle = await open(path, 'wx', mode);
  try {
    await writeAll(handle, bytes);
  } catch (error) {
    await unlink(path).catch(() => undefined);
    throw error;
  } finally {
    await handle.close();
  }
}

/** Only root may give a file to another owner, and only a member may give it to a group. */
function canKeepOwner({ uid, gid }: Stats): boolean {
  const ownUid = process.geteuid?.() ?? 0;
  if (ownUid === 0) return true;
  return uid === ownUid && (gid === process.getegid?.() || (process.getgroups?.() ?? []).includes(gid));
}

/** Errors that say that a file cannot be put in the place of another one, although that can be written to. */
const notReplaceable = ['EBUSY', 'EXDEV', 'EACCES', 'EPERM', 'EROFS', 'ETXTBSY', 'ENAMETOOLONG'];

async function replaceAtomically(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeAtomically(path, '', {
      tmpfileCreated: async (temporary) => {
        if (!(await copyAttributes(path, temporary))) throw Object.assign(new Error(), { code: 'EPERM' });
        await fill(temporary, bytes);
      },
    });
  } catch (error) {
    if (!hasCode(error, ...notReplaceable)) throw error;
    await overwrite(path, bytes);
  }
}

/** Unlike a single write of the library, this one writes everything or fails: a full disk accepts a part. */
const fill = (temporary: string, bytes: Uint8Array): Promise<void> =>
  writeFile(temporary, bytes, { flag: 'r+' });

/** Overwrites the content of a file; if that fails, puts the old content back. */
async function overwrite(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    const old = await handle.readFile();
    try {
      await writeAll(handle, bytes);
    } catch (error) {
      await writeAll(handle, old).catch(() => undefined);
      throw error;
    }
  } finally {
    await handle.close();
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, written);
    written += bytesWritten;
  }
  await handle.truncate(bytes.length);
  await handle.sync();
}

/** Writes to a FIFO, a device or a descriptor, as it is. */
async function writeInto(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'w');
  try {
    await handle.writeFile(bytes);
  } finally {
    await handle.close();
  }
}
