import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { throwProblem, type Problem } from '../problem';
import type { ProblemCode } from '../problem-codes';
import { shellWord } from './commands';

/** Nothing that this package reads is larger. */
const largest = 16 * 1024 * 1024;

/**
 * Reads a file of the workspace. What is in a repository may be a link to anything: a device that never ends is not read,
 * and a pipe is not waited for.
 *
 * @param path relative to the workspace
 * @throws ProblemError for what is not a file, or too large to be one of ours; a system error where it cannot be read
 */
export async function readWorkspaceFile(workspaceRoot: string, path: string): Promise<Buffer> {
  const handle = await open(join(workspaceRoot, path), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const found = await handle.stat();
    if (!found.isFile())
      throwProblem(notRead('notAFile', 'is not a file but a device, a pipe or a folder', path));
    if (found.size > largest)
      throwProblem(notRead('fileTooLarge', `has ${found.size} bytes, more than any secret file`, path));
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** The text of a file of the workspace; undefined where there is none. Throws as `readWorkspaceFile` does. */
export const textIfThere = (workspaceRoot: string, path: string): Promise<string | undefined> =>
  readWorkspaceFile(workspaceRoot, path).then(
    (bytes) => bytes.toString('utf8'),
    (error: unknown) => unlessMissing(error, undefined),
  );

/** `otherwise` where nothing is at a path. @throws any other error: what cannot be read is not the same as nothing */
export function unlessMissing<T>(error: unknown, otherwise: T): T {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return otherwise;
  throw error;
}

const notRead = (code: ProblemCode, what: string, where: string): Problem => ({
  code,
  what: `the path ${what}`,
  where,
  fix: `Check whether it is a link and what created it. To restore the committed file:\ngit checkout HEAD -- ${shellWord(where)}`,
});
