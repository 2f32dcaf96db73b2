import { ProblemError, toProblem, type Problem } from '../problem';
import { generate, generateHere, runTarget } from '../config/commands';
import { makeUsable } from '../config/enable-key';
import type { Names } from '../config/names';
import type { StageOptions } from '../config/stage-options';
import { roleOption, type Task } from '../config/stage-roles';
import { namedPolicy, policyKinds, type PolicyKind } from './named-policy';
import { policySubject } from './subject';

/** Who makes calls: whoever does a task, or people who work on a service. */
export type Actor = Task | 'developer';

/** A stage of a service whose calls were refused. */
export interface RefusedStage {
  readonly names: Names;
  /** What nx.json says of the stage. */
  readonly stage: StageOptions;
}

/**
 * A refusal of AWS with the commands that roll the missing permission out again, where a policy of `policy` or of
 * `provision-keys` has it; with the option of nx.json that names the role, where it could not be assumed; and how a key
 * that is disabled is enabled.
 */
export function withRollOut(problem: Problem, actor: Actor, { names, stage }: RefusedStage): Problem {
  const { denied, fix } = problem;
  // KMS answers the same to a disabled key and to one that is scheduled for deletion, but for its text.
  if (problem.code === 'keyUnusable') return { ...problem, fix: makeUsable(names) };
  if (denied === 'sts:AssumeRole' && actor !== 'developer') {
    const option = `nx.json, stages.${names.stage}.${roleOption(stage, actor)}`;
    return { ...problem, where: [problem.where, option].filter(Boolean).join(', ') };
  }
  const steps = [
    ...(isGranted(problem, actor, { names, stage }) ? policyCommand(actor, { names, stage }) : []),
    ...(isOfKeyPolicy(problem)
      ? names.foreignKey
        ? [askForKeyPolicy, generate(names.address, 'policy', '--for=key', `--stage=${names.stage}`)]
        : [setKeyPolicy, runTarget(names.address, 'provision-keys', `--stage=${names.stage}`)]
      : []),
  ];
  return steps.length === 0 ? problem : { ...problem, fix: [fix, ...steps].join('\n') };
}

/** `withRollOut` for what is about the secrets of all services of a stage at once. */
export function withRollOutForAll(problem: Problem, actor: Task, name: string, stage: StageOptions): Problem {
  const names = { service: '', stage: name, secretName: '', keyAlias: '', address: { root: '.' } };
  if (problem.denied === 'sts:AssumeRole') return withRollOut(problem, actor, { names, stage });
  if (!isGranted(problem, actor, { names, stage })) return problem;
  const command = generateHere('policy', `--for=${actor}`, `--stage=${names.stage}`);
  return { ...problem, fix: [problem.fix, attach, command].join('\n') };
}

/** Runs a step of somebody; what it throws has the commands. */
export const rollingOut = async <T>(
  actor: Actor,
  stage: RefusedStage,
  step: () => Promise<T>,
): Promise<T> => {
  try {
    return await step();
  } catch (error) {
    throw new ProblemError(withRollOut(toProblem(error), actor, stage));
  }
};

/** The policy of a role that several services have is written for all of them, at the workspace root. */
function policyCommand(actor: Actor, { names, stage }: RefusedStage): readonly string[] {
  const options = [`--for=${actor}`, `--stage=${names.stage}`];
  const role = actor === 'developer' ? undefined : (stage.roles?.[actor] ?? stage.roleArn);
  return role === undefined || role.includes('{service}')
    ? [attach, generate(names.address, 'policy', ...options)]
    : [attachToAll, generateHere('policy', ...options)];
}

const attachToAll =
  'The generated policy of that role allows it. Write it again at the workspace root, for all services of the role, and attach it:';
const attach = 'The generated policy allows it. Write it again, and attach it to that identity:';
const askForKeyPolicy =
  "Somebody else makes the key. Where nx.json's principals name that identity, its policy has to allow it; this prints the policy for whoever makes it:";
const setKeyPolicy =
  "Where nx.json's principals name that identity, this lets the key's policy allow it again:";

/** Whether the actor's generated policy has the action, and could help. */
function isGranted({ denied, grantable }: Problem, actor: Actor, { names, stage }: RefusedStage): boolean {
  const kind = policyKinds.find((one: string): one is PolicyKind => one === actor);
  if (denied === undefined || kind === undefined || (grantable !== 'identity' && grantable !== 'any'))
    return false;
  // The actions of a policy are the same wherever the stage is.
  const { region = 'eu-west-1', accountId = '000000000000' } = stage;
  const { document } = namedPolicy(kind, policySubject(names, stage, { region, accountId }));
  return document.Statement.some(({ Action }) => Action.includes(denied));
}

const isOfKeyPolicy = ({ denied = '', grantable }: Problem): boolean =>
  denied.startsWith('kms:') && (grantable === 'resource' || grantable === 'any');
