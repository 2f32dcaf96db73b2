import { logger, readNxJson, type GeneratorCallback, type Tree } from '@nx/devkit';
import { generate, shellWord } from '../../config/commands';
import { readPlugin } from '../../config/plugin';
import { textAsInstalled } from '../../config/plugin-name';
import { locateProject, projectNames } from '../../config/project-location';
import { readSecretFiles } from '../../config/services';
import { stageList } from '../../config/stage-list';
import { importData, importText } from '../../import/import-report';
import { isDryRun } from '../../output/dry-run';
import { writeJson } from '../../output/publish';
import { printing } from '../../output/stdout';
import { escapeControlCharacters, throwProblem, type Problem } from '../../problem';
import { asInstalled } from '../as-installed';
import { prepareImport, type ImportResult, type PreparedImport } from './prepare';
import type { ImportOptions } from './generator-options';
import { readSource } from './read-source';

/**
 * Takes values over from what a team has: into a stage's secret file, encrypted, never by way of another file. Values are
 * read here and written in the callback, which a dry run does not call.
 */
export default asInstalled(importValues);

async function importValues(tree: Tree, given: ImportOptions): Promise<GeneratorCallback> {
  const prepared = [await prepareOne(tree, given)];
  return finished(tree, prepared, given);
}

/** Runs imports, or shows what they would do, and reports. */
export async function finished(
  tree: Tree,
  prepared: readonly PreparedImport[],
  { json }: Pick<ImportOptions, 'json'>,
): Promise<GeneratorCallback> {
  const { name } = readPlugin(tree.root, readNxJson(tree) ?? {});
  const say = ({ ...result }: ImportResult, dryRun: boolean) =>
    logger.info(escapeControlCharacters(textAsInstalled(importText(result, dryRun), name)));
  const each = async (dryRun: boolean) => {
    const results: ImportResult[] = [];
    for (const one of prepared) {
      const result = await (dryRun ? one.preview() : one.run());
      say(result, dryRun);
      results.push(result);
    }
    if (json !== undefined) await writeJson(tree.root, json, { imports: results.map(importData) });
  };
  if (isDryRun()) await printing(() => each(true));
  return () => printing(() => each(false));
}

async function prepareOne(tree: Tree, given: ImportOptions): Promise<PreparedImport> {
  const place = await locateProject(tree, given);
  if (place.kind === 'workspace') return throwProblem(noService(given));
  const { root } = place;
  const { imported, sourcePath } = await readSource(tree.root, given);
  return prepareImport(tree, imported, {
    root,
    stage: await stageOf(tree, root, given),
    extension: given.format,
    overwrite: new Set(stageList(given.overwrite)),
    sourcePath,
  });
}

/** The stage asked for, else the only one that there is. */
async function stageOf(tree: Tree, root: string, { stage, file }: ImportOptions): Promise<string> {
  if (stage !== undefined) return stage;
  const { options } = readPlugin(tree.root, readNxJson(tree) ?? {}, projectNames(tree));
  const files = await readSecretFiles(tree.root, root);
  const stages = [...new Set([...options.stages.keys(), ...files.map((one) => one.stage)])];
  const [only] = stages;
  if (only !== undefined && stages.length === 1) return only;
  const address = { root, project: options.projects.get(root) };
  return throwProblem({
    code: 'noStage',
    what: 'no stage specified',
    where: root,
    fix: `Pass the stage that these values are of:\n${(stages.length > 0 ? stages : ['prod']).map((one) => generate(address, 'import', shellWord(file ?? '.env'), `--stage=${one}`)).join('\n')}`,
  });
}

const noService = ({ file }: ImportOptions): Problem => ({
  code: 'noService',
  what: 'no service specified',
  where: 'the workspace root',
  fix: `Pass the service's project: import ${shellWord(file ?? '.env')} --project=<name>. Or run it in the service's folder.`,
});
