import { posix } from 'node:path';
import type { Tree } from '@nx/devkit';
import { setKey } from '../../config/commands';
import { textIfThere } from '../../config/read-file';
import { secretFilePath } from '../../config/secret-file-name';
import { stagesOfService } from '../../config/service-stages';
import { withStage, type StageOwners } from '../../config/stage-edits';
import { readSecretFiles, type Service } from '../../config/services';
import { namesOf } from '../../config/names';
import { writablePlace } from '../../files/links';
import { isDryRun } from '../../output/dry-run';
import { toProblem } from '../../problem';
import { keysToSetPath, keysToSetText, parseKeysToSet, stillToSet } from '../../secret-file/keys-to-set';
import { readKeysToSet } from '../../secret-file/read-keys-to-set';
import { readSecretFile } from '../../secret-file/read-write';
import { readWorkspace, serviceSetup, type InitWorkspace } from '../init/init-service';
import { setUpService } from '../init/service-setup';
import { locationOf } from '../init/stage-location';
import { confirmCopy, fieldsOfNewStage } from './ask';
import { editOptions } from '../edit-nx-json';
import type { StageGeneratorOptions } from './options';
import type { StageStep } from './step';
import { assertSource, namesFor, sourceStage, sourceValues, type SourceStage } from './source';

/**
 * Gives services stages: in nx.json, with key and file as `init` makes them, and with the key names of another stage to be
 * set. What is known without AWS goes through the Tree.
 *
 * @throws ProblemError where a stage cannot be added as it is asked for, before anything is made
 */
export async function addStages(
  tree: Tree,
  services: readonly Service[],
  workspace: InitWorkspace,
  stages: readonly string[],
  given: StageGeneratorOptions,
): Promise<readonly StageStep[]> {
  const { from } = given;
  for (const stage of stages) namesOf('service', stage, workspace.plugin.options, 'the second argument');
  if (from !== undefined) assertSource(services, from);
  if (given.copyValues && from !== undefined && !isDryRun())
    await confirmCopy(stages, from, services.length, given.yes === true);
  await writablePlace(tree.root, 'nx.json');
  for (const stage of stages) await addToOptions(tree, services, stage, given);
  const changed = await readWorkspace(tree);
  const steps: StageStep[] = [];
  for (const service of services)
    for (const stage of stages) steps.push(await addOne(tree, service, stage, given, changed));
  return steps;
}

/** Puts a stage into nx.json where it is missing. */
async function addToOptions(
  tree: Tree,
  services: readonly Service[],
  stage: string,
  given: StageGeneratorOptions,
): Promise<void> {
  const { plugin, services: every } = await readWorkspace(tree);
  const { options, name } = plugin;
  const location = { ...locationOf(given), ...(given.roleArn ? { roleArn: given.roleArn } : {}) };
  const fields = options.stages.has(stage)
    ? {}
    : await fieldsOfNewStage(stage, location, options.stages, given.from);
  const owners: StageOwners = given.all ? 'all' : services.map(({ root }) => root);
  const stagesOf = new Map(every.map(({ root, files }) => [root, stagesOfService(root, files, options)]));
  editOptions(tree, name, (raw) => withStage(raw, options, { stage, fields, owners, services: stagesOf }));
}

/** With `--all`, what is wrong with one service does not stop the others. */
async function addOne(
  tree: Tree,
  service: Service,
  stage: string,
  given: StageGeneratorOptions,
  workspace: InitWorkspace,
): Promise<StageStep> {
  const failed = (error: unknown): StageStep => ({
    service,
    stage,
    finish: () => Promise.resolve({ kind: 'failed', problem: toProblem(error) }),
  });
  const prepared = prepareOne(tree, service, stage, given, workspace);
  return given.all ? prepared.catch(failed) : prepared;
}

async function prepareOne(
  tree: Tree,
  service: Service,
  stage: string,
  given: StageGeneratorOptions,
  workspace: InitWorkspace,
): Promise<StageStep> {
  const { root, files } = service;
  const { options } = workspace.plugin;
  const source = given.from === undefined ? undefined : await sourceStage(tree.root, service, given.from);
  const present = files.find((file) => file.stage === stage);
  const extension = given.format ?? (source ? extensionLike(source, given) : 'yaml');
  const path = posix.join(root, present?.path ?? secretFilePath(stage, extension));
  const copies = given.copyValues === true && source !== undefined && !present;
  const contents =
    copies && !isDryRun() ? await sourceValues(tree.root, service, source, workspace) : undefined;
  const { region, account } = given;
  const place = {
    ...(region === undefined ? {} : { region }),
    ...(account === undefined ? {} : { account }),
  };
  const wanted = { ...place, stages: [stage], format: extension };
  const setup = await serviceSetup(tree, wanted, root, { workspace, contents });
  const names = source && namesFor(source, root, stage, options);
  const { toSet, lacking } = present
    ? await keysOfPresent(tree.root, path, names?.listed ?? [])
    : {
        toSet: await writeList(tree, path, stage, given.copyValues ? [] : (names?.listed ?? [])),
        lacking: [],
      };
  const address = { root, project: options.projects.get(root) };
  const outcome = {
    ...noteOf(toSet.length, copies ? given.from : undefined),
    details: [
      ...(given.from !== undefined && !source ? [`it has no stage ${given.from}: nothing was copied`] : []),
      ...(toSet.length > 0 && names && names.unfit > 0
        ? [`not listed: ${names.unfit} keys whose names have spaces or "="`]
        : []),
      ...(lacking.length > 0 ? [`it lacks keys of ${given.from ?? ''}: ${lacking.join(', ')}`] : []),
      ...toSet.map((key) => setKey(address, stage, key)),
    ],
  };
  return {
    service,
    stage,
    finish: async () => {
      if (isDryRun()) return { kind: present ? 'present' : 'would-add', ...outcome };
      await setUpService(setup);
      const isThere = (await readSecretFiles(tree.root, root)).some((file) => file.stage === stage);
      return { kind: present ? 'present' : isThere ? 'added' : 'later', ...outcome };
    },
  };
}

/** A new file is of the format of the one that it begins with; only one with values can be binary. */
function extensionLike({ file: { path } }: SourceStage, { copyValues }: StageGeneratorOptions): string {
  const extension = path.slice(path.lastIndexOf('.') + 1);
  return extension === 'bin' && !copyValues ? 'yaml' : extension;
}

/**
 * Writes the list of keys that a new stage has to get values for; one that is there stays. Before the file, so that no stopped
 * run leaves a file that could be pushed without them.
 *
 * @returns the keys that are on it
 */
async function writeList(
  tree: Tree,
  secretFile: string,
  stage: string,
  keys: readonly string[],
): Promise<readonly string[]> {
  const path = keysToSetPath(secretFile);
  const before = await textIfThere(tree.root, path);
  if (before !== undefined) return parseKeysToSet(before, path);
  if (keys.length === 0) return [];
  await writablePlace(tree.root, path);
  tree.write(path, keysToSetText(keys, stage));
  return keys;
}

/** Of a stage that has its file already: the keys on its list, and those of the other stage that it lacks. */
async function keysOfPresent(
  workspaceRoot: string,
  path: string,
  keys: readonly string[],
): Promise<{ readonly toSet: readonly string[]; readonly lacking: readonly string[] }> {
  const { file } = await readSecretFile(workspaceRoot, path);
  const toSet = await readKeysToSet(workspaceRoot, path, file);
  return { toSet, lacking: file.format === 'binary' ? [] : stillToSet(keys, file, path) };
}

function noteOf(toSet: number, copied: string | undefined): { readonly note?: string } {
  if (copied !== undefined) return { note: `with the values of ${copied}` };
  if (toSet === 0) return {};
  return { note: `${toSet === 1 ? 'a key is' : `${toSet} keys are`} still to be set` };
}
