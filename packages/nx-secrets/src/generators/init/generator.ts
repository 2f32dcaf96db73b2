import { posix } from 'node:path';
import { logger, readNxJson, type GeneratorCallback, type Tree } from '@nx/devkit';
import { throwProblem, toProblem, type Problem } from '../../problem';
import { throwFailures } from '../../output/failed-part';
import { printing } from '../../output/stdout';
import { isDryRun } from '../../output/dry-run';
import { isProjectNamed } from '../../config/named-project';
import { isInteractive } from '../../output/prompt';
import { writablePlace } from '../../files/links';
import { validNames } from '../../config/did-you-mean';
import { unknownStage } from '../../config/known-stages';
import { textAsInstalled } from '../../config/plugin-name';
import { ignoredFiles } from '../../config/ignored-files';
import { claimedNames } from '../../config/claimed-names';
import { clashes, namesOf, type PlacedNames } from '../../config/names';
import type { Options, StageOptions } from '../../config/options';
import {
  locateProject,
  projectNames,
  serviceRoots,
  type ProjectLocation,
  type LocationOptions,
} from '../../config/project-location';
import { isAccountId, isRegion } from '../../config/stage-options';
import { readPlugin, type Plugin } from '../../config/plugin';
import {
  knownStages,
  readSecretFiles,
  readServices,
  serviceName,
  sopsConfigFile,
  type Service,
} from '../../config/services';
import { secretFilePath } from '../../config/secret-file-name';
import { stageList } from '../../config/stage-list';
import { addStage, generate, generateHere } from '../../config/commands';
import { asInstalled } from '../as-installed';
import { announce } from './announce';
import { askForStages } from './ask';
import { registerPlugin } from './register-plugin';
import { setUpService, sopsConfigChange } from './service-setup';
import type { NewContents, ServiceSetup } from './setup-request';

/** Options of `nx g secrets:init`, as in schema.json. */
export interface InitOptions extends LocationOptions {
  readonly stages?: string | readonly string[];
  readonly format?: 'yaml' | 'json' | 'env' | 'ini';
  readonly region?: string;
  /** Twelve digits; Nx makes a number of them. */
  readonly account?: string | number;
  readonly keys?: boolean;
  /** False: only `.sops.yaml`. */
  readonly files?: boolean;
  /** All services of the workspace. */
  readonly all?: boolean;
}

/**
 * Sets a service up, or the workspace. What can be told without AWS goes through the Tree, so that `--dry-run` shows it;
 * keys and encrypted files are made in the callback, which a dry run does not call.
 */
export default asInstalled(init);

async function init(tree: Tree, { all, ...given }: InitOptions): Promise<GeneratorCallback> {
  return all ? initAll(tree, given) : initOne(tree, given);
}

/** Sets up every service that there is, one after the other; one that fails does not stop the others. */
async function initAll(tree: Tree, given: InitOptions): Promise<GeneratorCallback> {
  const { options } = readPlugin(tree.root, readNxJson(tree) ?? {}, projectNames(tree));
  const services = await readServices(tree.root, await serviceRoots(tree), options);
  const roots = services.map(({ root }) => root);
  if (roots.length === 0) throwProblem(noServices);
  const callbacks: GeneratorCallback[] = [];
  for (const root of roots) callbacks.push(await initService(tree, given, root, services));
  return async () => {
    const problems: Problem[] = [];
    for (const callback of callbacks) {
      try {
        await callback();
      } catch (error) {
        problems.push(toProblem(error));
      }
    }
    throwFailures(problems, roots.length, ['service', 'services'], 'set up');
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
    const asked = stageList(given.stages);
    const location = locationOf(given);
    await writablePlace(tree.root, 'nx.json');
    for (const stage of asked) namesOf('service', stage, plugin.options, 'nx.json');
    registerPlugin(tree, plugin.name, new Map(asked.map((stage) => [stage, location])));
    return () =>
      logger.info(
        textAsInstalled(
          `Next, in a service's folder: ${generateHere('init')}${forRoot(projects.get('.'))}`,
          plugin.name,
        ),
      );
  }

  return initService(tree, given, place.root);
}

async function initService(
  tree: Tree,
  given: InitOptions,
  root: string,
  alongside: readonly Service[] = [],
): Promise<GeneratorCallback> {
  const request = await serviceSetup(tree, given, root, alongside);
  return () => printing(() => setUpService(request));
}

/**
 * What is to be set up for a service. The change of `.sops.yaml` goes through the Tree where it can be told without AWS;
 * a dry run says what else would be made.
 *
 * @param alongside services that the same run sets up, with the same stages
 * @param contents what new files hold
 * @throws ProblemError before any key is made, where the service cannot be set up
 */
export async function serviceSetup(
  tree: Tree,
  given: Omit<InitOptions, 'format'> & { readonly format?: string },
  root: string,
  alongside: readonly Service[] = [],
  contents?: NewContents,
): Promise<ServiceSetup> {
  const plugin = readPlugin(tree.root, readNxJson(tree) ?? {}, projectNames(tree));
  const asked = stageList(given.stages);
  const location = locationOf(given);
  await writablePlace(tree.root, 'nx.json');
  const services = await readServices(tree.root, await serviceRoots(tree), plugin.options);
  assertKnownStage(asked, services, plugin);
  const stages = await stagesFor(tree, root, asked, plugin);
  const name = await serviceName(tree.root, root, plugin.options);
  const names = stages.map((stage) => namesOf(name, stage, plugin.options, root));
  const own = names.map((one) => ({ ...one, root }));
  refuseClashes(
    root,
    own,
    [
      ...(await claimedNames(tree.root, services, plugin.options, own)),
      ...alongside.flatMap((other) =>
        stages.map((stage) => ({
          ...namesOf(other.name, stage, plugin.options, other.root),
          root: other.root,
        })),
      ),
    ],
    plugin.options,
  );
  if (!plugin.registered) registerPlugin(tree, plugin.name, new Map(asked.map((stage) => [stage, {}])));

  const request = {
    workspaceRoot: tree.root,
    root,
    pluginName: plugin.name,
    extension: given.format ?? 'yaml',
    makeKeys: (given.keys ?? true) && (given.files ?? true),
    makeFiles: given.files ?? true,
    options: plugin.options,
    contents,
    stages: names.map((one) => ({ names: one, ...stageAt(one.stage, location, plugin.options) })),
  };
  // Before any key is made.
  const present = (await readSecretFiles(tree.root, root)).map(({ path }) => path);
  const files = [
    ...new Set([...present, ...stages.map((stage) => secretFilePath(stage, request.extension))]),
  ];
  for (const path of [sopsConfigFile, ...files]) await writablePlace(tree.root, posix.join(root, path));
  const ignored = await ignoredFiles(tree.root, root, files);
  if (ignored) throwProblem(ignored);
  const change = sopsConfigChange(tree, request);
  if (change) tree.write(change.path, change.text);
  if (isDryRun()) await announce(request, change !== undefined);
  return request;
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

const forRoot = (project: string | undefined): string =>
  project === undefined ? '' : `; for the project at the root: ${generate({ root: '.', project }, 'init')}`;

/** Region and account as the user gives them for all stages. */
function locationOf({ region, account }: Pick<InitOptions, 'region' | 'account'>): StageOptions {
  const accountId = account === undefined ? undefined : String(account);
  if (accountId !== undefined && !isAccountId(accountId)) {
    throwProblem({
      code: 'badAccountId',
      what: `"${accountId}" is not an AWS account ID`,
      where: '--account',
      fix: 'Pass its twelve digits. To see your current account:\naws sts get-caller-identity',
    });
  }
  if (region !== undefined && !isRegion(region)) {
    throwProblem({
      code: 'badRegion',
      what: `"${region}" is not an AWS region`,
      where: '--region',
      fix: 'Pass one like eu-west-1.',
    });
  }
  return { ...(region ? { region } : {}), ...(accountId ? { accountId } : {}) };
}

/** What nx.json says of a stage, with the region and account that are passed. @throws ProblemError where its roles are elsewhere */
function stageAt(stage: string, location: StageOptions, { stages }: Options): StageOptions {
  const configured = stages.get(stage) ?? {};
  const { accountId = configured.accountId } = location;
  const hasRole = configured.roleArn !== undefined || configured.roles !== undefined;
  if (hasRole && accountId !== configured.accountId) {
    throwProblem({
      code: 'roleElsewhere',
      what: `stage ${stage} has its roles in account ${configured.accountId ?? ''}, not in ${accountId ?? ''}`,
      where: '--account',
      fix: 'Leave --account out. If the account is right, name roles of it in nx.json.',
    });
  }
  return { ...configured, ...location };
}

/** Stages asked for, else those of nx.json, else those that have files, else what the user says. */
async function stagesFor(
  tree: Tree,
  root: string,
  asked: readonly string[],
  { options }: Plugin,
): Promise<readonly string[]> {
  if (asked.length > 0) return asked;
  if (options.stages.size > 0) return [...options.stages.keys()];
  const files = await readSecretFiles(tree.root, root);
  if (files.length > 0) return [...new Set(files.map(({ stage }) => stage))];
  if (isInteractive()) return stageList(await askForStages());
  return throwProblem({
    code: 'noStages',
    what: 'no stages are configured for this service',
    where: `${root}, nx.json`,
    fix: `Pass --stages=dev,prod. Or configure the stages once in nx.json, at the workspace root:\n${addStage('dev,prod')}`,
  });
}

/** A stage that nx.json does not list is a slip of the pen, most likely: a key would be made for it. */
function assertKnownStage(asked: readonly string[], services: readonly Service[], { options }: Plugin): void {
  if (options.stages.size === 0) return;
  const known = knownStages(services, options);
  const unknown = unknownStage(asked, known);
  if (unknown === undefined) return;
  throwProblem({
    code: 'unknownStage',
    what: `unknown stage "${unknown}"`,
    where: 'nx.json, options of the secrets plugin, stages',
    fix: `${validNames(unknown, known)} To add it, run this at the workspace root first:\n${addStage(unknown)}`,
  });
}

function refuseClashes(
  root: string,
  own: readonly PlacedNames[],
  all: readonly PlacedNames[],
  options: Options,
): void {
  const others = all.filter((one) => one.root !== root);
  // A service that was named twice does not clash with itself.
  const distinct = [...new Map(others.map((one) => [`${one.root} ${one.stage}`, one])).values()];
  const clash = clashes([...distinct, ...own], options).get(root);
  if (clash) throwProblem(clash);
}
