import { CreateAliasCommand } from '@aws-sdk/client-kms';
import {
  DeleteResourcePolicyCommand,
  DeleteSecretCommand,
  GetResourcePolicyCommand,
  ListSecretVersionIdsCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  RemoveRegionsFromReplicationCommand,
  RotateSecretCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { playChapter, root, secretName, there, type Drift, type DriftWorkspace } from './drift.test-kit';

const SecretId = secretName;
const tag =
  (Key: string, Value: string): Drift =>
  ({ at }) =>
    at().secrets.send(new TagResourceCommand({ SecretId, Tags: [{ Key, Value }] }));
const untag =
  (...TagKeys: string[]): Drift =>
  ({ at }) =>
    at().secrets.send(new UntagResourceCommand({ SecretId, TagKeys }));

const change = async (workspace: DriftWorkspace, value: string) => {
  await workspace.set(root, 'dev', 'A', value);
  await workspace.commit();
};
const push = async (workspace: DriftWorkspace, value: string) => {
  await change(workspace, value);
  await workspace.paste('npx nx run people-api:sync-secrets --stage=dev');
};

const versionWith = async ({ at }: DriftWorkspace, label: string) => {
  const { Versions } = await at().secrets.send(new ListSecretVersionIdsCommand({ SecretId }));
  return Versions?.find(({ VersionStages }) => VersionStages?.includes(label))?.VersionId;
};

const scheduleDeletion: Drift = ({ at }) =>
  at().secrets.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));

/** AWS deletes no secret that has replicas. */
const dropReplicas: Drift = ({ at }) =>
  at().secrets.send(new RemoveRegionsFromReplicationCommand({ SecretId, RemoveReplicaRegions: [there] }));

interface Statement {
  readonly Sid?: string;
}

async function changePolicy(
  { at }: DriftWorkspace,
  change: (statements: readonly Statement[]) => readonly object[],
): Promise<void> {
  const { ResourcePolicy = '{"Statement":[]}' } = await at().secrets.send(
    new GetResourcePolicyCommand({ SecretId }),
  );
  const { Statement } = JSON.parse(ResourcePolicy) as { readonly Statement: readonly Statement[] };
  const policy = { Version: '2012-10-17', Statement: change(Statement) };
  await at().secrets.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy: JSON.stringify(policy) }));
}

const statement = (Effect: string, role: string, Sid?: string) => ({
  ...(Sid === undefined ? {} : { Sid }),
  Effect,
  Principal: { AWS: `arn:aws:iam::123456789012:role/${role}` },
  Action: 'secretsmanager:GetSecretValue',
  Resource: '*',
});

playChapter('The secret', {
  'its value is set by hand': ({ at }) =>
    at().secrets.send(new PutSecretValueCommand({ SecretId, SecretString: '{"A":"by hand"}' })),
  'it is set by hand, and the file changed': async (workspace) => {
    await change(workspace, 'two');
    await workspace
      .at()
      .secrets.send(new PutSecretValueCommand({ SecretId, SecretString: '{"A":"by hand"}' }));
  },
  'AWSCURRENT is moved back': async (workspace) => {
    await push(workspace, 'two');
    await workspace.at().secrets.send(
      new UpdateSecretVersionStageCommand({
        SecretId,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: await versionWith(workspace, 'AWSPREVIOUS'),
        RemoveFromVersionId: await versionWith(workspace, 'AWSCURRENT'),
      }),
    );
  },
  'a version has a label of others': async (workspace) =>
    workspace.at().secrets.send(
      new UpdateSecretVersionStageCommand({
        SecretId,
        VersionStage: 'blue',
        MoveToVersionId: await versionWith(workspace, 'AWSCURRENT'),
      }),
    ),
  'its description is another': ({ at }) =>
    at().secrets.send(new UpdateSecretCommand({ SecretId, Description: 'by hand' })),
  'it is under another key': async ({ at, makeKey }) => {
    await at().kms.send(new CreateAliasCommand({ AliasName: 'alias/by-hand', TargetKeyId: await makeKey() }));
    await at().secrets.send(new UpdateSecretCommand({ SecretId, KmsKeyId: 'alias/by-hand' }));
  },
  'it is under the default key': ({ at }) =>
    at().secrets.send(new UpdateSecretCommand({ SecretId, KmsKeyId: 'alias/aws/secretsmanager' })),
  'its tag managed-by is gone': untag('managed-by'),
  'its tag service is gone': untag('service'),
  'its tag service is another': tag('service', 'somebody'),
  'its tag stage is gone': untag('stage'),
  'its tag stage is another': tag('stage', 'prod'),
  'a tag of nx.json is gone': untag('team'),
  'a tag of nx.json is another': tag('team', 'somebody'),
  'it has a tag of others': tag('cost-centre', '42'),
  'its policy is gone': ({ at }) => at().secrets.send(new DeleteResourcePolicyCommand({ SecretId })),
  'its policy lacks a statement': (at) => changePolicy(at, (statements) => statements.slice(1)),
  'its policy lets a stranger in': (at) =>
    changePolicy(at, (statements) => [...statements, statement('Allow', 'stranger')]),
  'its policy denies more': (at) =>
    changePolicy(at, (statements) => [...statements, statement('Deny', 'intern', 'Company')]),
  'its policy allows a principal of nx.json': (at) =>
    changePolicy(at, (statements) => [...statements, statement('Allow', 'people')]),
  'its policy is another': (at) => changePolicy(at, () => [statement('Allow', 'stranger')]),
  'Secrets Manager rotates it': ({ at }) =>
    at().secrets.send(
      new RotateSecretCommand({
        SecretId,
        RotationLambdaARN: 'arn:aws:lambda:eu-west-1:123456789012:function:rotate',
        RotationRules: { AutomaticallyAfterDays: 30 },
        RotateImmediately: false,
      }),
    ),
  'its deletion is scheduled': async (workspace) => {
    await dropReplicas(workspace);
    await scheduleDeletion(workspace);
  },
  'its deletion is scheduled, and the file changed': async (workspace) => {
    await dropReplicas(workspace);
    await scheduleDeletion(workspace);
    await change(workspace, 'two');
  },
  'it is deleted for good': async (workspace) => {
    await dropReplicas(workspace);
    await workspace
      .at()
      .secrets.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
  },
});
