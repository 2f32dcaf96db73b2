import { posix } from 'node:path';
import { readNxJson, type GeneratorCallback, type Tree } from '@nx/devkit';
import { openCaller } from '../../aws/caller';
import { isDryRun } from '../../output/dry-run';
import { mergeSides } from '../../git/merge-sides';
import { rollingOut } from '../../policies/roll-out';
import { log } from '../../output/log';
import { throwProblem } from '../../problem';
import { addressOf, stageOf } from '../../config/commands';
import { namesOf } from '../../config/names';
import { projectNames, serviceRoots } from '../../config/project-location';
import { readPlugin } from '../../config/plugin';
import { parseSecretFile, secretsFolder } from '../../config/secret-file-name';
import { whileLocked, writeSecretFile } from '../../secret-file/read-write';
import { aliasOwners, allNames, readServices, serviceName } from '../../config/services';
import { asInstalled } from '../as-installed';
import { reported, type Recorder } from '../reported';
import type { Preference } from './merge-documents';
import { mergeFile, type FileToMerge } from './merge-file';
import { noFile, noSecretFile, noSuchFile, notInMerge } from './merge-problems';

/** Options of `nx g secrets:merge`, as in schema.json. */
export interface MergeOptions {
  /** Relative to the workspace or to the working directory. */
  readonly file?: string;
  readonly prefer?: Preference;
  readonly directory?: string;
  /** Also write the report as JSON to this file, relative to the workspace. */
  readonly json?: string;
}

/**
 * Merges the sides of a secret file that Git left in conflict. The values are opened and the file written in the
 * callback, which a dry run does not call.
 */
export default asInstalled(reported(merge));

async function merge(
  tree: Tree,
  { file: given, prefer, directory }: MergeOptions,
  record: Recorder,
): Promise<GeneratorCallback> {
  if (given === undefined) return throwProblem(noFile);
  const path = pathOf(tree, given, directory ?? '');
  const format = parseSecretFile(posix.basename(path))?.format;
  const isPlaced = posix.basename(posix.dirname(path)) === secretsFolder && !/^(?:\/|\.\.\/)/.test(path);
  if (!format || !isPlaced) return throwProblem(noSecretFile(path));
  const { options } = readPlugin(tree.root, readNxJson(tree) ?? {}, projectNames(tree));
  const services = await readServices(tree.root, await serviceRoots(tree), options);
  const { root } = addressOf(path);
  const names = namesOf(await serviceName(tree.root, root, options), stageOf(path), options, root);
  const target: FileToMerge = {
    workspaceRoot: tree.root,
    root,
    path,
    format,
    names,
    stage: options.stages.get(names.stage) ?? {},
    owners: aliasOwners(allNames(services, options)),
  };
  const entry = { service: names.service, stage: names.stage, name: path, root };
  if (isDryRun()) record.entry({ ...entry, outcome: { kind: 'would-merge' } });
  const known = services.flatMap(({ root: at, files }) => files.map((one) => posix.join(at, one.path)));
  return async () => {
    // Before the lock, which is made next to the file: its folder may not be there.
    if (!tree.exists(path) && !(await mergeSides(tree.root, path))) throwProblem(noSuchFile(path, known));
    await whileLocked(tree.root, path, async () => {
      const sides = (await mergeSides(tree.root, path)) ?? throwProblem(notInMerge(path));
      const caller = openCaller();
      const { encrypted, taken } = await rollingOut('developer', target, () =>
        mergeFile(sides, target, prefer, caller).finally(caller.close),
      );
      await writeSecretFile(tree.root, path, encrypted);
      const what = taken.length === 0 ? 'nothing new in theirs' : `from theirs: ${taken.join(', ')}`;
      record.entry({ ...entry, outcome: { kind: 'merged', note: what } });
      log(`merged ${path} (${what})\nNext: git add ${path}`);
    });
  };
}

/** As messages name the file, else as somebody in its folder does. */
function pathOf(tree: Tree, given: string, directory: string): string {
  const path = posix.normalize(given.replaceAll('\\', '/'));
  const inFolder = posix.join(directory.replaceAll('\\', '/'), path);
  return !tree.exists(path) && tree.exists(inFolder) ? inFolder : path;
}
