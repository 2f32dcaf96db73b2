import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Makes an empty folder that only this user can read.
 *
 * @param {string} name the beginning of its name
 * @returns {Promise<{path: string, remove: () => Promise<void>}>}
 */
export async function privateFolder(name) {
  // On macOS the temporary folder is behind a link, and Nx compares real paths.
  const path = await realpath(await mkdtemp(join(tmpdir(), `${name}-`)));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}
