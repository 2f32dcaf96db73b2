import { posix } from 'node:path';
import type { Tree } from '@nx/devkit';
import { removalsOf } from '../../git/changes';
import { openObjects } from '../../git/objects';
import { filesOfHead } from '../../git/repository';
import { sopsConfigFile } from '../../config/services';
import { formerServiceIn } from './former-service';

/**
 * The folder where a service was before it was moved, as Git has it: the last one that had rules of that name, and has no
 * rules any more. Undefined where there is none, or no Git.
 */
export async function formerFolder(tree: Tree, root: string, name: string): Promise<string | undefined> {
  const objects = openObjects(tree.root);
  const isIts = async (id: string, path: string): Promise<boolean> => {
    const folder = posix.dirname(path);
    if (folder === root || folder === '.' || tree.exists(path)) return false;
    const bytes = await objects.read(id);
    if (!bytes) return false;
    try {
      return formerServiceIn(Buffer.from(bytes).toString('utf8'), path).name === name;
    } catch {
      return false;
    }
  };
  try {
    const committed = await filesOfHead(tree.root).catch(() => []);
    const rules = committed.filter((path) => posix.basename(path) === sopsConfigFile);
    // Moved here, and not committed yet; it still is there where nothing was moved.
    if (rules.includes(posix.join(root, sopsConfigFile)) === false)
      for (const path of rules) if (await isIts(`HEAD:./${path}`, path)) return posix.dirname(path);
    for await (const { path, before } of removalsOf(tree.root, `:(glob)**/${sopsConfigFile}`))
      if (before !== undefined && (await isIts(before, path))) return posix.dirname(path);
    return undefined;
  } finally {
    await objects.close();
  }
}
