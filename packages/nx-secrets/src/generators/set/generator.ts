import { posix } from 'node:path';
import { logger, readNxJson, type GeneratorCallback, type Tree } from '@nx/devkit';
import type { EncryptedFile } from 'sops-codec';
import { openCaller } from '../../aws/caller';
import { throwProblem, escapeControlCharacters, renderProblem, type Problem } from '../../problem';
import { assertOwnAccount, assertRewritable, type RewriteTarget } from '../../secret-file/assert-rewritable';
import type { Outcome } from '../../report';
import { rollingOut } from '../../policies/roll-out';
import { isDryRun } from '../../output/dry-run';
import { isInteractive, readValue } from '../../output/prompt';
import { askForOne } from '../../output/questions';
import { fillPattern, namesOf } from '../../config/names';
import { didYouMean } from '../../config/did-you-mean';
import { unknownStageProblem } from '../../config/known-stages';
import { problemAsInstalled } from '../../config/plugin-name';
import { asInstalled } from '../as-installed';
import { reported, type Recorder } from '../reported';
import { ignoredFiles } from '../../config/ignored-files';
import { writablePlace } from '../../files/links';
import {
  locateProject,
  projectNames,
  serviceRoots,
  type LocationOptions,
} from '../../config/project-location';
import { readPlugin, type Plugin } from '../../config/plugin';
import { stageNotGiven, stageNotOfService, stagesOfService } from '../../config/service-stages';
import type { SecretFile } from '../../config/secret-file-name';
import { readSecretFile, whileLocked, writeSecretFile } from '../../secret-file/read-write';
import {
  aliasOwners,
  allNames,
  readSecretFiles,
  readServices,
  serviceName,
  type Service,
} from '../../config/services';
import { changeFile } from './change-file';
import { targetKey } from './target-key';
import { keysToSetPath, keysWithValue } from '../../secret-file/keys-to-set';
import { takeFromList, type TakenFromList } from '../../secret-file/read-keys-to-set';
import { keyPath } from '../../secret-file/key-path';
import { generate, generateHere, setKey, shellWord, type Address } from '../../config/commands';

/** Options of `nx g secrets:set`, as in schema.json. */
export interface SetOptions extends LocationOptions {
  /** Nx asks for it on a terminal. */
  readonly key?: string;
  readonly stage?: string;
  readonly fromFile?: string;
  readonly empty?: boolean;
  readonly unset?: boolean;
  /** Also write the report as JSON to this file, relative to the workspace. */
  readonly json?: string;
}

/**
 * Adds, replaces or removes one key of a stage's secret file. The value is taken and the file written in the callback:
 * neither ever is in the Tree, and a dry run does neither.
 */
export default asInstalled(reported(set));

async function set(
  tree: Tree,
  { key, stage, fromFile, empty, unset, ...given }: SetOptions,
  record: Recorder,
): Promise<GeneratorCallback> {
  if (key === undefined) return throwProblem(noKey);
  const place = await locateProject(tree, given);
  if (place.kind === 'workspace') {
    return throwProblem({
      code: 'noService',
      what: 'no service specified',
      where: 'the workspace root',
      fix: `Run it in the service's folder, or pass its project: ${await projectOptions(tree)}.`,
    });
  }
  const plugin = readPlugin(tree.root, readNxJson(tree) ?? {}, projectNames(tree));
  const address = { root: place.root, project: plugin.options.projects.get(place.root) };
  const service = {
    root: place.root,
    name: await serviceName(tree.root, place.root, plugin.options),
    files: await readSecretFiles(tree.root, place.root),
  };
  const file = stageFile(service, stage ?? (await askForStage(service)), address, plugin);
  const { options } = plugin;
  const path = posix.join(place.root, file.path);
  const keys = keyPath(key, file.format);
  const services = await readServices(tree.root, await serviceRoots(tree), options);
  const owners = aliasOwners(allNames(services, options));
  const names = namesOf(service.name, file.stage, options, place.root);
  const rewrite: RewriteTarget = {
    workspaceRoot: tree.root,
    root: place.root,
    path,
    names,
    stage: options.stages.get(file.stage) ?? {},
    owners,
  };
  await writablePlace(tree.root, path);
  /** What can be known before the value is asked for. */
  const check = async () => {
    // A file that only this machine needs may be ignored on purpose.
    const ignored = await ignoredFiles(tree.root, place.root, [file.path]);
    if (ignored) logger.warn(renderProblem(problemAsInstalled(ignored, plugin.nameInCommands)));
    const { file: encrypted } = await readSecretFile(tree.root, path);
    await assertRewritable(encrypted, rewrite);
    if (!unset) targetKey(encrypted, keys, path);
  };
  const entry = { service: names.service, stage: names.stage, name: path, root: place.root };
  if (isDryRun()) {
    await check();
    record.entry({ ...entry, outcome: { kind: unset ? 'would-remove' : 'would-set', note: key } });
    logger.info(escapeControlCharacters(`would ${unset ? 'remove' : 'set'} ${key} in ${path}`));
  }
  const readers = options.stages
    .get(file.stage)
    ?.principals?.decrypt.map((arn) => fillPattern(arn, names.service, names.stage));
  return async () => {
    await check();
    const value = unset
      ? undefined
      : await readValue(key, { fromFile, empty }, setKey(address, file.stage, key));
    const done = await whileLocked(tree.root, path, async () => {
      const { file: encrypted } = await readSecretFile(tree.root, path);
      const own = await assertRewritable(encrypted, rewrite);
      const output = options.outputs.get(place.root) ?? 'json';
      const change = { keys, key, stage: file.stage, path, output, readers };
      const caller = openCaller();
      try {
        await assertOwnAccount(own, rewrite, caller.account);
        const changed = await rollingOut('developer', rewrite, () =>
          changeFile(encrypted, change, value, own, caller.keyring),
        );
        if (changed.kind !== 'unchanged') await writeSecretFile(tree.root, path, changed.file);
        const now = changed.kind === 'unchanged' ? encrypted : changed.file;
        const list = await takeFromList(tree.root, path, now, key);
        const isMissing = unset === true && changed.kind === 'unchanged' && !list.wasListed;
        return { kind: changed.kind, list, near: isMissing ? nearKeys(key, encrypted, path) : '' };
      } finally {
        caller.close();
      }
    });
    record.entry({ ...entry, outcome: outcomeOf(done, key) });
    report(done, key, path, unset === true);
  };
}

/** What became of the file, and of the list of keys that its stage has yet to get values for. */
interface Done {
  readonly kind: 'set' | 'removed' | 'added' | 'unchanged';
  readonly list: TakenFromList;
  /** The key that was meant, where none is there. */
  readonly near: string;
}

/** The key, and those that the stage has yet to get a value for. */
const outcomeOf = ({ kind, list }: Done, key: string): Outcome => ({
  kind: kind === 'unchanged' && list.wasListed ? 'removed' : kind,
  note: key,
  ...(list.left.length > 0 ? { details: [`still to be set: ${list.left.join(', ')}`] } : {}),
});

function report({ kind, list, near }: Done, key: string, path: string, unset: boolean): void {
  const messages: Readonly<Record<typeof kind, string>> = {
    set: `set ${key} in ${path}`,
    removed: `removed ${key} in ${path}`,
    added: `added ${key} to ${path} as a pending value, which this identity cannot read; the next sync pushes it`,
    unchanged:
      unset && list.wasListed
        ? `removed ${key} from the keys to set, ${keysToSetPath(path)}`
        : `unchanged ${path}: ${key} ${unset ? `does not exist. ${near}`.trim() : 'already has this value'}`,
  };
  logger.info(escapeControlCharacters(messages[kind]));
  if (list.left.length > 0) logger.info(escapeControlCharacters(`still to be set: ${list.left.join(', ')}`));
}

/** A key that is not there cannot be removed: nothing is to be done, unless another one was meant. */
const nearKeys = (key: string, file: EncryptedFile, path: string): string =>
  didYouMean(key, keysWithValue(file, path));

/** Services that are named to somebody who did not specify which. */
const servicesNamed = 5;

/** `--project=…` of the services there are. */
async function projectOptions(tree: Tree): Promise<string> {
  const names = projectNames(tree);
  const roots = await serviceRoots(tree);
  const options = roots
    .slice(0, servicesNamed)
    .map((root) => `--project=${shellWord(names.get(root) ?? root)}`);
  const more = roots.length > options.length ? ', …' : '';
  return options.length === 0 ? '--project=<name>' : `${options.join(', ')}${more}`;
}

const noKey: Problem = {
  code: 'keyNotGiven',
  what: 'no key specified',
  where: 'the first argument',
  fix: `Name it, and the stage; the value is asked for, or piped in:\n${generateHere('set', '<key>', '--stage=<stage>')}`,
};

/** The stage, where a service has several and somebody is there to say which. */
async function askForStage({ files }: Service): Promise<string | undefined> {
  if (files.length < 2 || !isInteractive()) return undefined;
  const stages = files.map(({ stage }) => stage);
  return askForOne('Which stage?', stages, {
    code: 'cancelled',
    what: 'set was cancelled; nothing was changed',
    fix: `Run it again; --stage=${stages[0] ?? ''} skips the question.`,
  });
}

function stageFile(
  service: Service,
  stage: string | undefined,
  address: Address,
  plugin: Plugin,
): SecretFile {
  const { files } = service;
  const file =
    stage === undefined && files.length === 1 ? files[0] : files.find((one) => one.stage === stage);
  const foreign = file && stageNotOfService(service, file, plugin.options);
  if (foreign) throwProblem(foreign);
  if (file) return file;
  if (stage === undefined && files.length > 1) {
    return throwProblem({
      code: 'noStage',
      what: 'no stage specified',
      where: address.root,
      fix: `Pass one of: ${files.map((one) => `--stage=${one.stage}`).join(', ')}.`,
    });
  }
  return throwProblem(noFile(service, stage, address, plugin));
}

function noFile(service: Service, stage: string | undefined, address: Address, { options }: Plugin): Problem {
  const { root, files } = service;
  const where = `${root}/secrets`;
  const init = (stages: string) => generate(address, 'init', `--stages=${stages}`);
  const known = stagesOfService(root, files, options);
  if (stage !== undefined && options.stages.has(stage) && !known.includes(stage))
    return stageNotGiven(service, stage, options);
  if (stage !== undefined && known.length > 0 && !known.includes(stage)) {
    const add = `To add it to the service:\n${generate(address, 'stage', 'add', shellWord(stage))}`;
    return {
      ...unknownStageProblem(stage, known, where, add),
      what: `${root} has no secret file for stage "${stage}"`,
    };
  }
  if (stage === undefined || files.length === 0) {
    const stages = known.join(',') || 'dev,prod';
    return {
      code: 'noSecretFile',
      what: `${root} has no secret files`,
      where,
      fix: `Create them first:\n${init(stage ?? stages)}`,
    };
  }
  return {
    code: 'noSecretFile',
    what: `${root} has no secret file for stage "${stage}"`,
    where,
    fix: `Create it first:\n${init(stage)}`,
  };
}
