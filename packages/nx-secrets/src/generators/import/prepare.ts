import { posix } from 'node:path';
import { readNxJson, type Tree } from '@nx/devkit';
import { readConfig, ruleFor, type Format, type SelectionRule } from 'sops-codec';
import { openCaller } from '../../aws/caller';
import { fillPattern, namesOf, type Names } from '../../config/names';
import { readPlugin, type Plugin } from '../../config/plugin';
import { projectNames, serviceRoots } from '../../config/project-location';
import { parseSecretFile, secretFilePath } from '../../config/secret-file-name';
import {
  aliasOwners,
  allNames,
  readSecretFiles,
  readServices,
  serviceName,
  sopsConfigFile,
  twoFilesProblem,
} from '../../config/services';
import { generate, runTarget, type Address } from '../../config/commands';
import { writablePlace } from '../../files/links';
import {
  importIntoFile,
  mayStayPlain,
  planFor,
  withList,
  type ImportedFile,
  type ImportFile,
} from '../../import/apply';
import { assertEncryptedNames } from '../../import/held-names';
import type { ImportOutcome } from '../../import/import-report';
import type { Imported } from '../../import/imported';
import { readWorkspaceFile } from '../../config/read-file';
import { throwProblem, toProblem, type Problem } from '../../problem';
import { changedMeanwhile } from '../../secret-file/changed-meanwhile';
import { readSecretFile } from '../../secret-file/read-write';
import { takeSetFromList } from '../../secret-file/read-keys-to-set';
import { isDenied, takesPendingValues } from '../set/add-pending-value';
import { addToUnopened } from './add-unopened';
import { serviceSetup } from '../init/init-service';
import { setUpService } from '../init/service-setup';
import type { ServiceSetup } from '../init/setup-request';

/** Where values go. */
export interface ImportPlace {
  /** Project root of the service, relative to the workspace; it becomes a service where it is none. */
  readonly root: string;
  readonly stage: string;
  /** Extension of a new secret file, where the user names one. */
  readonly extension?: string | undefined;
  /** Names of keys whose value in the file is replaced, as the user gave them. */
  readonly overwrite: readonly string[];
  /** Path of the source, relative to the workspace, where it is a file in it. */
  readonly sourcePath?: string | undefined;
  /** What the source had when it was read. */
  readonly sourceBytes?: Uint8Array | undefined;
}

/** What became of one import, or would under `--dry-run`. */
export interface ImportResult extends ImportOutcome {
  readonly address: Address;
}

/** An import of which everything is known that can be known without AWS. */
export interface PreparedImport {
  /** What would be done; opens an existing file, and writes nothing. */
  readonly preview: () => Promise<ImportResult>;
  /** Does it: makes the secret file as `init` does where there is none. */
  readonly run: () => Promise<ImportResult>;
}

/**
 * Prepares an import of values into a stage's secret file. The change of `.sops.yaml` goes through the Tree where it can be
 * told without AWS; values never do.
 *
 * @throws ProblemError where the service or stage cannot be set up, or the values could not be pushed
 */
export async function prepareImport(
  tree: Tree,
  imported: Imported,
  place: ImportPlace,
): Promise<PreparedImport> {
  const { root, stage } = place;
  const plugin = readPlugin(tree.root, readNxJson(tree) ?? {}, projectNames(tree));
  const files = await readSecretFiles(tree.root, root);
  const own = files.filter((file) => file.stage === stage);
  const names = namesOf(await serviceName(tree.root, root, plugin.options), stage, plugin.options, root);
  const twice = twoFilesProblem({ name: names.service, root, files: own });
  if (twice) throwProblem(twice);
  const request = { imported, overwrite: place.overwrite };
  const [present] = own;
  const isSource = present && posix.join(root, present.path) === place.sourcePath;
  const result = (
    path: string,
    { changes, normalised, notes, isUnopened = false }: ImportedFile,
  ): ImportResult => ({
    imported: {
      ...imported,
      normalised: [...imported.normalised, ...normalised],
      notes: [...imported.notes, ...notes],
    },
    service: names.service,
    stage,
    address: names.address,
    path,
    changes,
    isUnopened,
  });
  const into = async (path: string, dryRun: boolean) => {
    const target = await fileOf(tree, plugin, path, names);
    const readers = readersOf(plugin, names);
    const caller = openCaller();
    try {
      const done = await importIntoFile(target, request, caller, dryRun).catch((error: unknown) => {
        if (isDenied(error)) return addToUnopened(target, request, caller, { dryRun, readers });
        throw error;
      });
      return result(path, done);
    } finally {
      caller.close();
    }
  };
  if (present && !isSource) {
    const existing = posix.join(root, present.path);
    await writablePlace(tree.root, existing);
    return { preview: () => into(existing, true), run: () => into(existing, false) };
  }
  const extension = (isSource ? extensionOf(present.path) : place.extension) ?? imported.extension ?? 'yaml';
  const path = posix.join(root, secretFilePath(stage, extension));
  const output = plugin.options.outputs.get(root) ?? 'json';
  const rule = ruleOf(tree, root, secretFilePath(stage, extension));
  const { documents, ...done } = planFor([], request, formatOf(extension), { output, path, rule });
  const contents = { documents, mayStayPlain: mayStayPlain(imported), replace: isSource === true };
  const setup = await serviceSetup(tree, { stages: stage, format: extension }, root, { contents });
  assertEncryptedNames(documents, rule, path, formatOf(extension), contents.mayStayPlain);
  const run = async () => {
    if (isSource) await assertUnchanged(tree.root, path, place.sourceBytes);
    const notes = await setUp(setup, names).catch((error: unknown) => {
      // Whoever may encrypt only makes a file without values, as init does, and adds them.
      if (isDenied(error) && !isSource && takesPendingValues(formatOf(extension))) return undefined;
      throw error;
    });
    if (notes === undefined) {
      await setUp({ ...setup, contents: undefined }, names);
      return into(path, false);
    }
    const made = await readSecretFiles(tree.root, root);
    if (!made.some((file) => file.path === secretFilePath(stage, extension)))
      throwProblem(notMade(names.address, stage, imported));
    const { file } = await readSecretFile(tree.root, path);
    const listed = withList(done, await takeSetFromList(tree.root, path, file));
    const { imported: asImported, ...rest } = result(path, listed);
    return { ...rest, imported: { ...asImported, notes: [...asImported.notes, ...notes] } };
  };
  return { preview: () => Promise.resolve(result(path, done)), run };
}

/** A file that is replaced has to be the one that was read: what somebody set meanwhile would be lost. */
async function assertUnchanged(
  workspaceRoot: string,
  path: string,
  before: Uint8Array | undefined,
): Promise<void> {
  const now = await readWorkspaceFile(workspaceRoot, path);
  if (before === undefined || !now.equals(before)) throwProblem(changedMeanwhile(path));
}

/**
 * Makes key and file. A key that somebody else made keeps its policy: files that it opens today would be closed by the
 * stage's own, so that comes last, once the user asks for it.
 */
async function setUp(setup: ServiceSetup, names: Names): Promise<readonly string[]> {
  try {
    await setUpService(setup);
    return [];
  } catch (error) {
    if (names.foreignKey || toProblem(error).code !== 'foreignKey') throw error;
    await setUpService({ ...setup, makeKeys: false });
    return [
      `${names.keyAlias} is a key that nx-secrets did not make: it was used as it is. As the last step, once nothing else needs it, it gets the stage's key policy by: ${runTarget(names.address, 'provision-keys', `--stage=${names.stage}`, `--adopt=${names.keyAlias}`)}`,
    ];
  }
}

async function fileOf(tree: Tree, { options }: Plugin, path: string, names: Names): Promise<ImportFile> {
  const services = await readServices(tree.root, await serviceRoots(tree), options);
  const { root } = names.address;
  return {
    workspaceRoot: tree.root,
    root,
    path,
    names,
    stage: options.stages.get(names.stage) ?? {},
    owners: aliasOwners(allNames(services, options)),
    output: options.outputs.get(root) ?? 'json',
  };
}

/** The rule by which the values of a new file are encrypted; that of sops where no other one is configured. */
function ruleOf(tree: Tree, root: string, inService: string): SelectionRule {
  const path = posix.join(root, sopsConfigFile);
  const text = tree.read(path, 'utf8');
  const rule = text === null ? undefined : ruleFor(readConfig(text, path), inService)?.rule;
  return rule ?? { kind: 'unencrypted_suffix', suffix: '_unencrypted' };
}

const readersOf = ({ options }: Plugin, { service, stage }: Names): readonly string[] | undefined =>
  options.stages.get(stage)?.principals?.decrypt.map((arn) => fillPattern(arn, service, stage));

const extensionOf = (path: string): string => path.slice(path.lastIndexOf('.') + 1);

const formatOf = (extension: string): Format =>
  parseSecretFile(`x.enc.${extension}`)?.format ??
  throwProblem({
    code: 'badOption',
    what: `${extension} is not a format of secret files`,
    where: '--format',
    fix: 'Valid: yaml, json, env, ini.',
  });

const notMade = (address: Address, stage: string, { source }: Imported): Problem => ({
  code: 'noKey',
  what: `the key of stage ${stage} does not exist yet, so nothing was imported; ${source} is as it was`,
  where: address.root,
  fix: `Commit .sops.yaml, let the pipeline make the key (provision-keys), then run this import again. Or make it with rights of your own:\n${generate(address, 'init', `--stages=${stage}`)}`,
});
