import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The folders that a package is installed in, each once however many links lead to it.
 *
 * @param {string} workspace
 * @param {string} name
 * @returns {Promise<readonly string[]>}
 */
export async function installedCopies(workspace, name) {
  const entries = await readdir(join(workspace, 'node_modules'), { recursive: true, withFileTypes: true });
  const paths = entries
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => path.endsWith(join('node_modules', name)));
  return [...new Set(await Promise.all(paths.map((path) => realpath(path))))].sort();
}

/** The versions of a package in a lock file of Yarn, where nothing is unpacked. */
export const lockedVersions = (lock, name) =>
  [...lock.matchAll(new RegExp(`^"${name}@npm:[^\\n]*:\\n  version: (\\S+)`, 'gm'))].map(
    ([, version]) => version,
  );
