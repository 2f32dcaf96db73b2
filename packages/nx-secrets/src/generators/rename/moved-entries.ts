import { posix } from 'node:path';
import type { Tree } from '@nx/devkit';
import { sopsConfigFile } from '../../config/services';
import { formerFolder } from './former-folder';
import { isIn, type FolderMove } from './old-paths';
import type { RawNames } from './service-entry';

/** Where a service was moved from by somebody else: as nx.json still has it, else as Git has it. */
export async function moveOf(
  tree: Tree,
  root: string,
  name: string | undefined,
  oldRoot: string | undefined,
): Promise<FolderMove | undefined> {
  const from = oldRoot ?? (name === undefined ? undefined : await formerFolder(tree, root, name));
  return from === undefined ? undefined : { from, to: root };
}

/** The services of nx.json, with those that were in a folder which was moved where they are now. */
export function withMoved(
  services: RawNames['services'],
  { from, to }: FolderMove,
  tree: Tree,
): RawNames['services'] {
  if (services === undefined) return undefined;
  const place = (root: string) => {
    const now = root === from || !isIn(root, from) ? root : `${to}${root.slice(from.length)}`;
    const isMoved = now !== root && !tree.exists(posix.join(root, sopsConfigFile));
    return isMoved && !Object.hasOwn(services, now) ? now : root;
  };
  return Object.fromEntries(Object.entries(services).map(([root, entry]) => [place(root), entry]));
}
