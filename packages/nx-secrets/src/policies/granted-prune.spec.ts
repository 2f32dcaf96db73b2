import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DescribeSecretCommand, TagResourceCommand } from '@aws-sdk/client-secrets-manager';
import { namesOf } from '../config/names';
import { readOptions } from '../config/options';
import { succeeded } from '../report';
import { account, region, useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import {
  asActor,
  failing,
  grantedBy,
  allSucceed,
  withoutAction,
  withoutStatement,
  type Task,
} from './actor.test-kit';
import { prunePolicy } from './prune-policy';
import { policySubject } from './subject';
import { oneOfMany } from './subject.test-kit';

const workspace = useAwsWorkspace();
const root = 'services/user-service';
const kept = 'services/payment-service';
const names = namesOf('user-service', 'dev', readOptions({}), root);
const subject = policySubject(names, {}, { region, accountId: account });
// The service is gone, and its policy with it: another one's of the same stage is meant for it, too.
const payment = namesOf('payment-service', 'dev', readOptions({}), kept);
const policies = [prunePolicy(policySubject(payment, {}, { region, accountId: account }))];
const orphans = { kind: 'orphans' } as const;

/** A service that was removed in Git, with its secret; and one that stays. */
const removed = async () => {
  workspace.aws().reset();
  await workspace.git('checkout', '-q', '-B', 'main');
  for (const directory of [root, kept]) {
    await rm(join(workspace.directory(), directory), { recursive: true, force: true });
    await workspace.init({ directory, stages: 'dev' });
    await workspace.set(directory, 'dev', 'A', 'a');
  }
  await workspace.commit();
  await workspace.sync([root, kept]);
  await workspace.git('rm', '-rq', root);
  await workspace.commit();
};
const isDeleted = async (SecretId = names.secretName) =>
  (await workspace.client().send(new DescribeSecretCommand({ SecretId }))).DeletedDate !== undefined;
const prune = async () => succeeded(await workspace.prune({ deletion: orphans }));

const tasks: readonly Task[] = [
  { name: 'list', arrange: removed, run: async () => succeeded(await workspace.prune()) },
  { name: 'delete', arrange: removed, run: prune, hasEffect: () => isDeleted() },
  {
    name: 'delete by name',
    arrange: removed,
    run: async () =>
      succeeded(await workspace.prune({ deletion: { kind: 'named', names: new Set([names.secretName]) } })),
    hasEffect: () => isDeleted(),
  },
  {
    name: 'nothing to do',
    arrange: async () => {
      await removed();
      await prune();
    },
    run: prune,
  },
];

test('suffices; nothing else is called, and all that is granted is', async () => {
  const { failed, called } = await failing(workspace.aws(), policies, tasks);
  expect(failed).toEqual([]);
  expect(called).toEqual(grantedBy(policies));
});

test('suffices as part of the policies of many services', async () => {
  expect((await failing(workspace.aws(), oneOfMany('prune', subject), tasks)).failed).toEqual([]);
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

test.each([
  ['of another stage', { stage: 'prod' }],
  ['of somebody else', { 'managed-by': 'terraform' }],
])('a secret %s is out of reach', async (_, tags) => {
  await removed();
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await workspace.client().send(new TagResourceCommand({ SecretId: names.secretName, Tags }));
  await asActor(workspace.aws(), policies, prune).catch(() => false);
  expect(await isDeleted()).toBe(false);
});
