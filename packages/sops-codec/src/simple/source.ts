import { readFile } from 'node:fs/promises';
import { hasCode } from '../command-line/system-error';
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
    what: isMissing ? 'the file does not exist' : 'cannot read the file',
    where: path,
    fix: isMissing ? 'Check the path.' : 'Check its permissions.',
    cause,
  });
}
