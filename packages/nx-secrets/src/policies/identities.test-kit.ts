import type { IamInput } from 'local-aws-secrets';
import { namesOf } from '../config/names';
import { readOptions } from '../config/options';
import type { Task } from '../config/stage-roles';
import { account, region, useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import { developerPolicy } from './developer-policy';
import { provisionPolicy } from './provision-policy';
import { policySubject } from './subject';
import { syncPolicy } from './sync-policy';

/** A statement of a policy, in AWS's own form. */
export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Principal?: object;
  readonly Condition?: object;
}

export const root = 'services/user-service';
const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
const user = (name: string) => `arn:aws:iam::${account}:user/${name}`;

/** nx.json's options: a role of its own for each task, a pipeline that may do nothing else, and a developer. */
export const stages = {
  dev: {
    region,
    roles: {
      sync: role('ci/{service}-{stage}-sync'),
      provision: role('{service}-{stage}-provision'),
      rotate: role('rotate'),
      prune: role('prune-{stage}'),
    },
    principals: {
      encrypt: [user('developer'), role('rotate')],
      decrypt: [user('developer'), role('rotate')],
    },
  },
};

const options = readOptions({ stages });
const stage = options.stages.get('dev') ?? {};
export const subject = policySubject(namesOf('user-service', 'dev', options, root), stage, {
  region,
  accountId: account,
});
const everything: Statement = { Effect: 'Allow', Action: '*', Resource: '*' };

/** Names of the roles, without their path. */
export const roleNames: Readonly<Record<Task, string>> = {
  sync: 'ci/user-service-dev-sync',
  provision: 'user-service-dev-provision',
  rotate: 'rotate',
  prune: 'prune-dev',
};

/** The statements of the generated policies, and of an administrator's where there is none. */
export const generated: Readonly<Record<Task | 'developer', readonly Statement[]>> = {
  sync: syncPolicy(subject).Statement,
  provision: provisionPolicy(subject).Statement,
  rotate: [everything],
  prune: [everything],
  developer: developerPolicy(subject).Statement,
};

/** What is another in a test than in the account as it is meant to be. */
export interface Differences {
  /** Statements of a role, or of the developer, instead of the generated ones. */
  readonly statements?: Partial<Record<Task | 'developer', readonly Statement[]>>;
  /** Actions that the pipeline is granted on the roles, and that these grant it. */
  readonly assume?: readonly string[];
  /** Conditions of the trust policy of each role. */
  readonly trust?: (task: Task) => object;
  /** Tasks whose role trusts somebody else. */
  readonly distrusting?: readonly Task[];
}

/** The account as local-aws takes it. */
export function accountWith({ statements = {}, assume, trust, distrusting = [] }: Differences): IamInput {
  const Action = assume ?? ['sts:AssumeRole', 'sts:SetSourceIdentity'];
  const policy = (Statement: readonly Statement[]) => ({ Version: '2012-10-17', Statement });
  const roleOf = (task: Task) => ({
    trust: policy([
      {
        Effect: 'Allow',
        Principal: { AWS: distrusting.includes(task) ? user('developer') : user('ci') },
        Action,
        ...(trust && { Condition: trust(task) }),
      },
    ]),
    policies: [policy(statements[task] ?? generated[task])],
  });
  return {
    accounts: {
      [account]: {
        users: {
          ci: {
            accessKeys: { AKIACI: 'secret-of-ci' },
            policies: [policy([{ Effect: 'Allow', Action, Resource: '*' }])],
          },
          developer: {
            accessKeys: { AKIADEVELOPER: 'secret-of-developer' },
            policies: [policy(statements.developer ?? generated.developer)],
          },
        },
        roles: Object.fromEntries(
          (Object.keys(roleNames) as Task[]).map((task) => [roleNames[task], roleOf(task)]),
        ),
      },
    },
  };
}

/** A workspace with a service whose stage has a role for each task, in an account where IAM decides. */
export function useIdentities() {
  const workspace = useAwsWorkspace();
  beforeEach(async () => {
    await workspace.write({
      'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options: { stages } }] }),
    });
  });
  afterEach(() => workspace.aws().setIam(undefined));
  const as = async <T>(who: 'ci' | 'developer', step: () => Promise<T>): Promise<T> => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: `AKIA${who.toUpperCase()}`,
      AWS_SECRET_ACCESS_KEY: `secret-of-${who}`,
    });
    try {
      return await step();
    } finally {
      Object.assign(process.env, { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY });
    }
  };
  return {
    ...workspace,
    /** Has the account as it is meant to be, with some differences. */
    iam: (differences: Differences = {}) => workspace.aws().setIam(accountWith(differences)),
    /** Runs a step as one of the account's users. */
    as,
    /** The service with its key, a file with a value, and perhaps the secret: made before IAM decides. */
    arrange: async ({ pushed = true } = {}) => {
      await workspace.init({ directory: root, stages: 'dev' });
      await workspace.set(root, 'dev', 'DATABASE_URL', 'postgres://x');
      await workspace.commit();
      if (pushed) await workspace.sync([root]);
    },
  };
}
