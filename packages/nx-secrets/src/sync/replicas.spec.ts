import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  RemoveRegionsFromReplicationCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { grantedBy, failing, withoutAction, allSucceed } from '../policies/actor.test-kit';
import { policySubject } from '../policies/subject';
import { syncPolicy } from '../policies/sync-policy';
import { succeeded } from '../report';
import { account, outcomes, problems, region, useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import { namesOf } from '../config/names';
import { readOptions } from '../config/options';

const workspace = useAwsWorkspace();
const user = 'services/user-service';
const SecretId = '/services/user-service/dev';
const elsewhere = 'us-east-1';

let there: SecretsManagerClient;
const configure = (replicaRegions: readonly string[]) =>
  workspace.write({
    'nx.json': JSON.stringify({
      plugins: [{ plugin: 'nx-secrets', options: { stages: { dev: { region, replicaRegions } } } }],
    }),
  });
beforeEach(() => {
  there = new SecretsManagerClient({ endpoint: workspace.aws().endpoint, region: elsewhere });
});
workspace.prepare(async () => {
  await configure([elsewhere]);
  await workspace.init({ directory: user, stages: 'dev' });
  await workspace.set(user, 'dev', 'A', 'one');
  await workspace.commit();
});
afterEach(() => there.destroy());

const sync = async () => {
  const report = await workspace.sync([user]);
  const [entry] = report.entries;
  return {
    said: outcomes(report)[0],
    note: entry && 'note' in entry.outcome ? entry.outcome.note : undefined,
  };
};
const push = async (value: string) => {
  await workspace.set(user, 'dev', 'A', value);
  await workspace.commit();
  return sync();
};
const valueThere = async () => (await there.send(new GetSecretValueCommand({ SecretId }))).SecretString;

test('a new secret is replicated under the replica of its key, and follows', async () => {
  expect((await sync()).said).toBe('user-service dev created');
  expect(await valueThere()).toBe('{"A":"one"}');
  const { KmsKeyId } = await there.send(new DescribeSecretCommand({ SecretId }));
  expect(KmsKeyId).toBe(`arn:aws:kms:${elsewhere}:${account}:alias/user-service-dev`);
  expect((await push('two')).said).toBe('user-service dev updated');
  expect(await valueThere()).toBe('{"A":"two"}');
  workspace.aws().resetCalls();
  expect((await sync()).said).toBe('user-service dev unchanged');
  expect(workspace.aws().calls()).toEqual({ 'kms:DescribeKey': 2, 'secretsmanager:DescribeSecret': 1 });
});

test('a replica that is missing is made without a new version; one that nobody asks for is left alone', async () => {
  await sync();
  await workspace
    .client()
    .send(new RemoveRegionsFromReplicationCommand({ SecretId, RemoveReplicaRegions: [elsewhere] }));
  workspace.aws().resetCalls();
  expect(await sync()).toEqual({ said: 'user-service dev repaired', note: `replica in ${elsewhere}` });
  expect(workspace.aws().calls()).toEqual({
    'kms:DescribeKey': 2,
    'secretsmanager:DescribeSecret': 2,
    'secretsmanager:ReplicateSecretToRegions': 1,
  });
  expect(await valueThere()).toBe('{"A":"one"}');
  await configure([]);
  expect((await sync()).said).toBe('user-service dev unchanged');
  expect(await valueThere()).toBe('{"A":"one"}');
});

test('a replica that failed is reported with its fix; a push is not held up by it', async () => {
  await there.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'in the way' }));
  expect((await sync()).said).toBe('user-service dev created');
  const [problem] = problems(await workspace.sync([user]));
  expect(problem?.what).toMatch(/^the replica of .* in us-east-1 does not have the deployed value: /);
  expect(problem?.fix).toContain(
    `remove-regions-from-replication --region eu-west-1 --secret-id ${SecretId}`,
  );
  expect((await push('two')).said).toBe('user-service dev updated');

  await there.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
  await workspace
    .client()
    .send(new RemoveRegionsFromReplicationCommand({ SecretId, RemoveReplicaRegions: [elsewhere] }));
  expect((await sync()).said).toBe('user-service dev repaired');
  expect(await valueThere()).toBe('{"A":"two"}');
});

test('the policy of the sync grants it where a stage has replica regions, and only there', async () => {
  const names = namesOf('user-service', 'dev', readOptions({}), user);
  const policiesFor = (replicaRegions: readonly string[]) => [
    syncPolicy(policySubject(names, { replicaRegions }, { region, accountId: account })),
  ];
  const action = 'secretsmanager:ReplicateSecretToRegions';
  const policies = policiesFor([elsewhere]);
  expect(grantedBy(policies)).toContain(action);
  expect(grantedBy(policiesFor([]))).not.toContain(action);
  const task = {
    name: 'create',
    arrange: async () => {
      await workspace
        .client()
        .send(new RemoveRegionsFromReplicationCommand({ SecretId, RemoveReplicaRegions: [elsewhere] }))
        .catch(() => undefined);
      await workspace
        .client()
        .send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }))
        .catch(() => undefined);
    },
    run: async () => succeeded(await workspace.sync([user])),
  };
  expect((await failing(workspace.aws(), policies, [task])).failed).toEqual([]);
  expect(await valueThere()).toBe('{"A":"one"}');
  expect(await allSucceed(workspace.aws(), withoutAction(policies, action), [task])).toBe(false);
});

test('a replica that nx.json does not name any more is reported, with the command that removes it', async () => {
  await sync();
  expect((await workspace.diff([user])).notes).toEqual([]);
  await configure([]);
  const [note = ''] = (await workspace.diff([user])).notes;
  expect(note).toContain(`${SecretId} has a replica in ${elsewhere}, which nx.json does not name`);
  expect(note).toContain(
    `remove-regions-from-replication --region ${region} --secret-id ${SecretId} --remove-replica-regions ${elsewhere}`,
  );
});
