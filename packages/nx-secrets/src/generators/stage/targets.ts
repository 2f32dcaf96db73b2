import type { Tree } from '@nx/devkit';
import { throwProblem, type Problem } from '../../problem';
import { generateHere } from '../../config/commands';
import { notAService } from '../../config/not-a-service';
import { locateProject } from '../../config/project-location';
import type { Service } from '../../config/services';
import type { InitWorkspace } from '../init/init-service';
import type { StageAction, StageGeneratorOptions } from './options';

/**
 * The services that a change of stages is about: that of the folder or of `--project`, or all of them.
 *
 * @throws ProblemError where none is meant
 */
export async function targetServices(
  tree: Tree,
  { services, plugin }: InitWorkspace,
  given: StageGeneratorOptions,
  action: StageAction,
  stage: string,
): Promise<readonly Service[]> {
  if (given.all) return services.length > 0 ? services : throwProblem(noServices);
  const place = await locateProject(tree, given);
  if (place.kind === 'workspace') return throwProblem(whichService(action, stage));
  const service = services.find(({ root }) => root === place.root);
  return service
    ? [service]
    : throwProblem(notAService({ root: place.root, project: plugin.options.projects.get(place.root) }));
}

const whichService = (action: StageAction, stage: string): Problem => ({
  code: 'noService',
  what: 'no service specified',
  where: 'the workspace root',
  fix: [
    'For one service:',
    generateHere('stage', action, stage, '--project=<project>'),
    'For all of them:',
    generateHere('stage', action, stage, '--all'),
  ].join('\n'),
});

const noServices: Problem = {
  code: 'noServices',
  what: 'the workspace has no services',
  where: '--all',
  fix: `Create one first, in the service's folder:\n${generateHere('init')}`,
};
