import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as kms from '@aws-sdk/client-kms';
import { account, outcomes, region, useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import { namesOf } from '../config/names';
import { readOptions } from '../config/options';
import type { RotateOptions } from '../generators/rotate/generator';
import { rotatePolicy } from './rotate-policy';
import { policySubject } from './subject';
import { allSucceed, failing, grantedBy, withoutAction, withoutStatement, type Task } from './actor.test-kit';

const workspace = useAwsWorkspace();
const root = 'services/user-service';
const there = 'eu-central-1';
const options = { stages: { dev: { replicaRegions: [there] } } };
const names = namesOf('user-service', 'dev', readOptions(options), root);
const subject = policySubject(names, options.stages.dev, { region, accountId: account });
const policies = [rotatePolicy(subject)];
jest.setTimeout(120_000);

let client: kms.KMSClient;
beforeEach(() => {
  client = new kms.KMSClient({ endpoint: workspace.aws().endpoint });
});
afterEach(() => client.destroy());

const keyOf = async (KeyId = names.keyAlias) =>
  (await client.send(new kms.DescribeKeyCommand({ KeyId }))).KeyMetadata!;

let leaked: string;
const push = async (...values: readonly string[]) => {
  for (const value of values) {
    await workspace.set(root, 'dev', 'A', value);
    await workspace.commit();
    expect(outcomes(await workspace.sync([root]))).toEqual([expect.stringMatching(/created|updated/)]);
  }
};
/** A stage in use, with a replica of its key and its secret. */
const fresh = async () => {
  workspace.aws().reset();
  await rm(join(workspace.directory(), root), { recursive: true, force: true });
  await workspace.write({
    'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options }] }),
  });
  await workspace.init({ directory: root, stages: 'dev' });
  await push('one');
  leaked = (await keyOf()).KeyId!;
};
const rotate = (how: RotateOptions) => workspace.rotate({ directory: root, stage: 'dev', ...how });
const succeeds = (how: RotateOptions) => () =>
  rotate(how).then(
    () => true,
    () => false,
  );
/** A run with all rights that is stopped where it would make a call. */
const stoppedAt = async (operation: string, how: RotateOptions) => {
  workspace.aws().injectFault({ operation, kind: { error: 'AccessDeniedException' } });
  await rotate(how).catch(() => undefined);
  workspace.aws().clearFaults();
};
const isGone = async () => (await keyOf(leaked)).KeyState === 'PendingReplicaDeletion';

const tasks: readonly Task[] = [
  { name: '--revoke', arrange: fresh, run: succeeds({ revoke: true }) },
  {
    name: '--key, where nothing needs a revoked key any more',
    arrange: async () => {
      await fresh();
      await rotate({ revoke: true });
      await push('two', 'three');
    },
    run: succeeds({ key: true }),
    hasEffect: isGone,
  },
  { name: '--data-key', arrange: fresh, run: succeeds({ dataKey: true }) },
  { name: '--key', arrange: fresh, run: succeeds({ key: true }) },
  {
    name: '--key, its later step',
    arrange: async () => {
      await fresh();
      await rotate({ key: true });
      await push('two', 'three');
    },
    run: succeeds({ key: true, window: 7 }),
    hasEffect: isGone,
  },
  ...['kms:UpdateAlias', 'kms:EnableKeyRotation'].map((operation) => ({
    name: `--key after a run that was stopped at ${operation}`,
    arrange: async () => {
      await fresh();
      await stoppedAt(operation, { key: true });
    },
    run: succeeds({ key: true }),
  })),
  {
    name: '--revoke after --key',
    arrange: async () => {
      await fresh();
      await rotate({ key: true });
    },
    run: succeeds({ revoke: true }),
  },
];

test('suffices; nothing else is called, and all that is granted is', async () => {
  const { failed, called } = await failing(workspace.aws(), policies, tasks);
  expect(failed).toEqual([]);
  // What KMS and Secrets Manager do on behalf of whoever calls them is not our call.
  const onBehalf = ['iam:CreateServiceLinkedRole', 'kms:GenerateDataKey'];
  expect(called).toEqual(grantedBy(policies).filter((action) => !onBehalf.includes(action)));
});

test.each(grantedBy(policies))('%s is needed', async (action) => {
  expect(await allSucceed(workspace.aws(), withoutAction(policies, action), tasks)).toBe(false);
});

test.each(policies.flatMap(({ Statement }) => Statement.map(({ Sid }) => Sid)))(
  'statement %s is needed',
  async (sid) => {
    expect(await allSucceed(workspace.aws(), withoutStatement(policies, sid), tasks)).toBe(false);
  },
);
