import * as kms from '@aws-sdk/client-kms';
import fc from 'fast-check';
import type { LocalAws } from 'local-aws-secrets';
import { namesOf } from '../config/names';
import { readOptions } from '../config/options';
import type { PolicyDocument } from './document';
import {
  keyActions,
  makeSomeKey,
  someKeys,
  type KeyAction,
  type KeyActionName,
  type SomeKeyName,
} from './foreign-keys.test-kit';
import { provisionPolicy } from './provision-policy';
import { account, region } from './roles.test-kit';
import { policySubject } from './subject';
import { startAws } from '../testing/wire.test-kit';
import { oneOfMany } from './subject.test-kit';

const there = 'eu-central-1';
const subject = policySubject(
  namesOf('user-service', 'dev', readOptions({}), 'services/user-service'),
  { replicaRegions: [there] },
  { region, accountId: account },
);
/** Whoever runs the pipeline of one stage, and does with its role what they like. */
const pipelineWith = (policies: readonly PolicyDocument[]) => ({
  accounts: { [account]: { users: { worker: { accessKeys: { AKIAWORKER: 'secret' }, policies } } } },
});
const pipelines = [
  ['of one service', pipelineWith([provisionPolicy(subject)])],
  ['of many services', pipelineWith(oneOfMany('provision', subject))],
] as const;
const alias = 'alias/user-service-dev';
/** Those that could be somebody else's: the stage's alias is at its own key. */
const foreign = (Object.keys(someKeys) as readonly SomeKeyName[]).filter(
  (name) => !name.startsWith('its ') && !(someKeys[name].aliases as readonly string[]).includes(alias),
);

let aws: LocalAws;
const clients: kms.KMSClient[] = [];
const client = (accessKeyId: string, inRegion = region) => {
  const made = new kms.KMSClient({
    endpoint: aws.endpoint,
    region: inRegion,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey: 'secret' },
  });
  clients.push(made);
  return made;
};
let admin: kms.KMSClient;
let worker: kms.KMSClient;
let workerThere: kms.KMSClient;
beforeAll(async () => {
  aws = await startAws({ account });
  admin = client(account);
  worker = client('AKIAWORKER');
  workerThere = client('AKIAWORKER', there);
});
afterAll(async () => {
  clients.forEach((one) => one.destroy());
  await aws.stop();
});

/** The key of somebody else, what it encrypted, and its policy; next to the stage's own key with its alias. */
async function arrange(name: SomeKeyName) {
  aws.setIam(undefined);
  aws.reset();
  await makeSomeKey(admin, { ...someKeys['its key'], multiRegion: true });
  const KeyId = await makeSomeKey(admin, { ...someKeys[name], aliases: someKeys[name].aliases });
  const pending = 'pendingDeletion' in someKeys[name];
  if (pending) await admin.send(new kms.CancelKeyDeletionCommand({ KeyId }));
  await admin.send(new kms.EnableKeyCommand({ KeyId }));
  const { CiphertextBlob } = await admin.send(
    new kms.EncryptCommand({ KeyId, Plaintext: Buffer.from('value of somebody else') }),
  );
  if (pending) await admin.send(new kms.ScheduleKeyDeletionCommand({ KeyId }));
  return { KeyId, CiphertextBlob, policy: await policyOf(KeyId), tags: await tagsOf(KeyId) };
}

const policyOf = async (KeyId: string) => (await admin.send(new kms.GetKeyPolicyCommand({ KeyId }))).Policy;
const tagsOf = async (KeyId: string) => (await admin.send(new kms.ListResourceTagsCommand({ KeyId }))).Tags;
const tried = (call: Promise<unknown>) =>
  call.then(
    () => true,
    () => false,
  );

const runnable = (Object.entries(keyActions) as readonly (readonly [KeyActionName, KeyAction])[]).flatMap(
  ([name, { run }]) => (run ? [{ name, run }] : []),
);

async function attack(
  pipeline: ReturnType<typeof pipelineWith>,
  name: SomeKeyName,
  steps: readonly KeyActionName[],
) {
  const before = await arrange(name);
  aws.setIam(pipeline);
  for (const step of steps) {
    const run = runnable.find((one) => one.name === step)?.run;
    if (run) await tried(run(worker, before.KeyId));
  }
  const opened = await Promise.all(
    [worker, workerThere].map((one) =>
      tried(one.send(new kms.DecryptCommand({ CiphertextBlob: before.CiphertextBlob }))),
    ),
  );
  aws.setIam(undefined);
  return {
    opened: opened.includes(true),
    policyKept: (await policyOf(before.KeyId)) === before.policy,
    tagsKept: JSON.stringify(await tagsOf(before.KeyId)) === JSON.stringify(before.tags),
    state: (await admin.send(new kms.DescribeKeyCommand({ KeyId: before.KeyId }))).KeyMetadata,
  };
}

describe.each(pipelines)('a pipeline %s', (_, pipeline) => {
  test.each(foreign)('no way to the values under %s', async (name) => {
    const ways: readonly (readonly KeyActionName[])[] = [
      ['set its policy'],
      ['tag it as its own', 'set its policy'],
      ['tag it as its own', 'cancel its deletion', 'enable it', 'set its policy'],
      ['tag it as its own', 'name it', 'set its policy'],
      ['tag it as its own', 'take its alias', 'name it', 'set its policy'],
      ['tag it as its own', 'move the alias to it', 'set its policy'],
      ['tag it as its own', 'replicate it'],
      ['remove a tag', 'tag it as its own', 'set its policy and lock everybody out'],
    ];
    for (const way of ways) {
      expect({ way, ...(await attack(pipeline, name, way)) }).toMatchObject({
        way,
        opened: false,
        policyKept: true,
      });
    }
  });

  test('nor by any other sequence of steps; what has a tag or an alias stays as it is', async () => {
    const steps = fc.array(fc.constantFrom(...runnable.map(({ name }) => name)), {
      minLength: 2,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...foreign), steps, async (name, sequence) => {
        const { opened, policyKept, tagsKept, state } = await attack(pipeline, name, [
          'tag it as its own',
          ...sequence,
        ]);
        expect({ opened, policyKept }).toEqual({ opened: false, policyKept: true });
        const key: { tags: object; aliases: readonly string[] } = someKeys[name];
        if (Object.keys(key.tags).length === 0 && key.aliases.length === 0) return;
        if (name === 'a key with half its tags') return;
        expect({ tagsKept, state: state?.KeyState }).toEqual({
          tagsKept: true,
          state: 'pendingDeletion' in key ? 'PendingDeletion' : 'Enabled',
        });
      }),
      { numRuns: 60 },
    );
  });
});
