import { logger } from '@nx/devkit';
import type { Clients } from '../../aws/clients';
import { describeKey, type Key } from '../../aws/kms/keys';
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
 * Clients that can encrypt with a stage's key; undefined where the key does not exist and somebody else makes it, which
 * is said with what to run.
 *
 * @throws ProblemError where the key should have been made and was not
 */
export async function keyClients(
  setup: ServiceSetup,
  stage: LocatedStage,
  state: StageKeyState,
): Promise<Clients | undefined> {
  const { names, clients } = stage;
  if (state === undefined) {
    if (makesKeyOf(setup, stage)) return throwProblem(notInRule(setup, stage));
    if (await describeKey(clients, stage.keyArn)) return clients;
    return sayLater(stage, 'this run makes no key for it');
  }
  if (!isFailed(state)) {
    const note = state.note ? `  (${state.note})` : '';
    logger.info(escapeControlCharacters(`${words[state.kind] ?? state.kind} key ${names.keyAlias}${note}`));
    return clients;
  }
  const { denied } = state.problem;
  if (denied === undefined) return throwProblem(state.problem);
  // Somebody who may not look after keys may still use one.
  if (!(await isThere(stage.own, stage.keyArn))) {
    return sayLater(stage, `AWS refuses ${denied} to this identity`);
  }
  logger.info(
    escapeControlCharacters(`present  key ${names.keyAlias}  (its settings are the pipeline's to check)`),
  );
  return stage.own;
}

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

const isThere = (clients: Clients, keyArn: string): Promise<Key | undefined> =>
  describeKey(clients, keyArn).catch((error: unknown) => {
    const problem = toProblem(error);
    return problem.denied === undefined ? throwProblem(problem) : undefined;
  });

function sayLater({ names }: LocatedStage, why: string): undefined {
  logger.info(escapeControlCharacters(`later    key ${names.keyAlias} does not exist yet, and ${why}`));
}
