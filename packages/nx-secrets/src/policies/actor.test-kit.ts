import type { LocalAws } from 'local-aws-secrets';
import { account } from '../testing/aws-workspace.test-kit';
import type { PolicyDocument } from './document';

const keyId = 'AKIAWORKER';
const secret = 'secret-of-the-worker';

/** Runs a step as somebody whom these IAM policies let do what they do, and nobody else. */
export async function asActor<T>(
  aws: LocalAws,
  policies: readonly PolicyDocument[],
  step: () => Promise<T>,
): Promise<T> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;
  const worker = { accessKeys: { [keyId]: secret }, policies };
  aws.setIam({ accounts: { [account]: { users: { worker } } } });
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: keyId, AWS_SECRET_ACCESS_KEY: secret });
  try {
    return await step();
  } finally {
    aws.setIam(undefined);
    Object.assign(process.env, { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY });
  }
}

/** All actions that a policy grants. */
export const grantedBy = (policies: readonly PolicyDocument[]): readonly string[] =>
  [...new Set(policies.flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action)))].sort();

/** The policies without one action, wherever it is granted. */
export const withoutAction = (
  policies: readonly PolicyDocument[],
  action: string,
): readonly PolicyDocument[] =>
  policies.map((policy) => ({
    ...policy,
    Statement: policy.Statement.map((statement) => ({
      ...statement,
      Action: statement.Action.filter((one) => one !== action),
    })).filter(({ Action }) => Action.length > 0),
  }));

/** The policies without one statement. */
export const withoutStatement = (
  policies: readonly PolicyDocument[],
  sid: string,
): readonly PolicyDocument[] =>
  policies.map((policy) => ({ ...policy, Statement: policy.Statement.filter(({ Sid }) => Sid !== sid) }));

/** Something that a role is there for. */
export interface Task {
  readonly name: string;
  /** Makes what is found before it. */
  readonly arrange: () => Promise<unknown>;
  /** Whether it succeeds. */
  readonly run: () => Promise<boolean>;
  /** Whether it had its effect, where AWS leaves that out silently. */
  readonly hasEffect?: () => Promise<boolean>;
}

const isDone = async (aws: LocalAws, policies: readonly PolicyDocument[], { run, hasEffect }: Task) =>
  (await asActor(aws, policies, run)) && ((await hasEffect?.()) ?? true);

/** The tasks that fail under these policies, and what was called. */
export async function failing(
  aws: LocalAws,
  policies: readonly PolicyDocument[],
  tasks: readonly Task[],
): Promise<{ readonly failed: readonly string[]; readonly called: readonly string[] }> {
  const failed: string[] = [];
  const called = new Set<string>();
  for (const task of tasks) {
    await task.arrange();
    aws.resetCalls();
    if (!(await asActor(aws, policies, task.run))) failed.push(task.name);
    for (const call of Object.keys(aws.calls())) called.add(call);
  }
  // It needs no permission.
  called.delete('sts:GetCallerIdentity');
  return { failed, called: [...called].sort() };
}

/** Whether every one of the tasks still succeeds; ends at the first that does not. */
export async function allSucceed(
  aws: LocalAws,
  policies: readonly PolicyDocument[],
  tasks: readonly Task[],
): Promise<boolean> {
  for (const task of tasks) {
    await task.arrange();
    if (!(await isDone(aws, policies, task))) return false;
  }
  return true;
}
