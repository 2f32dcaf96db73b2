import {
  DeleteSecretCommand,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { namesOf } from '../../config/names';
import { readOptions } from '../../config/options';
import { provisionPolicy } from '../../policies/provision-policy';
import { policySubject } from '../../policies/subject';
import { syncPolicy } from '../../policies/sync-policy';
import { asActor } from '../../policies/actor.test-kit';
import { account, outcomes, problems, region, useAwsWorkspace } from '../../testing/aws-workspace.test-kit';

const root = 'services/people';
const SecretId = '/services/people/dev';
const workspace = useAwsWorkspace();
const user = `arn:aws:iam::${account}:user/worker`;
const given = (principals: object) => ({ stages: { dev: { region, principals } } });
const optionsOf = (principals: object) => readOptions(given(principals));
const ours = { sync: user, runtime: `arn:aws:iam::${account}:role/people` };
const policyNow = async () =>
  (await workspace.client().send(new GetResourcePolicyCommand({ SecretId }))).ResourcePolicy;
const provision = (principals: object, more = {}) =>
  workspace.provision([root], { options: optionsOf(principals), ...more });

beforeEach(async () => {
  await workspace.write({
    'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options: given(ours) }] }),
  });
  await workspace.init({ directory: root, stages: 'dev' });
  await workspace.set(root, 'dev', 'A', 'one');
  await workspace.commit();
});

test('set once the secret is there, under the generated policy; then there is nothing to do', async () => {
  const options = optionsOf(ours);
  const subject = policySubject(namesOf('people', 'dev', options, root), options.stages.get('dev')!, {
    region,
    accountId: account,
  });
  const provisioned = () =>
    asActor(workspace.aws(), [provisionPolicy(subject)], () => workspace.provision([root], { options }));
  expect(outcomes(await provisioned())).toEqual(['people dev unchanged']);
  await workspace.sync([root], { options });
  workspace.aws().resetCalls();
  expect(outcomes(await workspace.provision([root], { options, dryRun: true }))).toEqual([
    'people dev would-repair',
  ]);
  expect(await policyNow()).toBeUndefined();
  expect(outcomes(await provisioned())).toEqual(['people dev repaired']);
  expect(await policyNow()).toContain('OnlyTheServiceReads');
  expect(outcomes(await provisioned())).toEqual(['people dev unchanged']);
  const diff = await asActor(workspace.aws(), [syncPolicy(subject)], () =>
    workspace.diff([root], { options }),
  );
  expect(diff.notes).toEqual([]);
});

test('without principals nobody asks', async () => {
  await workspace.sync([root]);
  workspace.aws().resetCalls();
  const options = readOptions({ stages: { dev: { region } } });
  expect(outcomes(await workspace.provision([root], { options }))).toEqual(['people dev repaired']);
  expect((await workspace.diff([root], { options })).notes).toEqual([]);
  expect(Object.keys(workspace.aws().calls())).not.toContain('secretsmanager:GetResourcePolicy');
});

test("somebody else's secret of that name, and one that is to be deleted, are left alone", async () => {
  await workspace.sync([root], { options: optionsOf(ours) });
  await workspace.client().send(new UntagResourceCommand({ SecretId, TagKeys: ['managed-by'] }));
  expect(outcomes(await provision(ours))).toEqual(['people dev unchanged']);
  expect(await policyNow()).toBeUndefined();
  await workspace.client().send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
  expect(outcomes(await provision(ours))).toEqual(['people dev unchanged']);
});

test('with statements of others that leave no room for it, nothing is set', async () => {
  await workspace.sync([root], { options: optionsOf(ours) });
  const arns = Array.from(
    { length: 310 },
    (_, index) => `arn:aws:iam::${account}:role/others-${index}-${'x'.repeat(20)}`,
  );
  const ResourcePolicy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Others',
        Effect: 'Deny',
        Principal: '*',
        Action: 'secretsmanager:TagResource',
        Resource: '*',
        Condition: { ArnEquals: { 'aws:PrincipalArn': arns } },
      },
    ],
  });
  expect(ResourcePolicy.length).toBeGreaterThan(19_800);
  await workspace.client().send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy }));
  for (const dryRun of [true, false]) {
    const [problem] = problems(await provision(ours, { dryRun }));
    expect(problem?.code).toBe('policyTooLarge');
    expect(problem?.what).toContain('with the 1 statement of others');
  }
  expect(await policyNow()).toBe(ResourcePolicy);
});

test('with administrators: nothing is set by somebody who could not change it again', async () => {
  await provision(ours);
  await workspace.sync([root], { options: optionsOf(ours) });
  const everything = {
    Version: '2012-10-17',
    Statement: [{ Sid: 'All', Effect: 'Allow', Action: ['kms:*', 'secretsmanager:*'], Resource: ['*'] }],
  } as const;
  const strict = {
    sync: `arn:aws:iam::${account}:role/pipeline`,
    administrators: `arn:aws:iam::${account}:role/admin`,
  };
  const seen = (principals: object) =>
    asActor(workspace.aws(), [everything], () => provision(principals, { dryRun: true }));
  const [problem] = problems(await seen(strict));
  expect(problem?.code).toBe('policyLockout');
  expect(problem?.what).toContain(user);
  expect(outcomes(await seen({ ...strict, administrators: user }))).toEqual(['people dev would-repair']);
});
