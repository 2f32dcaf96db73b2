import { readNxJson, type Tree } from '@nx/devkit';
import { generateHere } from '../../config/commands';
import { assertKnownStages } from '../../config/known-stages';
import { notAService } from '../../config/not-a-service';
import type { Options } from '../../config/options';
import { readPlugin } from '../../config/plugin';
import {
  locateProject,
  projectNames,
  serviceRoots,
  type LocationOptions,
} from '../../config/project-location';
import { knownStages, readServices, type Service } from '../../config/services';
import { stageList } from '../../config/stage-list';
import type { PolicySubject } from '../../policies/subject';
import { throwProblem, type Problem } from '../../problem';
import { subjectsOf } from './subjects';

/** A service's stage that the options select. */
export interface SelectedStage {
  readonly service: Service;
  readonly subject: PolicySubject;
}

/**
 * The stages that a generator's options are about: in a service its own, at the workspace root those of all services.
 *
 * @throws ProblemError where there are none
 */
export async function selectedStages(
  tree: Tree,
  given: LocationOptions & { readonly stage?: string | readonly string[] },
): Promise<{
  readonly root: string;
  readonly options: Options;
  readonly selected: readonly SelectedStage[];
}> {
  const place = await locateProject(tree, given);
  const { options } = readPlugin(tree.root, readNxJson(tree) ?? {}, projectNames(tree));
  const root = place.kind === 'service' ? place.root : '.';
  const services = await readServices(
    tree.root,
    place.kind === 'service' ? [root] : await serviceRoots(tree),
    options,
  );
  if (services.length === 0) throwProblem(noService(place.kind, root, options));
  const stages = stageList(given.stage);
  const known = knownStages(services, options);
  if (known.length > 0) assertKnownStages(stages, known);
  const selected = services.flatMap((service) =>
    subjectsOf(tree, service, stages, options).map((subject) => ({ service, subject })),
  );
  if (selected.length === 0) throwProblem(nothingFound(stages, root));
  return { root, options, selected };
}

const noService = (kind: 'service' | 'workspace', root: string, { projects }: Options): Problem =>
  kind === 'service'
    ? notAService({ root, project: projects.get(root) })
    : {
        code: 'noServices',
        what: 'the workspace has no services',
        where: root,
        fix: `Create one first, in the service's folder:\n${generateHere('init')}`,
      };

const nothingFound = (stages: readonly string[], root: string): Problem => ({
  code: stages.length > 0 ? 'unknownStage' : 'noStages',
  what: stages.length > 0 ? `no service here has stage ${stages.join(', ')}` : 'no service here has a stage',
  where: root,
  fix: `Set the stage's "region" and "accountId" in nx.json, or create its files first, in the service's folder:\n${generateHere('init', `--stages=${stages.join(',') || 'dev,prod'}`)}`,
});
