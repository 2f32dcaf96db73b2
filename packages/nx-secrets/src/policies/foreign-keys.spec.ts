// The simulator is under the AGPL: a development dependency of this comparison, never a dependency of a package.
import { runSimulation } from '@cloud-copilot/iam-simulate';
import * as kms from '@aws-sdk/client-kms';
import type { LocalAws } from 'local-aws-secrets';
import { namesOf } from '../config/names';
import { readOptions } from '../config/options';
import { developerPolicy } from './developer-policy';
import type { PolicyDocument } from './document';
import {
  keyContext,
  keyActions,
  makeSomeKey,
  someKeys,
  type KeyAsk,
  type KeyAction,
  type KeyActionName,
  type SomeKey,
  type SomeKeyName,
} from './foreign-keys.test-kit';
import { provisionPolicy } from './provision-policy';
import { account, region } from './roles.test-kit';
import { runtimePolicy } from './runtime-policy';
import { policySubject } from './subject';
import { oneOfMany } from './subject.test-kit';
import { syncPolicy } from './sync-policy';
import { startAws } from '../testing/wire.test-kit';

const subjectWith = (replicaRegions: readonly string[]) =>
  policySubject(
    namesOf('user-service', 'dev', readOptions({}), 'services/user-service'),
    { replicaRegions },
    { region, accountId: account },
  );
const one = subjectWith([]);

/** The roles of one stage. */
const policies: Readonly<Record<string, readonly PolicyDocument[]>> = {
  provision: [provisionPolicy(one)],
  'provision with replicas': [provisionPolicy(subjectWith(['eu-central-1']))],
  'provision of many services': oneOfMany('provision', one),
  'provision of many services with replicas': oneOfMany('provision', subjectWith(['eu-central-1'])),
  'sync, runtime and developer of many services': (['sync', 'runtime', 'developer'] as const).flatMap(
    (kind) => oneOfMany(kind, one),
  ),
  'sync, runtime and developer': [syncPolicy(one), runtimePolicy(one), developerPolicy(one)],
};

const keep: readonly KeyActionName[] = [
  'cancel its deletion',
  'enable it',
  'let it rotate',
  'change its description',
  'read its policy',
  'read its tags',
];
/** What its tags alone allow: giving the alias back, and dropping a key that was made in vain. */
const tagged: readonly KeyActionName[] = [...keep, 'name it', 'describe it'];
const redundant: readonly KeyActionName[] = [...tagged, 'schedule its deletion, 30 days'];
/** What its alias alone allows. */
const behindAlias: readonly KeyActionName[] = [...keep, 'tag it as its own', 'set its policy'];

/** What the provision role may do to which key; to every other one it may do nothing. */
const intended: Partial<Readonly<Record<SomeKeyName, readonly KeyActionName[]>>> = {
  'its key': [...behindAlias, ...tagged],
  'its key, pending deletion': [...behindAlias, ...tagged],
  'its multi-Region key': [...behindAlias, ...tagged],
  'its key without tags': behindAlias,
  'its key with a second alias': tagged,
  'its old key': redundant,
  'its old key, pending deletion': redundant,
  // KMS does not tell it from one that is being made.
  'a key without tags and aliases': ['tag it as its own'],
  'a key without tags and aliases, pending deletion': ['tag it as its own'],
  'a multi-Region key without tags and aliases': ['tag it as its own'],
};

const names = Object.keys(someKeys) as readonly SomeKeyName[];
const actions = Object.entries(keyActions) as readonly (readonly [KeyActionName, KeyAction])[];

/** Actions that a role may do, in the order of the table; `only` leaves out those that nobody can try. */
const expected = (role: string, key: SomeKeyName) =>
  role.startsWith('sync')
    ? []
    : actions
        .map(([name]) => name)
        .filter(
          (name) =>
            intended[key]?.includes(name) ||
            // Only the key behind the alias, and only where nx.json says.
            (name === 'replicate it' &&
              role.endsWith('replicas') &&
              intended[key]?.includes('set its policy')),
        );

const table = Object.keys(policies).flatMap((role) => names.map((key) => [role, key] as const));

describe('in local-aws', () => {
  let aws: LocalAws;
  let admin: kms.KMSClient;
  let worker: kms.KMSClient;
  const worksAs = (role: string) => ({
    accounts: {
      [account]: {
        users: { worker: { accessKeys: { AKIAWORKER: 'secret' }, policies: policies[role] ?? [] } },
      },
    },
  });

  beforeAll(async () => {
    aws = await startAws({ account });
    const client = (accessKeyId: string) =>
      new kms.KMSClient({
        endpoint: aws.endpoint,
        region,
        maxAttempts: 1,
        credentials: { accessKeyId, secretAccessKey: 'secret' },
      });
    admin = client(account);
    worker = client('AKIAWORKER');
  });
  afterAll(async () => {
    admin.destroy();
    worker.destroy();
    await aws.stop();
  });

  test.each(table)('%s: %s', async (role, name) => {
    const fresh = async () => {
      aws.setIam(undefined);
      aws.reset();
      const arn = await makeSomeKey(admin, someKeys[name]);
      aws.setIam(worksAs(role));
      return arn;
    };
    let arn = await fresh();
    const done: KeyActionName[] = [];
    for (const [action, { run }] of actions) {
      if (!run) continue;
      if (!(await isAllowed(run(worker, arn)))) continue;
      done.push(action);
      arn = await fresh();
    }
    aws.setIam(undefined);
    expect(done).toEqual(expected(role, name));
  });
});

test.each(table)('in an independent simulator, %s: %s', async (role, name) => {
  const done: KeyActionName[] = [];
  for (const [action, { requests }] of actions) {
    const verdicts = await Promise.all(
      requests.map((ask) => simulated(policies[role] ?? [], ask, someKeys[name])),
    );
    if (verdicts.every(Boolean)) done.push(action);
  }
  expect(done).toEqual(expected(role, name));
});

/** Whether policies let a call pass: whatever else is wrong with it, it is not access. */
const isAllowed = (call: Promise<unknown>): Promise<boolean> =>
  call.then(
    () => true,
    (error: unknown) => (error as Error).name !== 'AccessDeniedException',
  );

async function simulated(
  identity: readonly PolicyDocument[],
  { action, on, context }: KeyAsk,
  key: SomeKey,
): Promise<boolean> {
  const resource = {
    key: `arn:aws:kms:${region}:${account}:key/11111111-2222-3333-4444-555555555555`,
    alias: `arn:aws:kms:${region}:${account}:alias/user-service-dev`,
  }[on];
  const delegation = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' },
    ],
  };
  const result = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${account}:user/worker`,
        action,
        resource: { resource, accountId: account },
        contextVariables: {
          ...(on === 'key' ? keyContext(key) : { 'aws:RequestedRegion': region }),
          ...context,
        },
      },
      identityPolicies: identity.map((document, index) => ({ name: `${index}`, policy: document })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(on === 'key' ? { resourcePolicy: delegation } : {}),
    },
    {},
  );
  if (result.resultType === 'error') throw new Error(JSON.stringify(result));
  return result.overallResult === 'Allowed';
}
