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
import { prunePolicy } from './prune-policy';
import { provisionPolicy } from './provision-policy';
import { account, region } from './roles.test-kit';
import { rotatePolicy } from './rotate-policy';
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
  rotate: [rotatePolicy(one)],
  'rotate with replicas': [rotatePolicy(subjectWith(['eu-central-1']))],
  'rotate of many services': oneOfMany('rotate', one),
  'rotate of many services with replicas': oneOfMany('rotate', subjectWith(['eu-central-1'])),
  prune: [prunePolicy(one)],
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
  'its old key, revoked': redundant,
  'its old key, pending deletion': redundant,
  // KMS does not tell it from one that is being made.
  'a key without tags and aliases': ['tag it as its own'],
  'a key without tags and aliases, pending deletion': ['tag it as its own'],
  'a multi-Region key without tags and aliases': ['tag it as its own'],
};

/** What its tags allow the rotate role. It makes the next key, moves the alias there, and drops the old one. */
const taggedForRotation: readonly KeyActionName[] = [
  'tag it as its own',
  'tag it as revoked',
  'move the alias to it',
  'let it rotate',
  'change its description',
  'describe it',
  'read its policy',
  'read its tags',
];
const inRotation: readonly KeyActionName[] = [...taggedForRotation, 'set its policy'];
const dropped: readonly KeyActionName[] = [
  ...taggedForRotation,
  'schedule its deletion, 7 days',
  'schedule its deletion, 30 days',
];
const untouched: readonly KeyActionName[] = ['tag it as its own', 'tag it as one that replaces'];

/** What the rotate role may do to which key. */
const intendedForRotation: typeof intended = {
  'its key': inRotation,
  'its key, pending deletion': inRotation,
  'its multi-Region key': inRotation,
  'its key with a second alias': taggedForRotation,
  'its old key': dropped,
  'its old key, revoked': [...dropped, 'set its policy'],
  'its old key, pending deletion': dropped,
  // KMS does not tell it from one that is being made.
  'a key without tags and aliases': untouched,
  'a key without tags and aliases, pending deletion': untouched,
  'a multi-Region key without tags and aliases': untouched,
};

const names = Object.keys(someKeys) as readonly SomeKeyName[];
const actions = Object.entries(keyActions) as readonly (readonly [KeyActionName, KeyAction])[];

/** What comes with replicas besides. */
function isForReplicas(role: string, key: SomeKeyName, name: KeyActionName): boolean {
  if (!role.endsWith('replicas')) return false;
  // The next key is replicated before the alias points at it, and its replica gets the alias.
  if (role.startsWith('rotate'))
    return (
      (name === 'replicate it' || name === 'name it') &&
      (intendedForRotation[key]?.includes('move the alias to it') ?? false)
    );
  // Only the key behind the alias, and only where nx.json says.
  return name === 'replicate it' && (intended[key]?.includes('set its policy') ?? false);
}

/** Actions that a role may do, in the order of the table. */
function expected(role: string, key: SomeKeyName): readonly KeyActionName[] {
  if (role.startsWith('sync') || role === 'prune') return [];
  const allowed = (role.startsWith('rotate') ? intendedForRotation : intended)[key] ?? [];
  return actions
    .map(([name]) => name)
    .filter((name) => allowed.includes(name) || isForReplicas(role, key, name));
}

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
      // The alias is somewhere, so that nothing fails for want of it.
      const own = someKeys['its key'];
      if (!(someKeys[name].aliases as readonly string[]).includes(own.aliases[0]))
        await makeSomeKey(admin, own);
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
