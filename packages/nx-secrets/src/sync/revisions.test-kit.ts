import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { stagedLabel } from '../aws/secrets-manager/secrets';
import { descriptionOf, managedTags } from '../aws/tags';
import { account, region, useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import { tokenOf } from './token';

export const root = 'services/user-service';
export const secretName = '/services/user-service/dev';
export const secretFile = `${root}/secrets/dev.enc.yaml`;
export const keyArn = `arn:aws:kms:${region}:${account}:alias/user-service-dev`;
/** A key of the account that is another service's. */
export const otherKeyArn = `arn:aws:kms:${region}:${account}:alias/payment-service-dev`;

/** The token of a revision that Git does not have. */
export const squashedToken = 'e'.repeat(64);

const names = { service: 'user-service', stage: 'dev' };

/** The secret file in one commit. */
export interface Revision {
  readonly token: string;
  /** What a sync pushes of it. */
  readonly value: string;
}

/** A secret as a test wants it to be found; what is not specified is as a sync of the former revision leaves it. */
export interface Placed {
  /** The revision that is current. */
  readonly current?: 'former' | 'head';
  /** The version of HEAD is there, without AWSCURRENT. */
  readonly staged?: boolean;
  /** Another version was deployed before, of a commit that was squashed away. */
  readonly squashed?: boolean;
  /** The key as the secret names it; undefined for the account's default key. */
  readonly keyArn?: string | undefined;
  readonly tags?: Readonly<Record<string, string>>;
  readonly description?: string;
  readonly deleted?: boolean;
}

/** A workspace with a service whose secret file has two revisions in Git, the second one at HEAD. */
export function useRevisions() {
  const workspace = useAwsWorkspace();
  let revisions: Readonly<Record<'former' | 'head', Revision>>;

  const commitValue = async (value: string): Promise<Revision> => {
    await workspace.set(root, 'dev', 'DATABASE_URL', value);
    await workspace.commit();
    const bytes = readFileSync(join(workspace.directory(), secretFile));
    return { token: tokenOf(bytes), value: JSON.stringify({ DATABASE_URL: value }) };
  };

  workspace.prepare(async () => {
    for (const directory of [root, 'services/payment-service'])
      await workspace.init({ directory, stages: 'dev' });
    const former = await commitValue('postgres://former');
    revisions = { former, head: await commitValue('postgres://canary') };
    workspace.aws().resetCalls();
  });

  /** Deploys a version as a sync does. */
  const deploy = async (token: string, SecretString: string, from: string): Promise<void> => {
    const client = workspace.client();
    const staged = { ClientRequestToken: token, SecretString, VersionStages: [stagedLabel] };
    await client.send(new PutSecretValueCommand({ SecretId: secretName, ...staged }));
    const move = { VersionStage: 'AWSCURRENT', MoveToVersionId: token, RemoveFromVersionId: from };
    await client.send(new UpdateSecretVersionStageCommand({ SecretId: secretName, ...move }));
  };

  /** Makes the secret again as it is to be found; undefined for none. */
  const place = async (placed: Placed | undefined): Promise<void> => {
    const client = workspace.client();
    const SecretId = secretName;
    await client
      .send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }))
      .catch(ignoreMissing);
    if (placed === undefined) return;
    const current = revisions[placed.current ?? 'former'];
    await client.send(
      new CreateSecretCommand({
        Name: SecretId,
        KmsKeyId: 'keyArn' in placed ? placed.keyArn : keyArn,
        ClientRequestToken: placed.squashed ? squashedToken : current.token,
        SecretString: placed.squashed ? 'squashed' : current.value,
        Description: placed.description ?? descriptionOf(names),
        Tags: Object.entries(placed.tags ?? managedTags(names)).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    if (placed.squashed) {
      const { token, value } = current;
      await deploy(token, value, squashedToken);
    }
    if (placed.staged) {
      const { token, value } = revisions.head;
      const staged = { ClientRequestToken: token, SecretString: value, VersionStages: [stagedLabel] };
      await client.send(new PutSecretValueCommand({ SecretId, ...staged }));
    }
    if (placed.deleted) await client.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
  };

  /** The secret as it is now, in the words of `Placed` and with what it holds. */
  const found = async () => {
    const secret = await workspace.client().send(new DescribeSecretCommand({ SecretId: secretName }));
    const versions = Object.entries(secret.VersionIdsToStages ?? {});
    const labelled = (label: string) => versions.find(([, labels]) => labels.includes(label))?.[0];
    return {
      current: labelled('AWSCURRENT'),
      previous: labelled('AWSPREVIOUS'),
      versions: (await workspace.versionsOf(secretName)).size,
      // A name of the alias is as good as its ARN.
      keyArn: secret.KmsKeyId?.replace(/^(?=alias\/)/, keyArn.replace(/alias\/.*/, '')),
      tags: Object.fromEntries((secret.Tags ?? []).map(({ Key = '', Value }) => [Key, Value])),
      description: secret.Description,
      deleted: secret.DeletedDate !== undefined,
      value: secret.DeletedDate ? undefined : await workspace.valueOf(secretName),
    };
  };

  /** The secret as a sync leaves it, whatever it found: HEAD's value under its own key, with its marks. */
  const synced = (previous: 'former' | undefined) => ({
    current: revisions.head.token,
    previous: previous && revisions[previous].token,
    versions: previous ? 2 : 1,
    keyArn,
    tags: managedTags(names),
    description: descriptionOf(names),
    deleted: false,
    value: revisions.head.value,
  });

  return { ...workspace, revisions: () => revisions, place, deploy, found, synced };
}

function ignoreMissing(error: unknown): void {
  if ((error as Error).name !== 'ResourceNotFoundException') throw error;
}

/** Everything that a sync repairs, drifted. */
export const drifted = {
  keyArn: otherKeyArn,
  tags: { 'managed-by': 'nx-secrets', service: 'user-service' },
  description: 'by hand',
  deleted: true,
} as const satisfies Placed;
