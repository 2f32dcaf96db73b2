import { getProjects, type Tree } from '@nx/devkit';
import { defaultRegion } from '../../aws/identity';
import { generate, shellWord } from '../../config/commands';
import type { Options } from '../../config/options';
import { projectNames, serviceRoots } from '../../config/project-location';
import { knownStages, readServices, serviceName } from '../../config/services';
import type { Target } from '../../import/aws/assign';
import { narrowed } from '../../import/aws/name-pattern';
import { throwProblem, type Problem } from '../../problem';
import type { AwsRequest } from './aws-request';
import type { ImportOptions } from './generator-options';

/** What there is in the workspace, and what the user named of it. */
export interface Selection {
  /** The service that alone is meant. */
  readonly target: Target | undefined;
  /** The stage that alone is meant. */
  readonly stage: string | undefined;
  /** All stages that there are. */
  readonly stages: readonly string[];
  readonly targets: readonly Target[];
  /** Roots of services that have secret files. */
  readonly filled: ReadonlySet<string>;
}

/**
 * Finds out what an import is about.
 *
 * @param given with the root of the service that the user is in, or named
 * @throws ProblemError where no service or stage is named, and names do not tell either
 */
export async function selectTargets(
  tree: Tree,
  options: Options,
  { pattern }: AwsRequest,
  { root, ...given }: ImportOptions & { readonly root: string | undefined },
): Promise<Selection> {
  const projects = projectNames(tree);
  const ofServices = await serviceRoots(tree);
  const services = await readServices(tree.root, ofServices, options);
  const stages = knownStages(services, options);
  const filled = new Set(services.flatMap(({ root: one, files }) => (files.length > 0 ? [one] : [])));
  const isPerService = pattern.placeholders.has('service') || given.map !== undefined;
  if (root === undefined && !isPerService) throwProblem(noService(given));
  const roots = new Set([
    ...ofServices,
    ...[...getProjects(tree).values()].map((project) => project.root),
    ...(root === undefined ? [] : [root]),
  ]);
  const targets = await Promise.all(
    [...roots].sort().map(async (one): Promise<Target> => {
      return { name: await serviceName(tree.root, one, options), root: one, project: projects.get(one) };
    }),
  );
  const isPerStage = pattern.placeholders.has('stage') || given.map !== undefined;
  const [only, ...others] = stages;
  const stage = given.stage ?? (isPerStage ? undefined : others.length === 0 ? only : undefined);
  if (stage === undefined && !isPerStage) throwProblem(noStage(stages, root, given, options));
  return { target: targets.find((target) => target.root === root), stage, stages, targets, filled };
}

/** The regions to look in: those of the stages, where no region is specified. */
export async function regionsOf(
  { region, pattern }: AwsRequest,
  options: Options,
  stage: string | undefined,
): Promise<readonly string[]> {
  const [, ofArn] = /^arn:[\w-]+:(?:secretsmanager|ssm):([a-z0-9-]+):/.exec(pattern.text) ?? [];
  const named = region ?? ofArn;
  if (named !== undefined) return [named];
  const asked = stage === undefined ? [...options.stages.values()] : [options.stages.get(stage) ?? {}];
  const regions = asked.length === 0 ? [undefined] : asked.map((one) => one.region);
  const rest = regions.includes(undefined) ? [await defaultRegion()] : [];
  return [...new Set([...regions.filter((one) => one !== undefined), ...rest])].sort();
}

/**
 * What is looked for where the user named service or stage. A mapping may call them otherwise, and names may have the Nx
 * project's name instead of the service's.
 */
export function narrowedRequest(request: AwsRequest, { target, stage }: Selection): AwsRequest {
  const { map, pattern, option } = request;
  const hasOneName = option === 'secretName of nx.json' || (target?.project ?? target?.name) === target?.name;
  const service =
    target !== undefined && map.services.size === 0 && hasOneName ? { service: target.name } : {};
  const known = {
    ...service,
    ...(stage !== undefined && map.stages.size === 0 ? { stage } : {}),
  };
  return map.names.size > 0 ? request : { ...request, pattern: narrowed(pattern, known) };
}

const noService = ({ from, secret, pattern, path }: ImportOptions): Problem => ({
  code: 'noService',
  what: 'no service specified',
  where: 'the workspace root',
  fix: `Pass the service's project (--project=<name>), or run it in the service's folder; for all services at once, pass a pattern with {service}:\n${generate({ root: '<name>' }, 'import', `--from=${from}`, shellWord(secret !== undefined ? `--secret=${secret}` : pattern !== undefined ? `--pattern=${pattern}` : `--path=${path ?? ''}`))}`,
});

const noStage = (
  stages: readonly string[],
  root: string | undefined,
  { from }: ImportOptions,
  options: Options,
): Problem => ({
  code: 'noStage',
  what: 'no stage specified',
  where: root ?? 'the workspace root',
  fix: `Pass the stage that these values are of:\n${(stages.length > 0 ? stages : ['prod']).map((stage) => (root === undefined ? `--stage=${stage}` : generate({ root, project: options.projects.get(root) }, 'import', `--from=${from}`, '…', `--stage=${stage}`))).join('\n')}`,
});
