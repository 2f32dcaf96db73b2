import type { Tree } from '@nx/devkit';
import { throwProblem } from '../../problem';
import { isInteractive } from '../../output/prompt';
import { unknownStage, unknownStageProblem } from '../../config/known-stages';
import { clashes, type PlacedNames } from '../../config/names';
import type { Options } from '../../config/options';
import type { Plugin } from '../../config/plugin';
import { knownStages, readSecretFiles, type Service } from '../../config/services';
import { configuredStages } from '../../config/service-stages';
import { stageList } from '../../config/stage-list';
import { addStage } from '../../config/commands';
import { askForStages } from './ask';

/** Stages asked for, else those of nx.json, else those that have files, else what the user says. */
export async function stagesFor(
  tree: Tree,
  root: string,
  asked: readonly string[],
  { options }: Plugin,
): Promise<readonly string[]> {
  if (asked.length > 0) return asked;
  if (options.stages.size > 0 || options.serviceStages.has(root)) return configuredStages(root, options);
  const files = await readSecretFiles(tree.root, root);
  if (files.length > 0) return [...new Set(files.map(({ stage }) => stage))];
  if (isInteractive())
    return stageList(await askForStages('Stages of this service, separated by commas', options));
  return throwProblem({
    code: 'noStages',
    what: 'no stages are configured for this service',
    where: `${root}, nx.json`,
    fix: `Pass --stages=dev,prod. Or configure the stages once in nx.json, at the workspace root:\n${addStage('dev,prod')}`,
  });
}

/** A stage that nx.json does not list is most likely a typo, and a key would be made for it. */
export function assertKnownStage(
  asked: readonly string[],
  services: readonly Service[],
  { options }: Plugin,
): void {
  if (options.stages.size === 0) return;
  const known = knownStages(services, options);
  const unknown = unknownStage(asked, known);
  if (unknown === undefined) return;
  const add = `To add it, run this at the workspace root first:\n${addStage(unknown)}`;
  throwProblem({
    ...unknownStageProblem(unknown, known, 'nx.json, options of the secrets plugin, stages', add),
    what: `unknown stage "${unknown}"`,
  });
}

/** Refuses a service that would share a secret name or key alias with another. */
export function refuseClashes(
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
