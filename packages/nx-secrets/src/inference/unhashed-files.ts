import { createHash, randomUUID } from 'node:crypto';
import { filesNxIgnores } from '../git/files-nx-ignores';
import { readContent } from '../checks/read-content';

/** The input of `check-secrets` that stands for files which Nx does not hash and the check reads. */
export const unhashedFilesVariable = 'NX_SECRETS_UNHASHED_FILES';

/** More files are not worth hashing: then nothing is kept. */
const mostFiles = 1_000;

/**
 * The input's value: a hash of the files that Git has or would add and that Nx ignores, so that a cached result never hides
 * what is in them; empty where there are none, which is nearly everywhere. Outside a repository, something new each time:
 * what Nx ignores there is not known.
 */
export async function unhashedFiles(workspaceRoot: string): Promise<string> {
  const paths = await filesNxIgnores(workspaceRoot);
  if (paths === undefined || paths.length > mostFiles) return randomUUID();
  if (paths.length === 0) return '';
  const hash = createHash('sha256');
  for (const path of paths) {
    const content = readContent(workspaceRoot, path);
    hash.update(JSON.stringify([path, content]));
  }
  return hash.digest('hex');
}
