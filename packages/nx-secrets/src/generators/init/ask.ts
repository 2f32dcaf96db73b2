import type { Tree } from '@nx/devkit';
import { isDryRun } from '../../output/dry-run';
import { isInteractive } from '../../output/prompt';
import { throwProblem } from '../../problem';
import type { Plugin } from '../../config/plugin';
import { generateHere } from '../../config/commands';
import { shortName } from '../../config/short-name';
import { hasShortName } from './short-name';

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
  const stages = isNew ? await askForStages('Stages, separated by commas') : undefined;
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
export async function askForStages(message: string): Promise<string> {
  const { isCancel, text } = await import('@clack/prompts');
  const stages = await text({ message, initialValue: 'dev,prod' });
  return isCancel(stages) ? cancelled() : stages;
}

async function askForRegion(): Promise<string> {
  const { isCancel, text } = await import('@clack/prompts');
  const message = 'AWS region of the keys and secrets (empty: AWS_REGION, or that of the profile)';
  const initialValue = process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? '';
  const region = await text({ message, initialValue, defaultValue: '' });
  return isCancel(region) ? cancelled() : region.trim();
}

async function askForShortName(): Promise<boolean> {
  const { confirm, isCancel } = await import('@clack/prompts');
  const message = `Make tools/${shortName}, a private package of this workspace, so that nx g ${shortName}:init works?`;
  const isWanted = await confirm({ message });
  return isCancel(isWanted) ? cancelled() : isWanted;
}

const cancelled = (): never =>
  throwProblem({
    code: 'cancelled',
    what: 'init was cancelled; nothing was changed',
    fix: `Run it again; --stages=dev,prod skips the questions:\n${generateHere('init', '--stages=dev,prod')}`,
  });
