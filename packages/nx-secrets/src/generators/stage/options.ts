import { throwProblem, type Problem } from '../../problem';
import { generateHere } from '../../config/commands';
import { validNames } from '../../config/did-you-mean';
import type { LocationOptions } from '../../config/project-location';
import { stageList } from '../../config/stage-list';
import type { LocationGiven } from '../init/stage-location';

/** Options of `nx g secrets:stage`, as in schema.json. */
export interface StageGeneratorOptions extends LocationOptions, LocationGiven {
  /** Nx asks for action and stage on a terminal. */
  readonly action?: string;
  /** One stage, or several separated by commas. */
  readonly stage?: string | readonly string[];
  /** All services of the workspace. */
  readonly all?: boolean;
  /** The stage whose key names, or values, the new one begins with. */
  readonly from?: string;
  readonly copyValues?: boolean;
  /** Values may be copied: nobody is asked. */
  readonly yes?: boolean;
  readonly format?: 'yaml' | 'json' | 'env' | 'ini';
  readonly roleArn?: string;
  /** Remove a file also where Git does not have its content. */
  readonly force?: boolean;
  readonly json?: string;
}

const actions = ['add', 'remove'] as const;

/** What is done with stages. */
export type StageAction = (typeof actions)[number];

/** Options of one action only; the other does not take them. */
const own: Readonly<Record<StageAction, readonly (keyof StageGeneratorOptions)[]>> = {
  add: ['from', 'copyValues', 'yes', 'format', 'region', 'account', 'roleArn'],
  remove: ['force'],
};

/**
 * The action and the stages that options name.
 *
 * @throws ProblemError for another action, for none or too many stages, and for an option that the action does not take
 */
export function readStageOptions(given: StageGeneratorOptions): {
  readonly action: StageAction;
  readonly stages: readonly string[];
} {
  if (given.action === undefined) return throwProblem(noAction);
  const action = actions.find((one) => one === given.action);
  if (!action) {
    return throwProblem({
      code: 'badOption',
      what: `"${given.action}" is not something to do with a stage`,
      where: 'the first argument',
      fix: validNames(given.action, actions),
    });
  }
  const stages = stageList(given.stage);
  if (stages.length === 0) {
    throwProblem({
      code: 'noStage',
      what: 'no stage specified',
      where: 'the second argument',
      fix: `Name it behind the action, as in: stage ${action} qa.`,
    });
  }
  const other = action === 'add' ? 'remove' : 'add';
  const foreign = own[other].find((name) => given[name] !== undefined && given[name] !== false);
  if (foreign !== undefined) throwProblem(notForAction(foreign, action));
  if (given.copyValues && given.from === undefined) {
    throwProblem({
      code: 'conflictingOptions',
      what: '--copy-values needs the stage to copy from',
      where: '--copy-values',
      fix: 'Pass --from=<stage>, too.',
    });
  }
  return { action, stages };
}

const noAction: Problem = {
  code: 'badOption',
  what: 'no action specified',
  where: 'the first argument',
  fix: `Pass add or remove, and the stage:\n${generateHere('stage', 'add', '<stage>')}\n${generateHere('stage', 'remove', '<stage>')}`,
};

const notForAction = (name: string, action: StageAction) =>
  ({
    code: 'conflictingOptions',
    what: `stage ${action} does not take ${dashed(name)}`,
    where: dashed(name),
    fix: `Leave ${dashed(name)} out.`,
  }) as const;

const dashed = (name: string): string =>
  `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
