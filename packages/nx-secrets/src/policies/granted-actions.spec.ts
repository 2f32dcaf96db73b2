import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  KMSClient,
} from '@aws-sdk/client-kms';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { succeeded } from '../report';
import { drifted, root, secretFile, secretName, useRevisions, type Placed } from '../sync/revisions.test-kit';
import { account, region } from '../testing/aws-workspace.test-kit';
import { namesOf } from '../config/names';
import { readOptions } from '../config/options';
import { developerPolicy } from './developer-policy';
import { runtimePolicy } from './runtime-policy';
import { policySubject } from './subject';
import { syncPolicy } from './sync-policy';
import { oneOfMany } from './subject.test-kit';
import { allSucceed, failing, grantedBy, withoutAction, withoutStatement, type Task } from './actor.test-kit';

const workspace = useRevisions();
const subject = policySubject(
  namesOf('user-service', 'dev', readOptions({}), root),
  {},
  { region, accountId: account },
);

/** A key that lets the account's policies decide, as AWS makes keys where nobody says otherwise. */
const handMade = `arn:aws:kms:${region}:${account}:alias/by-hand`;
let kms: KMSClient;
let handMadeId: string;
beforeEach(async () => {
  kms = new KMSClient({ endpoint: workspace.aws().endpoint });
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  handMadeId = KeyMetadata?.KeyId ?? '';
  await kms.send(new CreateAliasCommand({ AliasName: 'alias/by-hand', TargetKeyId: handMadeId }));
});
afterEach(() => kms.destroy());

/** Whether the secret is encrypted under its own key by now. */
const isRekeyed = async () => {
  await kms.send(new DisableKeyCommand({ KeyId: handMadeId }));
  const value = await workspace.valueOf(secretName).catch(() => undefined);
  await kms.send(new EnableKeyCommand({ KeyId: handMadeId }));
  return value !== undefined;
};

const adopt = { overrides: { overwrite: new Set<string>(), adopt: new Set([secretName]) } };
const syncs = (name: string, placed: Placed | undefined, request = {}): Task => ({
  name,
  arrange: () => workspace.place(placed),
  run: async () => {
    const report = await workspace.sync([root], request);
    return succeeded(report) && !report.notes.some((note) => note.includes('can be used is unknown'));
  },
});

/** Whatever fails without an action does so for its sake: with the whole policy nothing does. */
const fails = () => false;
const value = ['dev', 'KEY', 'a new value'] as const;

const kinds = [
  {
    kind: 'sync',
    policies: [syncPolicy(subject)],
    /** What only Secrets Manager calls, on behalf of whoever calls it. */
    onBehalf: ['kms:Encrypt', 'kms:GenerateDataKey'],
    tasks: [
      syncs('create', undefined),
      syncs('nothing to do', { current: 'head' }),
      syncs('update', {}),
      syncs('promote', { staged: true }),
      syncs('update after a squash', { squashed: true }),
      syncs('restore, re-key, update, mark', { ...drifted, keyArn: handMade }),
      {
        ...syncs(
          'restore, re-key, mark',
          { ...drifted, current: 'head', keyArn: handMade },
          { overrides: { overwrite: new Set<string>(), adopt: new Set<string>(), restore: 'all' } },
        ),
        hasEffect: isRekeyed,
      },
      syncs('re-key from the default key', { current: 'head', keyArn: undefined }),
      syncs('adopt', { tags: {} }, adopt),
    ],
  },
  {
    kind: 'developer',
    policies: [developerPolicy(subject)],
    onBehalf: [],
    tasks: [
      {
        name: 'init where the key is there',
        arrange: async () => rmSync(join(workspace.directory(), secretFile), { force: true }),
        run: () => workspace.init({ directory: root, stages: 'dev', keys: false }).then(() => true, fails),
      },
      {
        name: 'set',
        arrange: async () => undefined,
        run: () => workspace.set(root, ...value).then(() => true, fails),
      },
      {
        name: 'rotate the data key',
        arrange: async () => undefined,
        run: () => workspace.rotate({ directory: root, stage: 'dev', dataKey: true }).then(() => true, fails),
      },
    ],
  },
  {
    kind: 'runtime',
    policies: [runtimePolicy(subject)],
    onBehalf: ['kms:Decrypt'],
    tasks: [
      {
        name: 'read',
        arrange: () => workspace.place({ current: 'head' }),
        run: async () => {
          const client = new SecretsManagerClient({ maxAttempts: 1 });
          const read = client.send(new GetSecretValueCommand({ SecretId: secretName }));
          return read
            .then(({ SecretString }) => SecretString !== undefined, fails)
            .finally(() => client.destroy());
        },
      },
    ],
  },
] as const;

describe.each(kinds)('$kind', ({ kind, policies, tasks, onBehalf }) => {
  const aws = () => workspace.aws();

  test('suffices; nothing else is called, and all that is granted is', async () => {
    const { failed, called } = await failing(aws(), policies, tasks);
    expect(failed).toEqual([]);
    const granted = grantedBy(policies);
    const byItself = granted.filter((action) => !(onBehalf as readonly string[]).includes(action));
    expect(called).toEqual(byItself);
  });

  test('suffices as part of the policies of many services', async () => {
    const { failed } = await failing(aws(), oneOfMany(kind, subject), tasks);
    expect(failed).toEqual([]);
  });

  test.each(grantedBy(policies))('%s is needed', async (action) => {
    expect(await allSucceed(aws(), withoutAction(policies, action), tasks)).toBe(false);
  });

  test.each(policies.flatMap(({ Statement }) => Statement.map(({ Sid }) => Sid)))(
    'statement %s is needed',
    async (sid) => {
      expect(await allSucceed(aws(), withoutStatement(policies, sid), tasks)).toBe(false);
    },
  );
});
