import type { Tree } from '@nx/devkit';
import type { ProjectNames } from '../../config/commands';
import { projectNames, serviceRoots } from '../../config/project-location';

/** What Nx knows of the workspace. It lists files once: after a folder was moved, it can be asked no more. */
export interface NxProjects {
  /** Names of projects, by root. */
  readonly names: ProjectNames;
  /** Roots of services. */
  readonly roots: readonly string[];
}

/** Asks Nx, before anything is moved. */
export const readNxProjects = async (tree: Tree): Promise<NxProjects> => ({
  names: projectNames(tree),
  roots: await serviceRoots(tree),
});

/** The same after a folder was moved, with the projects in it. */
export function afterMove({ names, roots }: NxProjects, from: string, to: string): NxProjects {
  const place = (root: string) =>
    root === from || root.startsWith(`${from}/`) ? `${to}${root.slice(from.length)}` : root;
  return {
    names: new Map([...names].map(([root, name]) => [place(root), name])),
    roots: roots.map(place),
  };
}
