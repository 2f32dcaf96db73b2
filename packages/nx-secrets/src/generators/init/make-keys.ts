import { runProvision } from '../../keys/run-provision';
import { log } from '../../output/log';
import { throwProblem, type Problem } from '../../problem';
import { isFailed, type Outcome } from '../../report';
import { uninterrupted } from '../../interruption';
import { inCi } from '../../output/ci';
import type { Options, StageOptions } from '../../config/options';
import { generate } from '../../config/commands';
import { keyResource } from '../../config/stage-key';
import { notOurs } from '../../keys/foreign-key';
import { secretFilePath } from '../../config/secret-file-name';
import { readServices } from '../../config/services';
import type { LocatedStage, StageToSetUp } from './locate';
import type { ServiceSetup } from './setup-request';

/** What became of a stage's key; undefined where this run makes no key for the stage. */
export type StageKeyState = Outcome | undefined;

/**
 * Makes and repairs the keys of a service's stages as `provision-keys` does; none where files only are asked for, and
 * none of a stage that is the pipeline's alone.
 */
export async function makeKeys(setup: ServiceSetup): Promise<ReadonlyMap<string, Outcome>> {
  const { workspaceRoot, root, options } = setup;
  const stages = setup.stages.filter((stage) => makesKeyOf(setup, stage)).map(({ names }) => names.stage);
  if (stages.length === 0) return new Map();
  const services = await readServices(workspaceRoot, [root], options);
  const { entries } = await runProvision({
    workspaceRoot,
    options: withStages(options, setup.stages),
    services,
    everyService: services,
    stages,
    dryRun: false,
    overrides: { adopt: new Set(), enable: false },
    withoutAbsent: true,
    ci: inCi(),
    interruption: uninterrupted,
  });
  return new Map(entries.map(({ stage, outcome }) => [stage, outcome]));
}

/**
 * Says what became of a stage's key. Where this run makes none, or AWS refuses that, whoever runs it may use one that is
 * there anyway: that shows when the file is made.
 *
 * @returns whether this run made the key, or saw it
 * @throws ProblemError where the key should have been made and was not
 */
export function assertKeyMade(setup: ServiceSetup, stage: LocatedStage, state: StageKeyState): boolean {
  const { names } = stage;
  if (!state) {
    if (makesKeyOf(setup, stage)) throwProblem(notInRule(setup, stage));
    return false;
  }
  if (isFailed(state)) return state.problem.denied === undefined ? throwProblem(state.problem) : false;
  const note = state.note ? `  (${state.note})` : '';
  log(`${words[state.kind] ?? state.kind} key ${keyResource(names)}${note}`);
  return true;
}

/** Why this run makes no key. */
export const whyNotMade = (state: StageKeyState): string =>
  state && isFailed(state) ? state.problem.what : 'this run does not create it';

/** Stages that nx.json does not list yet, or with fewer options than init was given. */
const withStages = (options: Options, stages: ServiceSetup['stages']): Options => ({
  ...options,
  stages: new Map([
    ...options.stages,
    ...stages.map(({ names, ...stage }): [string, StageOptions] => [names.stage, stage]),
  ]),
});

/** Files only may be asked for, and some stages are the pipeline's alone. */
export const makesKeyOf = ({ makeKeys, options }: ServiceSetup, { names }: StageToSetUp | LocatedStage) =>
  makeKeys && (!options.stages.get(names.stage)?.ciOnly || inCi());

const notInRule = ({ root, extension }: ServiceSetup, { names, keyArn }: LocatedStage): Problem => ({
  code: 'ruleLacksKey',
  what: `the creation rule for ${secretFilePath(names.stage, extension)} does not name the stage's key, ${keyResource(names)}`,
  where: `${root}/.sops.yaml`,
  fix: `Add kms: ${keyArn} to that rule, or remove the rule; then:\n${generate(names.address, 'init', `--stages=${names.stage}`)}`,
});

const words: Readonly<Record<string, string>> = {
  created: 'made    ',
  unchanged: 'present ',
};

/** Logs that a key exists which this run may not look after. */
export function logKeyPresent({ names }: LocatedStage, state: StageKeyState): void {
  if (state && isFailed(state))
    log(
      `present  key ${keyResource(names)}  (${names.foreignKey ? notOurs : 'the pipeline checks its settings'})`,
    );
}

/** Logs that a stage's file is to be made once its key exists. */
export function logFileLater({ names }: LocatedStage, why: string): void {
  log(`later    key ${keyResource(names)} does not exist yet, and ${why}`);
}
