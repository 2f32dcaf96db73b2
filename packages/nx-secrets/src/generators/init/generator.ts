import '../../plug-and-play';
import { installPackagesTask, readNxJson, type GeneratorCallback, type Tree } from '@nx/devkit';
import { throwProblem, toProblem, type Problem } from '../../problem';
import { throwFailures } from '../../output/failed-part';
import { openCaller } from '../../aws/caller';
import { log } from '../../output/log';
import { isDryRun } from '../../output/dry-run';
import type { Service } from '../../config/services';
import { isFailed, type Entry } from '../../report';
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
import { reported, type Recorder } from '../reported';
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
  /** Also write the report as JSON to this file, relative to the workspace. */
  readonly json?: string;
}

/**
 * Sets a service up, or the workspace. What is known without AWS goes through the Tree, so that `--dry-run` shows it;
 * keys and encrypted files are made in the callback, which a dry run does not call.
 */
export default asInstalled(reported(init));

async function init(
  tree: Tree,
  { all, ...given }: InitOptions,
  record: Recorder,
): Promise<GeneratorCallback> {
  return all ? initAll(tree, given, record) : initOne(tree, given, record);
}

/** Sets up every service that there is, one after the other; one that fails does not stop the others. */
async function initAll(tree: Tree, given: InitOptions, record: Recorder): Promise<GeneratorCallback> {
  const workspace = await readWorkspace(tree);
  const { services } = workspace;
  if (services.length === 0) throwProblem(noServices);
  const asked = stageList(given.stages);
  assertKnownStage(asked, services, workspace.plugin);
  const problems: Problem[] = [];
  const failed = new Set<string>();
  const entry = (one: Entry) => {
    if (isFailed(one.outcome)) failed.add(one.root);
    record.entry(one);
  };
  const attempt = async <T>({ name, root }: Service, step: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await step();
    } catch (error) {
      const problem = toProblem(error);
      problems.push(problem);
      // Stages have entries of their own.
      if (!failed.has(root))
        entry({ service: name, stage: '', name: '', root, outcome: { kind: 'failed', problem } });
      return undefined;
    }
  };
  const caller = openCaller();
  const callbacks: (readonly [Service, GeneratorCallback])[] = [];
  for (const service of services) {
    const { root } = service;
    const stages = asked.filter((stage) => mayHaveStage(root, stage, workspace.plugin.options));
    if (asked.length > 0 && stages.length === 0) continue;
    const context = { workspace, alongside: services, caller, record: entry };
    const callback = await attempt(service, () => initService(tree, { ...given, stages }, root, context));
    if (callback) callbacks.push([service, callback]);
  }
  // A dry run ends here: it has no callback to fail in.
  if (isDryRun()) throwFailures(problems, services.length, ['service', 'services'], 'set up');
  return async () => {
    for (const [service, callback] of callbacks) await attempt(service, callback);
    caller.close();
    throwFailures(problems, services.length, ['service', 'services'], 'set up');
  };
}

/** The files that a run at the workspace root writes; nx.json where there is none to write. */
function recordFiles(tree: Tree, record: Recorder): void {
  const changed = tree.listChanges().map(({ path }) => path);
  const kind = isDryRun() ? 'would-write' : 'written';
  for (const name of changed.length > 0 ? changed : ['nx.json'])
    record.entry({
      ...{ service: '', stage: '', name, root: '.' },
      outcome: { kind: changed.length > 0 ? kind : 'unchanged' },
    });
}

const noServices: Problem = {
  code: 'noServices',
  what: 'the workspace has no services',
  where: '--all',
  fix: `Create one first, in the service's folder:\n${generateHere('init')}`,
};

async function initOne(tree: Tree, given: InitOptions, record: Recorder): Promise<GeneratorCallback> {
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
    recordFiles(tree, record);
    const lacksStages = asked.length === 0 && plugin.options.stages.size === 0;
    return () => {
      if (isToLink) installPackagesTask(tree, true);
      log(
        textAsInstalled(
          `${lacksStages ? noStagesYet : ''}Next, in a service's folder: ${generateHere('init')}${forRoot(projects.get('.'))}`,
          nameInCommands(tree.root, plugin.name),
        ),
      );
    };
  }

  if (given.shortName) throwProblem(shortNameInService);
  return initService(tree, given, place.root, { record: record.entry });
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

/** Said where nobody could be asked. */
const noStagesYet = `nx.json has no stages yet. To name them, with --region and --short-name if you like:\n${generateHere('init', '--stages=dev,prod')}\n`;

const shortNameInService: Problem = {
  code: 'conflictingOptions',
  what: '--short-name is an option of the workspace, not of a service',
  where: '--short-name',
  fix: `Run this at the workspace root:\n${generateHere('init', '--short-name')}`,
};

const forRoot = (project: string | undefined): string =>
  project === undefined ? '' : `; for the project at the root: ${generate({ root: '.', project }, 'init')}`;
