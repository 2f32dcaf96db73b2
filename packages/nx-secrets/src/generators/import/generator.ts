import { logger, readNxJson, type GeneratorCallback, type Tree } from '@nx/devkit';
import { generate, overwriteKeys, runTarget, shellWord } from '../../config/commands';
import { readPlugin } from '../../config/plugin';
import { textAsInstalled } from '../../config/plugin-name';
import { locateProject, projectNames } from '../../config/project-location';
import { stagesOfService } from '../../config/service-stages';
import { readSecretFiles } from '../../config/services';
import { importData, importText } from '../../import/import-report';
import { isDryRun } from '../../output/dry-run';
import { throwFailures } from '../../output/failed-part';
import { writeJson } from '../../output/publish';
import { isInteractive } from '../../output/prompt';
import { askForOne } from '../../output/questions';
import { printing } from '../../output/stdout';
import { escapeControlCharacters, throwProblem, toProblem, type Problem } from '../../problem';
import { asInstalled } from '../as-installed';
import { afterImport } from './after-import';
import { prepareFromAws } from './from-aws';
import { prepareImport, type ImportResult, type PreparedImport } from './prepare';
import type { ImportOptions } from './generator-options';
import { readSource } from './read-source';

/**
 * Takes values over from what a team has: into a stage's secret file, encrypted, never by way of another file. Values are
 * read here and written in the callback, which a dry run does not call.
 */
export default asInstalled(importValues);

async function importValues(tree: Tree, given: ImportOptions): Promise<GeneratorCallback> {
  if (given.from === 'aws' || given.from === 'ssm')
    return finished(tree, await prepareFromAws(tree, given.from, given), given);
  return finished(tree, [await prepareOne(tree, given)], given);
}

/** An import that was prepared, and what is done about its source when it is done. */
export interface PlannedImport extends PreparedImport {
  /** Gives lines for the report. */
  readonly after?: (result: ImportResult) => Promise<readonly string[]>;
}

/**
 * Runs imports, or shows what they would do, and reports. One that fails does not stop the others.
 *
 * @throws ProblemError, in the callback too, with all that failed
 */
export async function finished(
  tree: Tree,
  planned: readonly PlannedImport[],
  { json }: Pick<ImportOptions, 'json'>,
): Promise<GeneratorCallback> {
  const { nameInCommands: name } = readPlugin(tree.root, readNxJson(tree) ?? {});
  const say = (text: string) => logger.info(escapeControlCharacters(textAsInstalled(text, name)));
  const each = async (dryRun: boolean) => {
    const results: ImportResult[] = [];
    const problems: Problem[] = [];
    for (const { preview, run, after } of planned) {
      try {
        const result = await (dryRun ? preview() : run());
        results.push(result);
        say(importText(result, dryRun));
        const lines = dryRun ? [] : ((await after?.(result)) ?? []);
        const more = [...lines, ...(dryRun ? [] : nextSteps(result))];
        if (more.length > 0) say(more.join('\n'));
      } catch (error) {
        problems.push(toProblem(error));
      }
    }
    if (json !== undefined) await writeJson(tree.root, json, { imports: results.map(importData) });
    throwFailures(problems, planned.length, ['secret file', 'secret files'], 'imported');
  };
  if (isDryRun()) await printing(() => each(true));
  return () => printing(() => each(false));
}

/** What the user does next: nothing where nothing changed and nothing is left. */
function nextSteps({ imported, changes, address, stage }: ImportResult): readonly string[] {
  const { added, replaced, kept } = changes;
  return [
    ...(kept.length === 0
      ? []
      : [`To replace what was kept, run it again with ${overwriteKeys(kept).join(' ')}`]),
    // A sync adopts only what is the same, so what was kept has to be decided first.
    ...(added.length + replaced.length === 0 || (imported.adopts !== undefined && kept.length > 0)
      ? []
      : [
          `Next: commit, then ${runTarget(address, 'sync-secrets', `--stage=${stage}`, ...adopting(imported))}`,
        ]),
  ];
}

const adopting = ({ adopts }: ImportResult['imported']): readonly string[] =>
  adopts === undefined ? [] : [shellWord(`--adopt=${adopts}`)];

async function prepareOne(tree: Tree, given: ImportOptions): Promise<PlannedImport> {
  const place = await locateProject(tree, given);
  if (place.kind === 'workspace') return throwProblem(noService(given));
  const { root } = place;
  const stage = await stageOf(tree, root, given);
  const { imported, sourcePath, origin } = await readSource(tree.root, given);
  const prepared = await prepareImport(tree, imported, {
    root,
    stage,
    extension: given.format,
    overwrite: [given.overwrite ?? []].flat(),
    sourcePath,
    ...(origin ? { sourceBytes: origin.bytes } : {}),
  });
  if (!origin) return prepared;
  const { removeSource = given.yes ? false : undefined } = given;
  return {
    ...prepared,
    after: (result) => afterImport({ workspaceRoot: tree.root, result, origin, sourcePath, removeSource }),
  };
}

/** The stage asked for, else the only one that there is. */
async function stageOf(tree: Tree, root: string, { stage, file }: ImportOptions): Promise<string> {
  if (stage !== undefined) return stage;
  const { options } = readPlugin(tree.root, readNxJson(tree) ?? {}, projectNames(tree));
  const files = await readSecretFiles(tree.root, root);
  const stages = stagesOfService(root, files, options);
  const [only] = stages;
  if (only !== undefined && stages.length === 1) return only;
  if (stages.length > 1 && isInteractive()) {
    return askForOne('Which stage are these values of?', stages, {
      code: 'cancelled',
      what: 'the import was cancelled; nothing was changed',
      fix: `Run it again; --stage=${stages[0] ?? ''} skips the question.`,
    });
  }
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
