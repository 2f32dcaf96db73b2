import { posix } from 'node:path';
import { readNxJson, type GeneratorCallback, type Tree } from '@nx/devkit';
import { throwProblem, toProblem, type Problem } from '../../problem';
import { moveFolder } from '../../git/move-folder';
import { isDryRun } from '../../output/dry-run';
import { printing } from '../../output/stdout';
import { writablePlace } from '../../files/links';
import { readPlugin } from '../../config/plugin';
import { locateProject, type LocationOptions } from '../../config/project-location';
import { readServices, sopsConfigFile } from '../../config/services';
import { asInstalled } from '../as-installed';
import { reported, type Recorder } from '../reported';
import { carryOut, type ServiceMove } from './carry-out';
import { finish } from './finish';
import { folderOf } from './folder-of';
import type { NewNames } from './new-names';
import { afterMove, readNxProjects, type NxProjects } from './nx-projects';
import { isIn, type FolderMove } from './old-paths';
import { forOne, intoItself, noService, notAService, several, taken } from './refusals';
import { renameService } from './rename-service';
import { say } from './say';
import { entryOf, rawNames, withEntry, writeNames } from './service-entry';

/** Options of `nx g secrets:rename`, as in schema.json. */
export interface RenameOptions extends LocationOptions, NewNames {
  readonly to?: string;
  readonly finish?: boolean;
  readonly all?: boolean;
  /** Also write the report as JSON to this file, relative to the workspace. */
  readonly json?: string;
}

/**
 * Renames or moves a service, its secret or its key. nx.json and `.sops.yaml` go through the Tree; keys are made and files
 * encrypted in the callback, which a dry run does not call. Each step looks at what is there, so that a run which was
 * interrupted is run again; nothing in AWS is removed or changed but what `provision-keys` repairs.
 */
export default asInstalled(reported(rename));

async function rename(tree: Tree, given: RenameOptions, record: Recorder): Promise<GeneratorCallback> {
  const nx = await readNxProjects(tree);
  const { roots, projects, move }: Placed = given.all
    ? { roots: await allRoots(tree, given, nx), projects: nx }
    : await rootOf(tree, given, nx);
  await writablePlace(tree.root, 'nx.json');
  const moves: ServiceMove[] = [];
  const request = { ...given, all: given.all ?? false, projects, move };
  for (const root of roots) {
    const next = given.finish
      ? await finish(tree, root, projects, record)
      : await renameService(tree, root, request, record);
    if (next) moves.push(next);
  }
  if (isDryRun() || moves.length === 0) return () => undefined;
  return () =>
    printing(async () => {
      const problems: Problem[] = [];
      for (const one of moves) await carryOut(one).catch((error: unknown) => problems.push(toProblem(error)));
      if (problems[0] && moves.length === 1) throwProblem(problems[0]);
      if (problems.length > 0) throwProblem(several(problems, moves.length));
    });
}

/** Every service, after the patterns of all have been changed; before, each keeps what it was called. */
async function allRoots(
  tree: Tree,
  { newName, to, secretName, keyAlias }: RenameOptions,
  { names, roots }: NxProjects,
): Promise<readonly string[]> {
  if (newName !== undefined || to !== undefined) throwProblem(forOne);
  const { name, options } = readPlugin(tree.root, readNxJson(tree) ?? {}, names);
  const services = await readServices(tree.root, roots, options);
  const isNew = (secretName ?? options.secretName) !== options.secretName;
  if (isNew || (keyAlias ?? options.keyAlias) !== options.keyAlias) {
    const before = { secretName: options.secretName, keyAlias: options.keyAlias };
    let { services: entries } = rawNames(tree, name);
    for (const service of services) {
      if (options.formerly.has(service.root) || options.patterns.has(service.root)) continue;
      const entry = { ...entryOf(entries, service.root), formerly: { name: service.name, ...before } };
      entries = withEntry(entries, service.root, entry, undefined);
    }
    writeNames(tree, name, {
      ...(secretName === undefined ? {} : { secretName }),
      ...(keyAlias === undefined ? {} : { keyAlias }),
      ...(entries === undefined ? {} : { services: entries }),
    });
  }
  return services.map(({ root }) => root);
}

/** A service's root, and what Nx knows where its folder was moved. */
interface Placed {
  readonly roots: readonly string[];
  readonly projects: NxProjects;
  /** Where it was, where this run moves it. */
  readonly move?: FolderMove;
}

/** The service's root, after its folder has been moved where that is asked for. */
async function rootOf(tree: Tree, { to, ...given }: RenameOptions, projects: NxProjects): Promise<Placed> {
  const target = to === undefined ? undefined : folderOf(to);
  const isThere = target !== undefined && tree.exists(posix.join(target, sopsConfigFile));
  const place = await locateProject(tree, given).catch((error: unknown) => {
    // An earlier run has moved it.
    if (isThere) return { kind: 'service' as const, root: target };
    throw error;
  });
  if (place.kind === 'workspace') return throwProblem(noService);
  const { root } = place;
  if (target === undefined || target === root) return { roots: [assertService(tree, root)], projects };
  if (!tree.exists(posix.join(root, sopsConfigFile)) && isThere) return { roots: [target], projects };
  assertService(tree, root);
  if (root === '.' || isIn(target, root)) throwProblem(intoItself(root, target));
  // Where names have no case, a folder that is only spelled otherwise is the same one.
  if (tree.exists(target) && target.toLowerCase() !== root.toLowerCase()) throwProblem(taken(target));
  await writablePlace(tree.root, posix.join(target, sopsConfigFile));
  const move = { from: root, to: target };
  say(`${isDryRun() ? 'would move' : 'moved     '} ${root} to ${target}`);
  if (isDryRun()) return { roots: [root], projects, move };
  await moveFolder(tree.root, root, target);
  return { roots: [target], projects: afterMove(projects, root, target), move };
}

const assertService = (tree: Tree, root: string): string =>
  tree.exists(posix.join(root, sopsConfigFile)) ? root : throwProblem(notAService(root));
