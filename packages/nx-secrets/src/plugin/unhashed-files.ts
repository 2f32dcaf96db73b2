import { createHash, randomUUID } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { otherContentAmong } from '../git/other-content';
import { filesNxIgnores, secretFilePaths } from '../git/files-nx-ignores';
import { readContent } from '../checks/read-content';

/** The input of `check-secrets` that stands for files which Nx does not hash and the check reads. */
export const unhashedFilesVariable = 'NX_SECRETS_UNHASHED_FILES';

/** More files are not worth hashing: then nothing is kept. */
const mostFiles = 1_000;

/**
 * The input's value: a hash of what Git has or would add and Nx does not see, so that a cached result never hides it; empty
 * where there is nothing, which is nearly everywhere. That is the files that Nx ignores; the links in the place of secret
 * files, of which Nx hashes what they lead to; and those whose content Git has otherwise. Outside a repository it is
 * something new each time: what Nx ignores there is not known.
 */
export async function unhashedFiles(workspaceRoot: string): Promise<string> {
  const [ignored, secretFiles] = await Promise.all([
    filesNxIgnores(workspaceRoot),
    secretFilePaths(workspaceRoot),
  ]);
  if (ignored === undefined || secretFiles === undefined || ignored.length > mostFiles) return randomUUID();
  const seen = [
    ...ignored.map((path) => [path, readContent(workspaceRoot, path)]),
    ...secretFiles.flatMap((path) => linkAt(workspaceRoot, path)),
    ...(await otherContentAmong(workspaceRoot, secretFiles)),
  ];
  return seen.length === 0 ? '' : createHash('sha256').update(JSON.stringify(seen)).digest('hex');
}

function linkAt(workspaceRoot: string, path: string): readonly (readonly [path: string, target: string])[] {
  try {
    return [[path, readlinkSync(join(workspaceRoot, path))]];
  } catch {
    return []; // No link, or gone.
  }
}
