import type { IamInput } from 'local-aws-secrets';
import { namesOf } from '../config/names';
import { readOptions, type RawOptions } from '../config/options';
import { developerPolicy } from './developer-policy';
import type { PolicyDocument } from './document';
import { plannedPolicies } from './planned-policies';
import { provisionPolicy } from './provision-policy';
import { rotatePolicy } from './rotate-policy';
import { runtimePolicy } from './runtime-policy';
import { policySubject, type PolicySubject } from './subject';
import { syncPolicy } from './sync-policy';

/** The account and region of a shop with two services and two stages. */
export const account = '123456789012';
export const region = 'eu-west-1';

const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;

/** nx.json's options: in prod the team encrypts only, and a lead reads. */
export const shopOptions = {
  stages: {
    dev: {
      region,
      accountId: account,
      principals: {
        sync: [role('{service}-{stage}-sync'), role('{stage}-pipeline')],
        encrypt: role('{service}-team'),
        decrypt: role('{service}-team'),
        runtime: role('{service}-{stage}'),
      },
    },
    prod: {
      region,
      accountId: account,
      principals: {
        sync: [role('{service}-{stage}-sync'), role('{stage}-pipeline')],
        encrypt: role('{service}-team'),
        decrypt: role('{service}-lead'),
        runtime: role('{service}-{stage}'),
      },
    },
  },
};

/** What somebody is to a stage, or to the account. */
export type Part =
  | 'runtime'
  | 'sync'
  | 'provision'
  | 'rotate'
  | 'prune'
  | 'team'
  | 'lead'
  | 'audit'
  | 'administrator'
  | 'stranger';

/** A role of the shop, with the generated policies that are attached to it. */
export interface ShopRole {
  readonly name: string;
  readonly part: Part;
  /** Undefined for the account's, and for a role of all services. */
  readonly service?: string;
  /** Undefined for people of the service, who work in each stage. */
  readonly stage?: string;
  readonly policies: readonly PolicyDocument[];
}

/** The same with roles that rotate, one for each service and stage, and one that prunes a stage. */
const rotatingOptions = {
  stages: Object.fromEntries(
    Object.entries(shopOptions.stages).map(([name, stage]) => [
      name,
      {
        ...stage,
        principals: {
          ...stage.principals,
          rotate: role('{service}-{stage}-rotate'),
          prune: role('{stage}-prune'),
        },
      },
    ]),
  ),
};

function subjectsWith(raw: RawOptions): readonly PolicySubject[] {
  const options = readOptions(raw);
  return ['user-service', 'payment-service'].flatMap((service) =>
    ['dev', 'prod'].map((stage) =>
      policySubject(namesOf(service, stage, options, service), options.stages.get(stage) ?? {}, {
        region,
        accountId: account,
      }),
    ),
  );
}

/** Somebody whom the account's IAM policies let do everything. */
const administrator: ShopRole = {
  name: 'administrator',
  part: 'administrator',
  policies: [
    {
      Version: '2012-10-17',
      Statement: [{ Sid: 'Everything', Effect: 'Allow', Action: ['*'], Resource: ['*'] }],
    },
  ],
};

const rolesOf = (subjects: readonly PolicySubject[]): readonly ShopRole[] => [
  ...subjects.flatMap((subject): ShopRole[] => {
    const { service, stage } = subject.names;
    const of = { service, stage };
    return [
      { name: `${service}-${stage}`, part: 'runtime', ...of, policies: [runtimePolicy(subject)] },
      { name: `${service}-${stage}-sync`, part: 'sync', ...of, policies: [syncPolicy(subject)] },
      {
        name: `${service}-${stage}-provision`,
        part: 'provision',
        ...of,
        policies: [provisionPolicy(subject)],
      },
    ];
  }),
  ...['user-service', 'payment-service'].flatMap((service): ShopRole[] => {
    const policies = subjects.filter(({ names }) => names.service === service).map(developerPolicy);
    return [
      { name: `${service}-team`, part: 'team', service, policies },
      { name: `${service}-lead`, part: 'lead', service, policies },
    ];
  }),
  ...['dev', 'prod'].map((stage): ShopRole => {
    const ofStage = subjects.filter(({ names }) => names.stage === stage);
    const planned = plannedPolicies(['sync'], ofStage);
    const policies = planned.filter(({ holders }) => holders.includes(role(`${stage}-pipeline`)));
    return {
      name: `${stage}-pipeline`,
      part: 'sync',
      stage,
      policies: policies.map(({ document }) => document),
    };
  }),
  administrator,
];

/** Credentials of the user who may assume every role. */
export const everybody = { accessKeyId: 'AKIAEVERYBODY', secretAccessKey: 'secret-of-everybody' };

const iamOf = (roles: readonly ShopRole[]): IamInput => ({
  accounts: {
    [account]: {
      users: {
        everybody: {
          accessKeys: { [everybody.accessKeyId]: everybody.secretAccessKey },
          policies: [
            {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }],
            },
          ],
        },
      },
      roles: Object.fromEntries(
        roles.map(({ name, policies }) => [
          name,
          {
            trust: {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }],
            },
            policies,
          },
        ]),
      ),
    },
  },
});

/** Services' stages, the roles of the shop, and the account with them as local-aws takes it. */
export interface Shop {
  readonly subjects: readonly PolicySubject[];
  readonly roles: readonly ShopRole[];
  readonly iam: IamInput;
}

const shopWith = (
  subjects: readonly PolicySubject[],
  more: (subjects: readonly PolicySubject[]) => readonly ShopRole[] = () => [],
): Shop => {
  const roles = [...rolesOf(subjects), ...more(subjects)];
  return { subjects, roles, iam: iamOf(roles) };
};

const rotatingRoles = (subjects: readonly PolicySubject[]): readonly ShopRole[] => [
  ...subjects.map((subject): ShopRole => {
    const { service, stage } = subject.names;
    const name = `${service}-${stage}-rotate`;
    return { name, part: 'rotate', service, stage, policies: [rotatePolicy(subject)] };
  }),
  ...['dev', 'prod'].map((stage): ShopRole => {
    const ofStage = subjects.filter(({ names }) => names.stage === stage);
    const policies = plannedPolicies(['prune'], ofStage).map(({ document }) => document);
    return { name: `${stage}-prune`, part: 'prune', stage, policies };
  }),
];

const shop = shopWith(subjectsWith(shopOptions));

/** Every service's every stage, and the account, where nobody is named for rotating. */
export const { subjects, iam: shopIam } = shop;

/** The shop with roles that rotate and prune, an auditor of all stages, and somebody of the account whom nobody has granted anything. */
export const wholeShop = shopWith(subjectsWith(rotatingOptions), (subjects) => [
  ...rotatingRoles(subjects),
  {
    name: 'auditor',
    part: 'audit',
    policies: plannedPolicies(['audit'], subjects).map(({ document }) => document),
  },
  { name: 'stranger', part: 'stranger', policies: [] },
]);
