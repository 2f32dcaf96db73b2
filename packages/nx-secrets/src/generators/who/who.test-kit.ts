import type { IamInput } from 'local-aws-secrets';
import { auditPolicy } from '../../policies/audit-policy';
import type { PolicyDocument } from '../../policies/document';
import { shopIam, shopOptions, subjects } from '../../policies/roles.test-kit';
import { account } from '../../testing/aws-workspace.test-kit';
import { useKeyWorkspace, user } from '../../keys/key-workspace.test-kit';
import { accountDetails, startIam, type IamAnswer } from './iam-server.test-kit';
import who, { type WhoOptions } from './generator';

/** What `--json` writes of one stage, as far as tests look at it. */
export interface ToldStage {
  readonly service: string;
  readonly stage: string;
  readonly outcome: string;
  readonly access: readonly Told[];
  readonly differences: readonly (Told & {
    readonly kind: string;
    readonly certain: boolean;
    readonly why?: string;
  })[];
  readonly unknown: readonly {
    readonly what: string;
    readonly needs?: string;
    readonly code: string;
    readonly why: string;
    readonly fix: string;
  }[];
  readonly notes: readonly string[];
  readonly pending?: readonly string[];
  readonly unencrypted?: readonly string[];
}

interface Told {
  readonly who: string;
  readonly capability: string;
  readonly access: string;
  readonly of: string;
  readonly sources: readonly { readonly kind: string; readonly name: string }[];
  readonly conditions: readonly string[];
  readonly needs: readonly string[];
  readonly keys?: readonly string[];
}

const auditor = { accessKeyId: 'AKIAAUDITOR', secretAccessKey: 'secret-of-auditor' };
const prod = subjects.find(({ names }) => names.service === 'user-service' && names.stage === 'prod')!;

/** The whole policy for audits of user-service's prod stage. */
export const wholeAudit = auditPolicy(prod);

/** The policy without an action. */
export const auditWithout = (action: string): PolicyDocument => ({
  ...wholeAudit,
  Statement: wholeAudit.Statement.map((one) => ({
    ...one,
    Action: one.Action.filter((name) => name !== action),
  })).filter(({ Action }) => Action.length > 0),
});

/** The shop's account with more roles, and an auditor. */
export function shopWith(policy: object, roles: Readonly<Record<string, object>> = {}): IamInput {
  const there = shopIam.accounts[account] as { users: object; roles: object };
  return {
    accounts: {
      [account]: {
        users: {
          ...there.users,
          auditor: {
            accessKeys: { [auditor.accessKeyId]: auditor.secretAccessKey },
            policies: [policy],
          },
        },
        roles: { ...there.roles, ...roles },
      },
    },
  };
}

/** A shop of two services whose user-service is looked at. */
export function useWho() {
  const workspace = useKeyWorkspace();
  let iam: Awaited<ReturnType<typeof startIam>>;
  let answer: () => IamAnswer;
  beforeAll(async () => {
    iam = await startIam(() => answer());
  });
  afterAll(() => iam.stop());
  beforeEach(() => {
    answer = () => accountDetails(shopWith(wholeAudit), account);
    process.env['AWS_ENDPOINT_URL_IAM'] = iam.endpoint;
  });
  afterEach(() => workspace.aws().setIam(undefined));

  const ask = async (options: WhoOptions = {}) => {
    const printed: string[] = [];
    const write = jest.spyOn(process.stdout, 'write').mockImplementation((text: unknown, done?: unknown) => {
      printed.push(String(text));
      if (typeof done === 'function') (done as () => void)();
      return true;
    });
    try {
      await workspace.generate((tree) =>
        who(tree, { directory: user, stage: 'prod', json: 'tmp/who.json', ...options }),
      );
    } finally {
      write.mockRestore();
    }
    const { entries, ...rest } = JSON.parse(workspace.read('tmp/who.json')) as {
      entries: readonly ToldStage[];
      counts: Record<string, number>;
      success: boolean;
    };
    return { text: printed.join(''), stages: entries, stage: entries[0]!, ...rest };
  };

  return {
    ...workspace,
    /** Gives the user-service keys, a prod file with one value, and a secret. */
    make: async (options: object = shopOptions) => {
      await workspace.options(options);
      await workspace.init({ directory: user, stages: 'dev,prod' });
      await workspace.set(user, 'prod', 'DATABASE_URL', 'postgres://u:hunter2@h');
      await workspace.commit();
      await workspace.sync([user]);
      workspace.aws().resetCalls();
    },
    /** From now on there are users and roles, and calls are the auditor's, whose policy this is. */
    audit: (policy: object = wholeAudit, roles: Readonly<Record<string, object>> = {}) => {
      const shop = shopWith(policy, roles);
      workspace.aws().setIam(shop);
      Object.assign(process.env, {
        AWS_ACCESS_KEY_ID: auditor.accessKeyId,
        AWS_SECRET_ACCESS_KEY: auditor.secretAccessKey,
      });
      answer = () => accountDetails(shop, account);
    },
    iamAnswers: (given: () => IamAnswer) => {
      answer = given;
    },
    iamAsked: () => iam.asked(),
    ask,
  };
}

/** `role/x reads the secret` of each entry. */
export const told = (entries: readonly Pick<Told, 'who' | 'capability'>[]): readonly string[] =>
  entries.map(({ who: name, capability }) => `${name} ${capability}`);
