import type { Tree } from '@nx/devkit';
import { isDryRun } from '../../output/dry-run';
import { isInteractive } from '../../output/prompt';
import { askText, askYesOrNo } from '../../output/questions';
import { throwProblem, type Problem } from '../../problem';
import type { Plugin } from '../../config/plugin';
import type { Options } from '../../config/options';
import { generateHere } from '../../config/commands';
import { namesOf } from '../../config/names';
import { shortName } from '../../config/short-name';
import { stageList } from '../../config/stage-list';
import { hasShortName } from './short-name';
import { locationOf } from './stage-location';

/** What the workspace is set up with. */
interface WorkspaceRequest {
  readonly stages?: string | readonly string[];
  readonly region?: string;
  readonly account?: string | number;
  readonly shortName?: boolean;
}

/**
 * Asks what `nx add` cannot be given: stages and region where nx.json has none, and whether the short name is wanted where
 * there is none. Asks only on a terminal, and nobody who passes stages.
 *
 * @throws ProblemError where the answer is Ctrl-C
 */
export async function askForWorkspace(
  tree: Tree,
  given: WorkspaceRequest,
  { options }: Plugin,
): Promise<WorkspaceRequest> {
  if (given.stages !== undefined || isDryRun() || !isInteractive()) return given;
  const isNew = options.stages.size === 0;
  const stages = isNew ? await askForStages('Stages, separated by commas', options) : undefined;
  const region = given.region ?? (isNew ? await askForRegion() : '');
  const isAsked = given.shortName === undefined && !hasShortName(tree);
  return {
    ...given,
    ...(stages === undefined ? {} : { stages }),
    ...(region === '' ? {} : { region }),
    ...(isAsked ? { shortName: await askForShortName() } : {}),
  };
}

/** Asks on the terminal for stages. */
export const askForStages = (message: string, options: Options): Promise<string> =>
  askText({ message, initialValue: 'dev,prod', check: (answer) => checkStages(answer, options) }, cancelled);

function checkStages(answer: string, options: Options): void {
  const stages = stageList(answer);
  if (stages.length === 0) throwProblem(noStage);
  for (const stage of stages) namesOf('service', stage, options, 'nx.json');
}

const askForRegion = (): Promise<string> =>
  askText(
    {
      message: 'AWS region (empty: AWS_REGION, or that of the profile)',
      initialValue: process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? '',
      check: (region) => locationOf(region === '' ? {} : { region }),
    },
    cancelled,
  );

async function askForShortName(): Promise<boolean> {
  const message = `Create tools/${shortName}, so that "nx g ${shortName}:init" works, too?`;
  return (await askYesOrNo(message, true)) ?? throwProblem(cancelled);
}

const noStage: Problem = {
  code: 'noStage',
  what: 'a service needs a stage',
  where: '--stages',
  fix: 'Name one or more, as in dev,prod.',
};

const cancelled: Problem = {
  code: 'cancelled',
  what: 'init was cancelled; nothing was changed',
  fix: `Run it again; --stages=dev,prod skips the questions:\n${generateHere('init', '--stages=dev,prod')}`,
};
