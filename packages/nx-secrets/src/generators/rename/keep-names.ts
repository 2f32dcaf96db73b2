import { basename } from 'node:path';
import type { Tree } from '@nx/devkit';
import type { Service } from '../../config/services';
import { formerService } from './former-service';

/** A service whose files have another name than its folder or nx.json gives it. */
export interface Misnamed {
  readonly root: string;
  /** Its name by its files. */
  readonly name: string;
}

/**
 * The services that are to keep their names together: where two were swapped, each has the name that the other one's folder
 * gives. Undefined where a service has such a name by its own files: then the first one is a copy.
 *
 * @param others all services but the first
 */
export function keptTogether(
  tree: Tree,
  first: Misnamed,
  others: readonly Service[],
): readonly Misnamed[] | undefined {
  const kept = [first];
  for (const { name } of kept) {
    const holder = others.find((one) => one.name === name && !kept.some(({ root }) => root === one.root));
    if (!holder) continue;
    const { name: own } = formerService(tree, holder.root);
    if (own === undefined || own === holder.name || kept.some((one) => one.name === own)) return undefined;
    kept.push({ root: holder.root, name: own });
  }
  return kept;
}

/** The name that a service needs in nx.json; undefined where its folder has it. */
export const nameInNxJson = (name: string, root: string): string | undefined =>
  name === basename(root) && root !== '.' ? undefined : name;
