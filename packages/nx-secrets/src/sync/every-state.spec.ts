import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { descriptionOf, managedTags } from '../aws/tags';
import { startProxy } from '../testing/aws-proxy.test-kit';
import { motoEndpoint, outcomes, problems, region } from '../testing/aws-workspace.test-kit';
import type { SyncRequest } from './run-sync';
import {
  otherKeyArn,
  root,
  secretName,
  squashedToken,
  useRevisions,
  type Placed,
} from './revisions.test-kit';

const workspace = useRevisions();
const SecretId = secretName;
const names = { service: 'user-service', stage: 'dev' };
const tagList = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

const waived = { overwrite: new Set<string>(), adopt: new Set<string>() };
const overwrite = { overrides: { ...waived, overwrite: new Set([secretName]) } };
const adopt = { overrides: { ...waived, adopt: new Set([secretName]) } };

/** What is done to a secret before the sync, besides how it was placed. */
type Arrange = () => Promise<unknown>;

const putByHand: Arrange = () =>
  workspace.client().send(new PutSecretValueCommand({ SecretId, SecretString: 'by hand' }));

const putByHandAndDelete: Arrange = async () => {
  await putByHand();
  await workspace.client().send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
};

const rollBack: Arrange = async () => {
  const { former, head } = workspace.revisions();
  const move = { VersionStage: 'AWSCURRENT', MoveToVersionId: former.token, RemoveFromVersionId: head.token };
  const put = { ClientRequestToken: former.token, SecretString: former.value, VersionStages: ['staged'] };
  await workspace.client().send(new PutSecretValueCommand({ SecretId, ...put }));
  await workspace.client().send(new UpdateSecretVersionStageCommand({ SecretId, ...move }));
};

/** Somebody goes back from a version that was squashed away since. */
const rollBackSquashed: Arrange = async () => {
  const { former } = workspace.revisions();
  await workspace.deploy(squashedToken, 'squashed', former.token);
  const move = {
    VersionStage: 'AWSCURRENT',
    MoveToVersionId: former.token,
    RemoveFromVersionId: squashedToken,
  };
  await workspace.client().send(new UpdateSecretVersionStageCommand({ SecretId, ...move }));
};

/** A secret that somebody made and gave no value. */
const makeEmpty: Arrange = () =>
  workspace.client().send(
    new CreateSecretCommand({
      Name: secretName,
      KmsKeyId: 'alias/user-service-dev',
      Description: descriptionOf(names),
      Tags: tagList(managedTags(names)),
    }),
  );

const rotate: Arrange = () =>
  workspace.client().send(
    new RotateSecretCommand({
      SecretId,
      RotationLambdaARN: `arn:aws:lambda:${region}:123456789012:function:rotate`,
      RotationRules: { AutomaticallyAfterDays: 30 },
      RotateImmediately: false,
    }),
  );

/** The secret is in another region, and replicated to this one. */
const replicate: Arrange = async () => {
  const elsewhere = new SecretsManagerClient({ region: 'eu-central-1' });
  const AddReplicaRegions = [{ Region: region }];
  await elsewhere.send(
    new CreateSecretCommand({ Name: secretName, SecretString: 'of the primary', AddReplicaRegions }),
  );
  elsewhere.destroy();
};

const makeShallow: Arrange = async () => {
  const { stdout } = await workspace.git('rev-parse', 'HEAD');
  writeFileSync(join(workspace.directory(), '.git/shallow'), `${stdout}\n`);
};
const removeGit: Arrange = async () => rmSync(join(workspace.directory(), '.git'), { recursive: true });

interface Row {
  readonly state: string;
  /** How the secret is placed; undefined for none. */
  readonly placed?: Placed;
  readonly arrange?: Arrange;
  readonly request?: Partial<SyncRequest>;
  /** How it ends; `refused` with the message. */
  readonly ends: string;
  readonly previous?: 'former' | 'hand';
  /** Versions that are there in the end; one more than AWSPREVIOUS where it is not specified. */
  readonly versions?: number;
  /** Why moto is not asked. */
  readonly notInMoto?: string;
}

/**
 * The rows of plan.spec.ts as AWS has them. Two have no way into AWS: a version without AWSCURRENT (the first version of
 * a secret is current at once, and the label can only be moved), and a secret of another AWS service, for which see the
 * last test.
 */
const rows: readonly Row[] = [
  { state: 'none there', ends: 'created' },
  { state: 'the token is current', placed: { current: 'head' }, ends: 'unchanged' },
  {
    state: '… under the alias by name',
    placed: { current: 'head', keyArn: 'alias/user-service-dev' },
    ends: 'unchanged',
  },
  { state: '… under another key', placed: { current: 'head', keyArn: otherKeyArn }, ends: 'repaired' },
  { state: '… under the default key', placed: { current: 'head', keyArn: undefined }, ends: 'repaired' },
  {
    state: '… a tag is gone',
    placed: { current: 'head', tags: { 'managed-by': 'nx-secrets', service: 'user-service' } },
    ends: 'repaired',
  },
  { state: '… another description', placed: { current: 'head', description: 'by hand' }, ends: 'repaired' },
  { state: 'an earlier revision is current', placed: {}, ends: 'updated', previous: 'former' },
  {
    state: 'an earlier revision is current and the token exists',
    placed: { staged: true },
    ends: 'promoted',
    previous: 'former',
  },
  {
    state: 'an earlier revision is current, after one that was squashed away',
    placed: { squashed: true },
    ends: 'updated',
    previous: 'former',
    versions: 3,
  },
  {
    state: '… and the token exists',
    placed: { squashed: true, staged: true },
    ends: 'promoted',
    previous: 'former',
    versions: 3,
    notInMoto: 'its versions have no dates, and the one that was staged last is neither of the two',
  },
  {
    state: 'rolled back by hand from one that was squashed away',
    placed: {},
    arrange: rollBackSquashed,
    ends: 'which is not older according to AWS',
  },
  { state: 'no version at all', arrange: makeEmpty, ends: 'updated' },
  { state: 'current is not a revision', placed: {}, arrange: putByHand, ends: 'changed outside Git' },
  {
    state: 'current is not a revision, the token exists',
    placed: { current: 'head' },
    arrange: putByHand,
    ends: 'changed outside Git',
  },
  {
    state: 'current is not a revision, overridden',
    placed: {},
    arrange: putByHand,
    request: overwrite,
    ends: 'updated',
    previous: 'hand',
    versions: 3,
  },
  {
    state: 'current is not a revision, another overridden',
    placed: {},
    arrange: putByHand,
    request: { overrides: { ...waived, overwrite: new Set(['/services/payment-service/dev']) } },
    ends: 'changed outside Git',
  },
  { state: 'a shallow clone', placed: {}, arrange: makeShallow, ends: 'this clone is shallow' },
  { state: 'no Git', placed: {}, arrange: removeGit, ends: 'there is no Git history here' },
  { state: 'not managed', placed: { tags: {} }, ends: 'was not created by nx-secrets' },
  {
    state: 'not managed, adopted, the token is current',
    placed: { current: 'head', tags: {} },
    request: adopt,
    ends: 'repaired',
  },
  {
    state: 'not managed, adopted with a value by hand',
    placed: { tags: {} },
    arrange: putByHand,
    request: adopt,
    ends: 'has another value than the file',
  },
  {
    state: 'not managed, adopted with a value by hand and overwritten',
    placed: { tags: {} },
    arrange: putByHand,
    request: { overrides: { overwrite: new Set([secretName]), adopt: new Set([secretName]) } },
    ends: 'updated',
    previous: 'hand',
    versions: 3,
  },
  {
    state: 'of another service',
    placed: { tags: { ...managedTags(names), service: 'payment-service' } },
    ends: 'is the secret of another service',
  },
  {
    state: 'of another stage',
    placed: { tags: { ...managedTags(names), stage: 'prod' } },
    ends: 'is the secret of another stage',
  },
  {
    state: 'scheduled for deletion, the token is current',
    placed: { current: 'head', deleted: true },
    ends: 'is scheduled for deletion',
  },
  {
    state: '… and it is to be restored',
    placed: { current: 'head', deleted: true },
    request: { overrides: { ...waived, restore: new Set([secretName]) } },
    ends: 'repaired',
  },
  {
    state: 'scheduled for deletion, an earlier revision is current',
    placed: { deleted: true },
    ends: 'updated',
    previous: 'former',
  },
  {
    state: 'scheduled for deletion, a change by hand is current',
    placed: {},
    arrange: putByHandAndDelete,
    ends: 'is not a revision of this file',
  },
  {
    state: 'rolled back: a later revision was deployed before',
    placed: { current: 'head' },
    arrange: rollBack,
    ends: 'it was rolled back, or reverted by a commit',
  },
  {
    state: 'rotated',
    placed: {},
    arrange: rotate,
    ends: 'is rotated by Secrets Manager',
    notInMoto: 'it asks for the Lambda, which is not there',
  },
  { state: 'a replica', arrange: replicate, ends: 'is a replica of the secret in eu-central-1' },
];

const done = ['created', 'updated', 'promoted', 'repaired', 'unchanged'];
const inThisAws = rows.filter(({ notInMoto }) => !motoEndpoint || notInMoto === undefined);

test.each(inThisAws)('$state → $ends', async ({ placed, arrange, request, ends, previous, versions }) => {
  if (placed) await workspace.place(placed);
  await arrange?.();
  const before = await found();
  const report = await workspace.sync([root], request);
  if (!done.includes(ends)) {
    expect(problems(report)[0]?.what).toContain(ends);
    expect(await found()).toEqual(before);
    return;
  }
  expect(outcomes(report)).toEqual([`user-service dev ${ends}`]);
  const synced = workspace.synced(previous === undefined ? undefined : 'former');
  expect(await workspace.found()).toEqual({
    ...synced,
    ...(previous === 'hand' ? { previous: before?.current } : {}),
    versions: versions ?? synced.versions,
  });
  expect(outcomes(await workspace.sync([root]))).toEqual(['user-service dev unchanged']);
});

const found = () =>
  workspace.found().catch((error: unknown) => {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined;
    throw error;
  });

test('owned by a service of AWS, which nobody else can make → refused', async () => {
  await workspace.place({ current: 'head' });
  const proxy = await startProxy(process.env['AWS_ENDPOINT_URL'] ?? '', async (_, forward) => {
    const { status, body } = await forward();
    return { status, body: JSON.stringify({ ...(JSON.parse(body) as object), OwningService: 'rds' }) };
  });
  process.env['AWS_ENDPOINT_URL'] = proxy.endpoint;
  const report = await workspace.sync([root], adopt);
  await proxy.stop();
  expect(problems(report)[0]?.what).toContain('belongs to another AWS service (rds)');
});
