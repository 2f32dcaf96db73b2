import {
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms';
import { asActor } from '../policies/actor.test-kit';
import { syncPolicy } from '../policies/sync-policy';
import { policySubject } from '../policies/subject';
import { namesOf } from '../config/names';
import { readOptions } from '../config/options';
import { account, outcomes, problems, region, useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import { commandsOf, pasteInto } from '../testing/pasted.test-kit';

// Project, service and folder have names of their own.
const root = 'services/people';
const alias = 'alias/accounts-dev';
const there = 'us-east-1';
const given = { stages: { dev: { region, replicaRegions: [there] } }, services: { [root]: 'accounts' } };
const workspace = useAwsWorkspace();
const { paste } = pasteInto(workspace);
const options = readOptions(given, new Map([[root, 'people-api']]));
let kms: KMSClient;
let elsewhere: KMSClient;
let KeyId: string;
beforeEach(async () => {
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
  kms = new KMSClient({ endpoint: workspace.aws().endpoint, region });
  elsewhere = new KMSClient({ endpoint: workspace.aws().endpoint, region: there });
  await workspace.write({
    'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options: given }] }),
    [`${root}/project.json`]: JSON.stringify({ name: 'people-api' }),
  });
  await workspace.init({ directory: root, stages: 'dev' });
  await workspace.set(root, 'dev', 'A', 'one');
  await workspace.commit();
  expect(outcomes(await sync())).toEqual(['accounts dev created']);
  KeyId = (await kms.send(new DescribeKeyCommand({ KeyId: alias }))).KeyMetadata!.KeyId!;
});
afterEach(() => {
  kms.destroy();
  elsewhere.destroy();
});
const sync = (more = {}) => workspace.sync([root], { options, ...more });
const diff = () => workspace.diff([root], { options });
const makeKey = async () => (await kms.send(new CreateKeyCommand({}))).KeyMetadata!.KeyId!;

const states: readonly [string, () => Promise<unknown>, string, RegExp][] = [
  ['is disabled', () => kms.send(new DisableKeyCommand({ KeyId })), 'keyDisabled', /services cannot read/],
  [
    'is scheduled for deletion',
    async () => {
      await elsewhere.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
      await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    },
    'keyDeletionScheduled',
    /services cannot read/,
  ],
  [
    'has lost its alias',
    () => kms.send(new DeleteAliasCommand({ AliasName: alias })),
    'noKey',
    /nothing can be pushed/,
  ],
  [
    "is not the alias's any more",
    async () => kms.send(new UpdateAliasCommand({ AliasName: alias, TargetKeyId: await makeKey() })),
    'aliasElsewhere',
    /is under key mrk-/,
  ],
  [
    'is disabled in a replica region',
    () => elsewhere.send(new DisableKeyCommand({ KeyId })),
    'replicaNotUsable',
    /services there cannot read/,
  ],
  [
    'has lost its alias in a replica region',
    () => elsewhere.send(new DeleteAliasCommand({ AliasName: alias })),
    'noReplicaKey',
    /where \/services\/accounts\/dev has a replica/,
  ],
  [
    "is not the alias's in a replica region",
    async () => {
      const made = await elsewhere.send(new CreateKeyCommand({}));
      await elsewhere.send(
        new UpdateAliasCommand({ AliasName: alias, TargetKeyId: made.KeyMetadata!.KeyId! }),
      );
    },
    'replicaAliasElsewhere',
    /not at the replica of/,
  ],
];

test.each(states)(
  'a key that %s: told although nothing changed; the fix, pasted, works',
  async (_, drift, code, what) => {
    await drift();
    for (const report of [await diff(), await sync(), await sync({ dryRun: true })]) {
      expect(problems(report).map((one) => one.code)).toEqual([code]);
      expect(problems(report)[0]?.what).toMatch(what);
    }
    // Where there is another way, it comes second.
    const [line] = commandsOf(problems(await sync())[0]!.fix);
    await paste(line!);
    expect(outcomes(await diff())).toEqual(['accounts dev unchanged']);
    expect(outcomes(await sync())).toEqual(['accounts dev unchanged']);
  },
);

test('neither a description by hand nor a second alias makes it another key', async () => {
  await kms.send(new UpdateKeyDescriptionCommand({ KeyId, Description: 'by hand' }));
  await kms.send(new CreateAliasCommand({ AliasName: 'alias/second', TargetKeyId: KeyId }));
  expect(outcomes(await diff())).toEqual(['accounts dev unchanged']);
});

test('a role that may not look pushes as before, and the report says what is unknown', async () => {
  await kms.send(new EnableKeyCommand({ KeyId }));
  const names = namesOf('accounts', 'dev', options, root);
  const policy = syncPolicy(policySubject(names, options.stages.get('dev')!, { region, accountId: account }));
  const blind = { ...policy, Statement: policy.Statement.filter(({ Sid }) => Sid !== 'FindKey') };
  const report = await asActor(workspace.aws(), [blind], () => sync());
  expect(outcomes(report)).toEqual(['accounts dev unchanged']);
  expect(report.notes.join()).toContain('whether alias/accounts-dev can be used is unknown');
  const seeing = await asActor(workspace.aws(), [policy], () => sync());
  expect(seeing.notes).toEqual([]);
});
