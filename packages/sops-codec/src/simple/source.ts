import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { hasCode, systemReason } from '../command-line/system-error';
import { misuse } from '../model/guarded';
import { SopsError } from '../model/sops-error';

/**
 * The content of a file.
 *
 * @throws SopsError `noFile` or `unreadableInput`; `badUsage` where the path looks like the content of a file: no error may
 *   quote that
 */
export async function contentOf(path: string): Promise<Buffer> {
  assertPath(path);
  try {
    return await readFile(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** @throws SopsError `badUsage` where a text is the content of a file rather than a path */
export function assertPath(path: string): void {
  if (/[\n\r]/.test(path) || path.length > longestPath)
    throw misuse('the source is a text that is not a path; pass the content of a file as bytes');
}

/** PATH_MAX of Linux. */
const longestPath = 4_096;

/** The error of a file that cannot be read. */
export function unreadable(path: string, cause: unknown): SopsError {
  const isMissing = hasCode(cause, 'ENOENT');
  return new SopsError(isMissing ? 'noFile' : 'unreadableInput', {
    what: isMissing ? 'the file does not exist' : `cannot read the file: ${systemReason(cause)}`,
    where: path,
    fix: fixOf(path, cause),
    cause,
  });
}

function fixOf(path: string, cause: unknown): string {
  if (hasCode(cause, 'EISDIR')) return 'Name a file in it.';
  if (hasCode(cause, 'EACCES', 'EPERM')) return 'Check its permissions.';
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) return 'Pass a path, or new URL(…) for a file: URL.';
  return 'Check the path.';
}

/**
 * The path of a file that a caller names.
 *
 * @throws SopsError `badUsage` for what is neither a path nor the URL of a file
 */
export function pathTo(file: unknown): string {
  if (typeof file === 'string') return file;
  if (!(file instanceof URL)) throw misuse('the file is neither a path nor a URL');
  // A URL may hold a password.
  if (file.protocol !== 'file:')
    throw misuse('the URL is not that of a file', undefined, 'Pass a file: URL, or download the file first.');
  return fileURLToPath(file);
}
