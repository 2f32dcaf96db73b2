import '../../plug-and-play';
import { installPackagesTask, logger, readNxJson, type GeneratorCallback, type Tree } from '@nx/devkit';
import { throwProblem, toProblem, type Problem } from '../../problem';
import { throwFailures } from '../../output/failed-part';
import { openCaller } from '../../aws/caller';
import { isDryRun } from '../../output/dry-run';
import { isProjectNamed } from '../../config/named-project';
import { writablePlace } from '../../files/links';
import { textAsInstalled } from '../../config/plugin-name';
import { namesOf } from '../../config/names';
import { nameInCommands } from '../../config/short-name';
import {
  locateProject,
  projectNames,
  type ProjectLocation,
  type LocationOptions,
} from '../../config/project-location';
import { readPlugin } from '../../config/plugin';
import { mayHaveStage } from '../../config/service-stages';
import { stageList } from '../../config/stage-list';
import { generate, generateHere } from '../../config/commands';
import { asInstalled } from '../as-installed';
import { askForWorkspace } from './ask';
import { assertKnownStage } from './chosen-stages';
import { initService, readWorkspace, type SetUpOptions } from './init-service';
import { registerPlugin } from './register-plugin';
import { addShortName, shortNameFiles } from './short-name';
import { locationOf } from './stage-location';

/** Options of `nx g secrets:init`, as in schema.json. */
export interface InitOptions extends LocationOptions, SetUpOptions {
  readonly format?: 'yaml' | 'json' | 'env' | 'ini';
  /** All services of the workspace. */
  readonly all?: boolean;
  /** At the workspace root: make `tools/secrets`, so that `nx g secrets:…` works. */
  readonly shortName?: boolean;
}

/**
 * Sets a service up, or the workspace. What is known without AWS goes through the Tree, so that `--dry-run` shows it;
 * keys and encrypted files are made in the callback, which a dry run does not call.
 */
export default asInstalled(init);

async function init(tree: Tree, { all, ...given }: InitOptions): Promise<GeneratorCallback> {
  return all ? initAll(tree, given) : initOne(tree, given);
}

/** Sets up every service that there is, one after the other; one that fails does not stop the others. */
async function initAll(tree: Tree, given: InitOptions): Promise<GeneratorCallback> {
  const workspace = await readWorkspace(tree);
  const { services } = workspace;
  if (services.length === 0) throwProblem(noServices);
  const asked = stageList(given.stages);
  assertKnownStage(asked, services, workspace.plugin);
  const problems: Problem[] = [];
  const attempt = async <T>(step: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await step();
    } catch (error) {
      problems.push(toProblem(error));
      return undefined;
    }
  };
  const caller = openCaller();
  const callbacks: GeneratorCallback[] = [];
  for (const { root } of services) {
    const stages = asked.filter((stage) => mayHaveStage(root, stage, workspace.plugin.options));
    if (asked.length > 0 && stages.length === 0) continue;
    const callback = await attempt(() =>
      initService(tree, { ...given, stages }, root, { workspace, alongside: services, caller }),
    );
    if (callback) callbacks.push(callback);
  }
  // A dry run ends here: it has no callback to fail in.
  if (isDryRun()) throwFailures(problems, services.length, ['service', 'services'], 'set up');
  return async () => {
    for (const callback of callbacks) await attempt(callback);
    caller.close();
    throwFailures(problems, services.length, ['service', 'services'], 'set up');
  };
}

const noServices: Problem = {
  code: 'noServices',
  what: 'the workspace has no services',
  where: '--all',
  fix: `Create one first, in the service's folder:\n${generateHere('init')}`,
};

async function initOne(tree: Tree, given: InitOptions): Promise<GeneratorCallback> {
  const projects = projectNames(tree);
  const place = await initPlace(tree, given);
  const plugin = readPlugin(tree.root, readNxJson(tree) ?? {}, projects);
  if (place.kind === 'workspace') {
    const request = await askForWorkspace(tree, given, plugin);
    const asked = stageList(request.stages);
    const location = locationOf(request);
    for (const path of ['nx.json', ...shortNameFiles]) await writablePlace(tree.root, path);
    for (const stage of asked) namesOf('service', stage, plugin.options, 'nx.json');
    registerPlugin(tree, plugin.name, new Map(asked.map((stage) => [stage, location])));
    const isToLink = request.shortName === true && addShortName(tree);
    return () => {
      if (isToLink) installPackagesTask(tree, true);
      logger.info(
        textAsInstalled(
          `Next, in a service's folder: ${generateHere('init')}${forRoot(projects.get('.'))}`,
          nameInCommands(tree.root, plugin.name),
        ),
      );
    };
  }

  if (given.shortName) throwProblem(shortNameInService);
  return initService(tree, given, place.root);
}

/**
 * The place that `init` is for. At the workspace root Nx names the project there, whoever asked: it is only meant where the
 * command line names it.
 */
async function initPlace(tree: Tree, given: InitOptions): Promise<ProjectLocation> {
  const place = await locateProject(tree, given);
  const isGuessed = place.kind === 'service' && place.root === '.' && !isProjectNamed();
  return isGuessed ? { kind: 'workspace' } : place;
}

const shortNameInService: Problem = {
  code: 'conflictingOptions',
  what: '--short-name is an option of the workspace, not of a service',
  where: '--short-name',
  fix: `Run this at the workspace root:\n${generateHere('init', '--short-name')}`,
};

const forRoot = (project: string | undefined): string =>
  project === undefined ? '' : `; for the project at the root: ${generate({ root: '.', project }, 'init')}`;
