import { posix } from 'node:path';
import { readNxJson, type Tree } from '@nx/devkit';
import { throwProblem, type Problem } from '../../problem';
import type { RewriteTarget } from '../../secret-file/assert-rewritable';
import { select } from '../../sync/select';
import { namesOf, type Names } from '../../config/names';
import type { Options } from '../../config/options';
import {
  locateProject,
  projectNames,
  serviceRoots,
  type LocationOptions,
} from '../../config/project-location';
import { readPlugin } from '../../config/plugin';
import { aliasOwners, allNames, readServices, type Service } from '../../config/services';
import { stageList } from '../../config/stage-list';
import { generate, generateHere, type Address } from '../../config/commands';

/** A secret file to rotate. */
export interface Target {
  readonly service: Service;
  readonly names: Names;
  /** Relative to the workspace. */
  readonly path: string;
  /** Why it cannot be: the stage has two files, say. */
  readonly problem: Problem | undefined;
}

/** What a rotation is about. */
export interface Targets {
  readonly workspaceRoot: string;
  readonly options: Options;
  readonly targets: readonly Target[];
  /** Key aliases of all services and stages, with whom they belong to. */
  readonly owners: ReadonlyMap<string, string>;
}

/** A target as a file that is to be rewritten. */
export const rewriteOf = (
  { service, names, path }: Target,
  { workspaceRoot, options, owners }: Targets,
): RewriteTarget => ({
  workspaceRoot,
  root: service.root,
  path,
  names,
  stage: options.stages.get(names.stage) ?? {},
  owners,
});

/** Which files the user means. */
export interface TargetOptions extends LocationOptions {
  readonly stage?: string | readonly string[];
  readonly all?: boolean;
}

/**
 * The secret files that a generator's options name: of the service around the working directory, or of all services.
 *
 * @param mode to revoke everything takes `--all`
 * @throws ProblemError where there are none, or for a stage that nobody knows
 */
export async function readTargets(
  tree: Tree,
  { stage, all, ...given }: TargetOptions,
  mode: 'rotate' | 'revoke',
): Promise<Targets> {
  const place = all ? ({ kind: 'workspace' } as const) : await locateProject(tree, given);
  const { options } = readPlugin(tree.root, readNxJson(tree) ?? {}, projectNames(tree));
  const everyService = await readServices(tree.root, await serviceRoots(tree), options);
  const services =
    place.kind === 'workspace' ? everyService : everyService.filter(({ root }) => root === place.root);
  const stages = stageList(stage);
  // Every key of the workspace, with the values to change: that is asked for by name.
  if (mode === 'revoke' && place.kind === 'workspace' && !all && stages.length === 0)
    throwProblem(everything());
  const targets = select(services, everyService, stages, options, true).map(({ service, file, problem }) => ({
    service,
    names: namesOf(service.name, file.stage, options, service.root),
    path: posix.join(service.root, file.path),
    problem,
  }));
  if (targets.length === 0) {
    const address =
      place.kind === 'workspace'
        ? undefined
        : { root: place.root, project: options.projects.get(place.root) };
    throwProblem(nothing(address, stages));
  }
  return { workspaceRoot: tree.root, options, targets, owners: aliasOwners(allNames(everyService, options)) };
}

const everything = (): Problem => ({
  code: 'revokeEverything',
  what: '--revoke without a service or a stage would revoke every key of the workspace',
  where: 'the workspace',
  fix: [
    'For one service, in its folder or with --project:',
    generateHere('rotate', '--revoke', '--project=<project>'),
    'For one stage of all services:',
    generateHere('rotate', '--revoke', '--stage=<stage>'),
    'For all of them:',
    generateHere('rotate', '--revoke', '--all'),
  ].join('\n'),
});

const nothing = (address: Address | undefined, stages: readonly string[]): Problem => ({
  code: 'noSecretFile',
  what: `no secret file${stages.length > 0 ? ` of stage ${stages.join(' or ')}` : ''} found here`,
  where: address?.root ?? 'the workspace',
  fix: address
    ? `To rotate the files of all services, add --all. To create them:\n${generate(address, 'init', ...(stages.length > 0 ? [`--stages=${stages.join(',')}`] : []))}`
    : `Create them first, in the folder of each service:\n${generateHere('init')}`,
});
