import type { ServiceSetup } from './setup-request';
import { posix } from 'node:path';
import { openCaller } from '../../aws/caller';
import type { Tree } from '@nx/devkit';
import { throwProblem, ProblemError, renderProblem, toProblem, type Problem } from '../../problem';
import { withRollOut } from '../../policies/roll-out';
import { log } from '../../output/log';
import { failedPart } from '../../output/failed-part';
import { readWorkspaceFile, textIfThere } from '../../config/read-file';
import { changedMeanwhile } from '../../secret-file/changed-meanwhile';
import { conflict, isConflicted } from '../../secret-file/conflict-markers';
import { secretFilePath, type SecretFile } from '../../config/secret-file-name';
import { anyKey, generate, setKey } from '../../config/commands';
import { textAsInstalled } from '../../config/plugin-name';
import { readSecretFiles, sopsConfigFile } from '../../config/services';
import { writeFileWhole } from '../../files/write-file';
import {
  assertKeyMade,
  makeKeys,
  logFileLater,
  logKeyPresent,
  whyNotMade,
  type StageKeyState,
} from './make-keys';
import { knownKeyArn, locate, type LocatedStage } from './locate';
import { makeSecretFile } from './make-secret-file';
import { entryOf, stageOutcome } from './setup-entry';
import { withStageRules, type StageKey } from './sops-config';

/** The change to `.sops.yaml` where it is known without AWS: where options name each stage's region and account. */
export function sopsConfigChange(
  tree: Tree,
  setup: ServiceSetup,
): { path: string; text: string } | undefined {
  const keys = setup.stages.flatMap((stage): StageKey[] => {
    const arn = knownKeyArn(stage);
    return arn === undefined ? [] : [{ ...stage.names, arn }];
  });
  if (keys.length < setup.stages.length) return undefined;
  const path = posix.join(setup.root, sopsConfigFile);
  const before = tree.read(path, 'utf8') ?? undefined;
  const text = withStageRules(before, keys, setup.extension, path, setup.contents !== undefined);
  return text === before ? undefined : { path, text };
}

/**
 * Writes `.sops.yaml`, makes keys and encrypted files. A stage that fails does not stop the others.
 *
 * @throws ProblemError with all that failed
 */
export async function setUpService(setup: ServiceSetup): Promise<void> {
  const caller = setup.caller ?? openCaller();
  const { record } = setup;
  try {
    const stages = await locate(setup.stages, caller);
    await writeSopsConfig(setup, stages);
    if (!setup.makeFiles) {
      const later = stages.map(({ names }) => names.stage);
      for (const { names } of stages) {
        const path = posix.join(setup.root, secretFilePath(names.stage, setup.extension));
        record?.(entryOf(setup, names, path, { kind: 'later' }));
      }
      return void log(textAsInstalled(nextSteps(setup, undefined, later), setup.pluginName));
    }
    const keys = await makeKeys(setup);
    const problems: Problem[] = [];
    const done: { stage: string; state: StageState }[] = [];
    for (const stage of stages) {
      try {
        const key = keys.get(stage.names.stage);
        const { path, state } = await setUpStage(setup, stage, key);
        done.push({ stage: stage.names.stage, state });
        record?.(entryOf(setup, stage.names, path, stageOutcome(state, key, stage.names.keyAlias)));
      } catch (error) {
        const { names } = stage;
        const configured = setup.options.stages.get(names.stage) ?? {};
        const problem = withRollOut(toProblem(error), 'developer', { names, stage: configured });
        problems.push(problem);
        const path = posix.join(setup.root, secretFilePath(names.stage, setup.extension));
        record?.(entryOf(setup, names, path, { kind: 'failed', problem }));
      }
    }
    if (problems[0] && problems.length === 1) throwProblem(problems[0]);
    if (problems.length > 1) throw new ProblemError(severalProblems(problems, stages.length));
    const inState = (wanted: StageState) =>
      done.filter(({ state }) => state === wanted).map(({ stage }) => stage);
    if (setup.contents && inState('later').length === 0) return;
    // A new file is what somebody who adds a stage goes on with.
    const [ready] = [...inState('written'), ...inState('present')];
    log(textAsInstalled(nextSteps(setup, ready, inState('later')), setup.pluginName));
  } finally {
    if (!setup.caller) caller.close();
  }
}

async function writeSopsConfig(
  { workspaceRoot, root, extension, contents }: ServiceSetup,
  stages: readonly LocatedStage[],
): Promise<void> {
  const path = posix.join(root, sopsConfigFile);
  const before = await textIfThere(workspaceRoot, path);
  const keys = stages.map(({ names, keyArn }) => ({ ...names, arn: keyArn }));
  const after = withStageRules(before, keys, extension, path, contents !== undefined);
  if (after === before) return;
  await writeFileWhole(workspaceRoot, path, after);
  log(`wrote    ${path}`);
}

/** Whether a stage has its secret file: made now, made before, or to be made once the pipeline has made its key. */
type StageState = 'written' | 'present' | 'later';

async function setUpStage(
  setup: ServiceSetup,
  stage: LocatedStage,
  key: StageKeyState,
): Promise<{ readonly path: string; readonly state: StageState }> {
  const { workspaceRoot, root, extension } = setup;
  const isMade = assertKeyMade(setup, stage, key);
  const present = setup.contents?.replace
    ? undefined
    : (await readSecretFiles(workspaceRoot, root)).find((file) => file.stage === stage.names.stage);
  // Whoever brings values has seen no file, or wants to replace it: they must not be lost in silence.
  if (present && setup.contents) throwProblem(changedMeanwhile(posix.join(root, present.path)));
  const path = present
    ? await refuseConflict(workspaceRoot, root, present)
    : await makeSecretFile(workspaceRoot, root, stage, { extension, isMade, contents: setup.contents });
  if (path === undefined) {
    logFileLater(stage, whyNotMade(key));
    return { path: posix.join(root, secretFilePath(stage.names.stage, extension)), state: 'later' };
  }
  if (!present) logKeyPresent(stage, key);
  log(`${present ? 'present ' : 'wrote   '} ${path}`);
  return { path, state: present ? 'present' : 'written' };
}

/**
 * What the user does next.
 *
 * @param ready a stage that has its file
 * @param later stages whose file is to be made once the pipeline has made their keys
 */
function nextSteps(
  { stages, root }: ServiceSetup,
  ready: string | undefined,
  later: readonly string[],
): string {
  const address = stages[0]?.names.address ?? { root };
  const pipeline = [
    `Next, for ${later.join(', ')}: commit ${posix.join(root, sopsConfigFile)}; the pipeline makes the key with npx nx affected -t provision-keys sync-secrets`,
    `      Then, for the secret file: ${generate(address, 'init', `--stages=${later.join(',')}`)}`,
    `      And then, for its values: ${setKey(address, later[0] ?? '', anyKey)}`,
  ];
  return [
    ...(ready === undefined ? [] : [`Next: ${setKey(address, ready, anyKey)}`]),
    ...(later.length === 0 ? [] : pipeline),
  ].join('\n');
}

/** Whatever else is in the file is its users' affair; what a merge left in it is not theirs to keep. */
async function refuseConflict(workspaceRoot: string, root: string, file: SecretFile): Promise<string> {
  const path = posix.join(root, file.path);
  if (isConflicted(await readWorkspaceFile(workspaceRoot, path))) throwProblem(conflict(path));
  return path;
}

const severalProblems = (problems: readonly Problem[], all: number): Problem => ({
  code: 'partlyFailed',
  what: failedPart(problems.length, all, ['stage', 'stages'], 'set up'),
  fix: `See each:\n${problems.map(renderProblem).join('\n')}`,
});
