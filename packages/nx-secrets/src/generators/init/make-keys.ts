import { logger } from '@nx/devkit';
import { describeKey } from '../../aws/kms/keys';
import { runProvision } from '../../keys/run-provision';
import { throwProblem, escapeControlCharacters, toProblem, type Problem } from '../../problem';
import { isFailed, type Outcome } from '../../report';
import { uninterrupted } from '../../interruption';
import { inCi } from '../../output/ci';
import type { Options, StageOptions } from '../../config/options';
import { generate } from '../../config/commands';
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
 * Whether a stage has its key, or may have it. Where it does not exist and somebody else makes it, that is said with what
 * to run.
 *
 * @throws ProblemError where the key should have been made and was not
 */
export async function hasKey(
  setup: ServiceSetup,
  stage: LocatedStage,
  state: StageKeyState,
): Promise<boolean> {
  const { names } = stage;
  if (state && !isFailed(state)) {
    const note = state.note ? `  (${state.note})` : '';
    logger.info(escapeControlCharacters(`${words[state.kind] ?? state.kind} key ${names.keyAlias}${note}`));
    return true;
  }
  if (!state && makesKeyOf(setup, stage)) return throwProblem(notInRule(setup, stage));
  if (state && state.problem.denied === undefined) return throwProblem(state.problem);
  // Somebody who may not look after keys may still use one; who may not even look will see when the file is made.
  const found = await lookUp(stage);
  if (found === 'absent') sayLater(stage, whyNotMade(state));
  if (found === 'present' && state) {
    logger.info(
      escapeControlCharacters(`present  key ${names.keyAlias}  (its settings are the pipeline's to check)`),
    );
  }
  return found !== 'absent';
}

/** Why this run makes no key. */
export const whyNotMade = (state: StageKeyState): string =>
  state && isFailed(state) ? state.problem.what : 'this run makes no key for it';

/** Stages that nx.json does not list yet, or says less of than init was told. */
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
  what: `the creation rule for ${secretFilePath(names.stage, extension)} does not name the stage's key, ${names.keyAlias}`,
  where: `${root}/.sops.yaml`,
  fix: `Add kms: ${keyArn} to that rule, or remove the rule; then:\n${generate(names.address, 'init', `--stages=${names.stage}`)}`,
});

const words: Readonly<Record<string, string>> = {
  created: 'made    ',
  unchanged: 'present ',
};

async function lookUp({ clients, keyArn }: LocatedStage): Promise<'present' | 'absent' | 'unknown'> {
  try {
    return (await describeKey(clients, keyArn)) ? 'present' : 'absent';
  } catch (error) {
    const problem = toProblem(error);
    return problem.denied === undefined ? throwProblem(problem) : 'unknown';
  }
}

/** Says that a stage's file is to be made once its key is there. */
export function sayLater({ names }: LocatedStage, why: string): void {
  logger.info(escapeControlCharacters(`later    key ${names.keyAlias} does not exist yet, and ${why}`));
}
