import { readPlugin } from '../../config/plugin';
import type { Options } from '../../config/options';
import { readServices, type Service } from '../../config/services';
import { stageList } from '../../config/stage-list';
import type { Context } from './executor-definition';

/** What every verb is asked about. */
export interface TargetSelection {
  readonly workspaceRoot: string;
  readonly options: Options;
  /** The services that the verb is for. */
  readonly services: readonly Service[];
  /** All services of the workspace: none may share a name with another. */
  readonly everyService: readonly Service[];
  /** Roots of all projects of the workspace. */
  readonly everyRoot: readonly string[];
  /** Stages that the verb is for; none means all. */
  readonly stages: readonly string[];
}

/**
 * What is asked about, as Nx tells it.
 *
 * @param roots roots of the projects that the verb is for
 * @param stage option `stage`, as typed
 * @throws ProblemError where the plugin's options or the names of services are wrong
 */
export async function resolveTargets(
  roots: readonly string[],
  stage: string | readonly string[] | undefined,
  { root, nxJsonConfiguration, projectsConfigurations }: Context,
): Promise<TargetSelection> {
  const names = new Map(
    Object.entries(projectsConfigurations.projects).map(([name, { root }]) => [root, name]),
  );
  const { options } = readPlugin(root, nxJsonConfiguration ?? {}, names);
  const everyRoot = [...names.keys()];
  const everyService = await readServices(root, everyRoot, options);
  const services = everyService.filter((service) => roots.includes(service.root));
  return { workspaceRoot: root, options, services, everyService, everyRoot, stages: stageList(stage) };
}
