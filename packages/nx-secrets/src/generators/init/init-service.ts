import { posix } from 'node:path';
import { readNxJson, type GeneratorCallback, type Tree } from '@nx/devkit';
import { throwProblem } from '../../problem';
import type { Caller } from '../../aws/caller';
import type { Entry } from '../../report';
import { printing } from '../../output/stdout';
import { isDryRun } from '../../output/dry-run';
import { writablePlace } from '../../files/links';
import { claimedNames } from '../../config/claimed-names';
import { ignoredFiles } from '../../config/ignored-files';
import { namesOf, type Names } from '../../config/names';
import type { StageOptions } from '../../config/stage-options';
import { projectNames, serviceRoots } from '../../config/project-location';
import { readPlugin } from '../../config/plugin';
import {
  readSecretFiles,
  readServices,
  serviceName,
  sopsConfigFile,
  type Service,
} from '../../config/services';
import { mayHaveStage, stageNotGiven } from '../../config/service-stages';
import { secretFilePath } from '../../config/secret-file-name';
import { stageList } from '../../config/stage-list';
import { wrongAccountOrRegion } from '../../secret-file/account-and-region';
import { announce } from './announce';
import { assertKnownStage, refuseClashes, stagesFor } from './chosen-stages';
import type { StageToSetUp } from './locate';
import { registerPlugin } from './register-plugin';
import { setUpService, sopsConfigChange } from './service-setup';
import type { NewContents, ServiceSetup } from './setup-request';
import { locationOf, stageAt, type LocationGiven } from './stage-location';

/** How a service is set up, as `init` takes it. */
export interface SetUpOptions extends LocationGiven {
  readonly stages?: string | readonly string[];
  /** Extension of new secret files. */
  readonly format?: string;
  readonly keys?: boolean;
  /** False: only `.sops.yaml`. */
  readonly files?: boolean;
}

/** What a set-up knows of the workspace: read once, also where it is for hundreds of services. */
export interface InitWorkspace {
  readonly plugin: ReturnType<typeof readPlugin>;
  readonly services: readonly Service[];
}

/** Reads what a set-up knows of the workspace. */
export async function readWorkspace(tree: Tree): Promise<InitWorkspace> {
  const plugin = readPlugin(tree.root, readNxJson(tree) ?? {}, projectNames(tree));
  return { plugin, services: await readServices(tree.root, await serviceRoots(tree), plugin.options) };
}

/** What a set-up depends on, in addition to its options. */
export interface SetUpContext {
  /** Read here where it is absent. */
  readonly workspace?: InitWorkspace;
  /** Services that the same run sets up, with the same stages. */
  readonly alongside?: readonly Service[];
  /** Whoever runs this, where several services are set up by one run. */
  readonly caller?: Caller;
  /** Takes what became of each stage, for a report. */
  readonly record?: (entry: Entry) => void;
  /** What new files hold. */
  readonly contents?: NewContents | undefined;
}

/** Sets a service up, as `serviceSetup` prepares it. */
export async function initService(
  tree: Tree,
  given: SetUpOptions,
  root: string,
  context: SetUpContext = {},
): Promise<GeneratorCallback> {
  const request = await serviceSetup(tree, given, root, context);
  return () => printing(() => setUpService(request));
}

/**
 * What is to be set up for a service. The change of `.sops.yaml` goes through the Tree where it is known without AWS;
 * a dry run says what else would be made.
 *
 * @throws ProblemError before any key is made, where the service cannot be set up
 */
export async function serviceSetup(
  tree: Tree,
  given: SetUpOptions,
  root: string,
  { workspace, alongside = [], caller, record, contents }: SetUpContext = {},
): Promise<ServiceSetup> {
  const { plugin, services } = workspace ?? (await readWorkspace(tree));
  const asked = stageList(given.stages);
  const location = locationOf(given);
  await writablePlace(tree.root, 'nx.json');
  assertKnownStage(asked, services, plugin);
  const name = await serviceName(tree.root, root, plugin.options);
  const refused = asked.find((stage) => !mayHaveStage(root, stage, plugin.options));
  if (refused !== undefined) throwProblem(stageNotGiven({ name, root }, refused, plugin.options));
  const stages = await stagesFor(tree, root, asked, plugin);
  const names = stages.map((stage) => namesOf(name, stage, plugin.options, root));
  const own = names.map((one) => ({ ...one, root }));
  refuseClashes(
    root,
    own,
    [
      ...(await claimedNames(tree.root, services, plugin.options, own)),
      ...alongside.flatMap((other) =>
        stages
          .filter((stage) => mayHaveStage(other.root, stage, plugin.options))
          .map((stage) => ({
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
    pluginName: plugin.nameInCommands,
    extension: given.format ?? 'yaml',
    makeKeys: (given.keys ?? true) && (given.files ?? true),
    makeFiles: given.files ?? true,
    options: plugin.options,
    caller,
    record,
    contents,
    stages: names.map((one) => stageToSetUp(one, stageAt(one.stage, location, plugin.options))),
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

/** @throws ProblemError where the stage's key is one that somebody else made elsewhere */
function stageToSetUp(names: Names, stage: StageOptions): StageToSetUp {
  const { foreignKey } = names;
  const problem =
    foreignKey && wrongAccountOrRegion(foreignKey, stage, names, 'nx.json, kmsKeyArn', undefined);
  return problem ? throwProblem(problem) : { names, ...stage };
}
