import { throwProblem, type Problem } from '../problem';
import { partitionOf } from './partition';
import { assertPlaceholders, fillPattern } from './pattern';
import { readFields } from './read-fields';

/** What is done in AWS under a role of nx.json, and by whom it is meant to be done. */
export const tasks = ['sync', 'provision', 'rotate', 'prune'] as const;
export type Task = (typeof tasks)[number];

/** ARNs of IAM roles by task, with the placeholders `{service}` and `{stage}`. */
export type StageRoles = Readonly<Partial<Record<Task, string>>>;

/** The roles of a stage: one for each task, and one for those that have none of their own. */
export interface RolesOfStage {
  readonly roleArn?: string;
  readonly roles?: StageRoles;
}

/** Where a role's name goes. */
type RoleNames = { readonly service: string; readonly stage: string };

/** The parts of a role's ARN. Source: IAM User Guide, "IAM ARNs" and "IAM name requirements". */
const roleArnPattern = /^arn:(aws[\w-]*):iam::([0-9]{12}):role\/(?:[\w+=,.@/-]+\/)?([\w+=,.@-]+)$/;
const longestName = 64;

/**
 * Reads `roleArn` and `roles` of a stage.
 *
 * @param stage the stage's fields; `roles` as it is in nx.json
 * @returns the roles by task, with the account that all of them are in
 * @throws ProblemError for an unknown task, what is not the ARN of a role, or one of another account or partition than the stage's
 */
export function readRoles(
  stage: { readonly roleArn?: string; readonly region?: string; readonly accountId?: string },
  raw: unknown,
  place: string,
): { readonly roles?: StageRoles; readonly accountId?: string } {
  const types = Object.fromEntries(tasks.map((task) => [task, 'string' as const]));
  const roles = raw === undefined ? undefined : (readFields(raw, types, `${place}.roles`) as StageRoles);
  const all: (readonly [option: string, arn: string])[] = [
    ...(stage.roleArn === undefined ? [] : [['roleArn', stage.roleArn] as const]),
    ...Object.entries(roles ?? {}).map(([task, arn]) => [`roles.${task}`, arn] as const),
  ];
  let accountId = stage.accountId;
  for (const [option, arn] of all) {
    const role = readRole(option, arn, place);
    if (stage.region !== undefined && role.partition !== partitionOf(stage.region)) {
      throwProblem({
        code: 'roleElsewhere',
        what: `${option} is in the partition ${role.partition}, but the stage's region, ${stage.region}, is in ${partitionOf(stage.region)}`,
        where: place,
        fix: `Name a role of that partition: arn:${partitionOf(stage.region)}:iam::<account>:role/<name>.`,
      });
    }
    accountId ??= role.accountId;
    if (role.accountId !== accountId)
      throwProblem(otherAccount(option, role.accountId, accountId, stage, place));
  }
  if (roles?.prune?.includes('{service}')) throwProblem(oneForAll('roles.prune', place));
  return { ...(roles === undefined ? {} : { roles }), ...(accountId === undefined ? {} : { accountId }) };
}

function readRole(
  option: string,
  arn: string,
  place: string,
): { readonly partition: string; readonly accountId: string } {
  assertPlaceholders(option, arn, place);
  const [, partition = '', accountId = ''] =
    roleArnPattern.exec(fillPattern(arn, 'x', 'x')) ??
    throwProblem({
      code: 'badRole',
      what: `${option} "${arn}" is not the ARN of an IAM role`,
      where: place,
      fix: 'Write it like arn:aws:iam::111122223333:role/name; {service} and {stage} are filled in. The ARN of a role:\naws iam get-role --role-name <name> --query Role.Arn --output text',
    });
  return { partition, accountId };
}

/**
 * The role that a task of a service's stage assumes; undefined where it is done as whoever runs it.
 *
 * @throws ProblemError where the role's name is too long with the service's name filled in
 */
export function roleFor(stage: RolesOfStage, task: Task, names: RoleNames): string | undefined {
  const pattern = stage.roles?.[task] ?? stage.roleArn;
  if (pattern === undefined) return undefined;
  const arn = fillPattern(pattern, names.service, names.stage);
  const name = roleArnPattern.exec(arn)?.[3];
  if (name !== undefined && name.length <= longestName) return arn;
  return throwProblem({
    code: 'badRole',
    what: `${roleOption(stage, task)} gives service ${names.service} the role ${arn}, a name that IAM does not take`,
    where: `nx.json, stages.${names.stage}`,
    fix: `A role's name has up to ${longestName} letters, digits and +=,.@_-. Shorten the pattern, or give the service another name ("services" in nx.json).`,
  });
}

/** The role that prunes a stage: it looks at the secrets of all services at once, so `{service}` is left as it is. */
export const pruneRole = ({ roles, roleArn }: RolesOfStage, stage: string): string | undefined =>
  (roles?.prune ?? roleArn)?.replaceAll('{stage}', stage);

/** @throws ProblemError where there is a role to prune with for each service, and none for all of them */
export function assertOnePruneRole(role: string | undefined, stage: string): void {
  if (role?.includes('{service}')) throwProblem(oneForAll('roleArn', `nx.json, stages.${stage}`));
}

/** The option that names the role of a task. */
export const roleOption = ({ roles }: RolesOfStage, task: Task): string =>
  roles?.[task] === undefined ? 'roleArn' : `roles.${task}`;

const oneForAll = (option: string, place: string): Problem => ({
  code: 'roleForEachService',
  what: `${option} has {service}, but prune-secrets looks at the secrets of all services at once`,
  where: place,
  fix: 'Set "roles": { "prune": "arn:aws:iam::<account>:role/<name>" } for the stage, without {service}.',
});

const otherAccount = (
  option: string,
  actual: string,
  wanted: string,
  { accountId }: { readonly accountId?: string },
  place: string,
): Problem => ({
  code: 'roleElsewhere',
  what: `${option} is in account ${actual}, but ${accountId === undefined ? "the stage's other roles are" : 'the stage is'} in account ${wanted}`,
  where: place,
  fix: "Name a role of the stage's account: KMS and Secrets Manager make keys and secrets in the account of whoever asks.",
});
