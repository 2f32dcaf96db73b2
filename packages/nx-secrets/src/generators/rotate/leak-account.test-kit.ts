import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { IamInput, LocalAws } from 'local-aws-secrets';
import { namesOf } from '../../config/names';
import { readOptions } from '../../config/options';
import { namedPolicy, type PolicyKind } from '../../policies/named-policy';
import { policySubject } from '../../policies/subject';
import { trustPolicy } from '../../policies/trust-policy';
import { account, region } from '../../testing/aws-workspace.test-kit';
import { wordsOf } from '../../testing/pasted.test-kit';

export const root = 'services/user-service';
export const there = 'eu-central-1';
/** Somebody in an account that has nothing to do with the company. */
export const outsider = { account: '999999999999', user: 'mallory' } as const;

const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
const operator = `arn:aws:iam::${account}:user/operator`;

/** nx.json's options: a role for each task, a team that encrypts only, and an operator who decrypts. */
export const leakOptions = {
  stages: {
    prod: {
      region,
      accountId: account,
      replicaRegions: [there],
      roles: { sync: role('pipeline'), provision: role('keys'), rotate: role('rotate') },
      principals: {
        encrypt: [role('team'), role('lead'), operator],
        decrypt: [role('lead'), operator],
        runtime: role('service'),
        administrators: [role('keys'), role('rotate'), role('platform')],
      },
    },
  },
};

const options = readOptions(leakOptions);
export const names = namesOf('user-service', 'prod', options, root);
const subject = policySubject(names, options.stages.get('prod') ?? {}, { region, accountId: account });

type Policy = object;
type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

const allow = (Action: string): Policy => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
});
const generated = (kind: PolicyKind): Policy => namedPolicy(kind, subject).document;

const rolePolicies: Readonly<Record<string, readonly Policy[]>> = {
  pipeline: [generated('sync')],
  keys: [generated('provision')],
  rotate: [generated('rotate')],
  team: [generated('developer')],
  lead: [generated('developer')],
  service: [generated('runtime')],
  platform: [allow('kms:*')],
};

/** The account under the generated policies. Inline policies of roles change, as by `aws iam put-role-policy`. */
export function createLeakAccount(aws: () => LocalAws) {
  let inline: readonly (readonly [role: string, policy: Policy])[] = [];

  const iam = (): IamInput => ({
    accounts: {
      [account]: {
        users: {
          operator: {
            accessKeys: { AKIAOPERATOR: 'secret' },
            policies: [generated('developer'), allow('sts:*')],
          },
        },
        roles: Object.fromEntries(
          Object.entries(rolePolicies).map(([name, policies]) => [
            name,
            {
              trust: trustPolicy(role(name), [{ kind: 'principal', arn: operator }]),
              policies: [
                ...policies,
                ...inline.filter(([owner]) => owner === name).map(([, policy]) => policy),
              ],
            },
          ]),
        ),
      },
      [outsider.account]: {
        users: { [outsider.user]: { accessKeys: { AKIAOUTSIDER: 'secret' }, policies: [allow('kms:*')] } },
      },
    },
  });

  return {
    /** Begins: policies decide from here on, and commands are the operator's. */
    open: () => {
      inline = [];
      aws().setIam(iam());
      Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIAOPERATOR', AWS_SECRET_ACCESS_KEY: 'secret' });
    },
    /** Runs a step with all rights. */
    unlimited: async <T>(step: () => Promise<T>): Promise<T> => {
      aws().setIam(undefined);
      try {
        return await step();
      } finally {
        aws().setIam(iam());
      }
    },
    /** `aws iam put-role-policy …` */
    putRolePolicy: (line: string) => {
      const words = wordsOf(line);
      const valueOf = (option: string) => words[words.indexOf(option) + 1] ?? '';
      inline = [...inline, [valueOf('--role-name'), JSON.parse(valueOf('--policy-document')) as Policy]];
      aws().setIam(iam());
    },
    /** A new session of a role. */
    session: async (name: string): Promise<Credentials> => {
      const credentials = { accessKeyId: 'AKIAOPERATOR', secretAccessKey: 'secret' };
      const sts = new STSClient({ endpoint: aws().endpoint, region, credentials });
      const { Credentials: given } = await sts.send(
        new AssumeRoleCommand({ RoleArn: role(name), RoleSessionName: 'session' }),
      );
      sts.destroy();
      return {
        accessKeyId: given!.AccessKeyId!,
        secretAccessKey: given!.SecretAccessKey!,
        sessionToken: given!.SessionToken!,
      };
    },
  };
}

export type LeakAccount = ReturnType<typeof createLeakAccount>;
