import { posix } from 'node:path';
import {
  createProjectGraphAsync,
  getProjects,
  globAsync,
  readCachedProjectGraph,
  workspaceRoot,
  type Tree,
} from '@nx/devkit';
import { throwProblem } from '../problem';
import { isProjectNamed } from './named-project';
import type { ProjectNames } from './commands';
import { findProject } from './find-project';

/** Where a generator was asked to work: in a service's folder, or in the workspace as a whole. */
export type ProjectLocation =
  { readonly kind: 'workspace' } | { readonly kind: 'service'; readonly root: string };

/** What Nx gives a generator to tell the place by. */
export interface LocationOptions {
  readonly project?: string;
  /** Working directory relative to the workspace; empty at its root. */
  readonly directory?: string;
}

/**
 * The place that a generator's options name: a project, else the project around the working directory, else that
 * directory itself, which then becomes a project.
 *
 * @throws ProblemError for a project that does not exist, and for a folder that only holds projects
 */
export async function locateProject(
  tree: Tree,
  { project, directory }: LocationOptions,
): Promise<ProjectLocation> {
  const folder = posix.normalize((directory ?? '').replaceAll('\\', '/')).replace(/\/$/, '');
  if (project !== undefined) {
    const root = await rootOf(tree, project);
    const isGuessed = root === '.' && !isAtRoot(folder) && !isProjectNamed();
    if (!isGuessed) return { kind: 'service', root };
  }
  if (isAtRoot(folder)) return { kind: 'workspace' };
  if (folder.startsWith('../') || folder === '..' || posix.isAbsolute(folder)) {
    throwProblem({
      code: 'outsideWorkspace',
      what: `${folder} is outside of the workspace`,
      where: tree.root,
      fix: 'Run it in a folder of the workspace.',
    });
  }
  const roots = [...getProjects(tree).values()].map(({ root }) => root);
  const around = roots
    .filter((root) => root !== '.' && (folder === root || folder.startsWith(`${root}/`)))
    .sort((a, b) => b.length - a.length)[0];
  if (around !== undefined) return { kind: 'service', root: around };
  const inside = roots.filter((root) => root.startsWith(`${folder}/`));
  if (inside.length > 0) {
    throwProblem({
      code: 'notAService',
      what: `${folder} is not a service: it contains ${inside.length === 1 ? 'a project' : `${inside.length} projects`}`,
      where: folder,
      fix: `Run it in one of them, ${inside[0] ?? ''} for example, or pass --project=${inside[0] ?? ''}.`,
    });
  }
  return { kind: 'service', root: folder };
}

const isAtRoot = (folder: string): boolean => folder === '' || folder === '.';

async function rootOf(tree: Tree, project: string): Promise<string> {
  const here = [...getProjects(tree)].map(([name, { root, tags }]) => ({ name, root, tags: tags ?? [] }));
  const exact = here.find(({ name }) => name === project);
  if (exact) return exact.root;
  // A project that only its .sops.yaml makes is in the graph, not among the project files.
  const { nodes } = await createProjectGraphAsync({ exitOnError: false }).catch(() => ({ nodes: {} }));
  const inGraph = Object.entries(nodes).map(([name, { data }]) => ({
    name,
    root: data.root,
    tags: data.tags ?? [],
  }));
  const onlyHere = here.filter(({ root }) => !inGraph.some((one) => one.root === root));
  return findProject(project, [...inGraph, ...onlyHere]).root;
}

/** Names of the projects by root, as far as they are known without asking Nx to find them out. */
export const projectNames = (tree: Tree): ProjectNames =>
  new Map([
    ...inferredNames(tree),
    ...[...getProjects(tree)].map(([name, { root }]): [string, string] => [root, name]),
  ]);

/** Nx makes the graph before it runs a generator; a project that only its .sops.yaml makes is in there alone. */
function inferredNames(tree: Tree): readonly [string, string][] {
  if (tree.root !== workspaceRoot) return [];
  try {
    const { nodes } = readCachedProjectGraph();
    return Object.entries(nodes).map(([name, { data }]) => [data.root, name]);
  } catch {
    return []; // There is none where no Nx runs the generator.
  }
}

/** The roots of all services of the workspace. */
export const serviceRoots = async (tree: Tree): Promise<readonly string[]> =>
  (await globAsync(tree, ['**/.sops.yaml'])).map((path) => posix.dirname(path));
