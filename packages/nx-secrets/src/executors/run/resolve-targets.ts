import { readPlugin } from '../../config/plugin';
import { readServices } from '../../config/services';
import { stageList } from '../../config/stage-list';
import type { TargetSelection } from '../../config/target-selection';
import type { Context } from './executor-definition';

/** What an executor is for, and where the other projects are. */
export interface ExecutorTargets extends TargetSelection {
  /** Roots of all projects of the workspace. */
  readonly everyRoot: readonly string[];
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
): Promise<ExecutorTargets> {
  const names = new Map(
    Object.entries(projectsConfigurations.projects).map(([name, { root }]) => [root, name]),
  );
  const { options } = readPlugin(root, nxJsonConfiguration ?? {}, names);
  const everyRoot = [...names.keys()];
  const everyService = await readServices(root, everyRoot, options);
  const services = everyService.filter((service) => roots.includes(service.root));
  return { workspaceRoot: root, options, services, everyService, everyRoot, stages: stageList(stage) };
}
