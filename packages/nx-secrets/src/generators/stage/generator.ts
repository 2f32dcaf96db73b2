import { readNxJson, type GeneratorCallback, type Tree } from '@nx/devkit';
import { namesOf } from '../../config/names';
import type { Options } from '../../config/options';
import { readPlugin } from '../../config/plugin';
import { projectNames } from '../../config/project-location';
import { isDryRun } from '../../output/dry-run';
import { publish } from '../../output/publish';
import { reportAsInstalled } from '../../output/report-as-installed';
import { printing } from '../../output/stdout';
import { throwProblem, toProblem } from '../../problem';
import { failuresOf, isFailed, type Entry, type Report } from '../../report';
import { asInstalled } from '../as-installed';
import { reportedWhenStopped } from '../reported';
import { readWorkspace } from '../init/init-service';
import { addStages } from './add';
import { readStageOptions, type StageGeneratorOptions } from './options';
import { addNotes, removeNotes } from './notes';
import { removeStages } from './remove';
import type { StageKind, StageStep } from './step';
import { targetServices } from './targets';

/** Adds stages to a service or to all of them, or removes them. */
export default asInstalled(reportedWhenStopped(stage));

async function stage(tree: Tree, given: StageGeneratorOptions): Promise<GeneratorCallback> {
  const { action, stages } = readStageOptions(given);
  const workspace = await readWorkspace(tree);
  const services = await targetServices(tree, workspace, given, action, stages.join(','));
  const steps =
    action === 'add'
      ? await addStages(tree, services, workspace, stages, given)
      : await removeStages(tree, services, workspace, stages, given);
  const { options, nameInCommands } = workspace.plugin;
  const [first] = services;
  const owner =
    given.all || !first ? undefined : { root: first.root, project: options.projects.get(first.root) };
  const { options: now } = readPlugin(tree.root, readNxJson(tree) ?? {}, projectNames(tree));
  const run = async () => {
    const begun = performance.now();
    const entries: Entry<StageKind>[] = [];
    for (const step of steps) entries.push(await finished(step, options, steps.length === 1));
    const report: Report<StageKind> = {
      noun: ['stage of a service', 'stages of services'],
      entries,
      notes:
        action === 'add'
          ? addNotes(entries, stages, workspace, { owner, options: now })
          : removeNotes(entries, stages, workspace),
      milliseconds: performance.now() - begun,
    };
    await publish(reportAsInstalled(report, nameInCommands), {
      title: `stage ${action}`,
      workspaceRoot: tree.root,
      json: given.json,
    });
    const failures = failuresOf(entries).length;
    if (failures > 0)
      throwProblem({
        code: 'partlyFailed',
        what: failures === 1 ? 'one problem remains' : `${failures} problems remain`,
        where: `stage ${action}`,
        fix: 'See the fixes above.',
      });
  };
  if (isDryRun()) await printing(run);
  return () => printing(run);
}

/** The line of a stage. What is wrong with the only one ends the run by itself. */
async function finished(
  { service, stage, finish }: StageStep,
  options: Options,
  isOnly: boolean,
): Promise<Entry<StageKind>> {
  const outcome = await finish().catch((error: unknown) => ({
    kind: 'failed' as const,
    problem: toProblem(error),
  }));
  if (isOnly && isFailed(outcome)) throwProblem(outcome.problem);
  return {
    service: service.name,
    stage,
    name: secretName(service, stage, options),
    root: service.root,
    outcome,
  };
}

function secretName({ name, root }: StageStep['service'], stage: string, options: Options): string {
  try {
    return namesOf(name, stage, options, root).secretName;
  } catch {
    return ''; // The failure says what is wrong with the name.
  }
}
