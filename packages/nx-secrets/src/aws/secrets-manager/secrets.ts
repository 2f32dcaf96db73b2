import type { DescribeSecretCommandOutput, TagResourceCommandInput } from '@aws-sdk/client-secrets-manager';
import { throwProblem, ProblemError, type Problem } from '../../problem';
import type { LabelMove, Remote } from './remote-secret';
import { readLabels, readReplicas, refuseOtherAnswer } from '../answer';
import { awsErrorName, awsProblem } from '../aws-problem';
import type { Clients } from '../clients';
import { generateHere } from '../../config/commands';

/** A secret's value: text or bytes. */
export type SecretValue =
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'binary'; readonly bytes: Uint8Array };

/** The label that keeps a version from being removed between its put and its move to AWSCURRENT. */
export const stagedLabel = 'nx-secrets-staged';

/**
 * The label of a version that an --overwrite replaced, until the next push: that it was current before tells nothing of
 * the order of deployments (docs/decisions/0008).
 */
export const overwrittenLabel = 'nx-secrets-overwritten';

/** What is at a secret name: one DescribeSecret. */
export async function describeSecret(clients: Clients, secretName: string): Promise<Remote> {
  const { DescribeSecretCommand } = await import('@aws-sdk/client-secrets-manager');
  try {
    const client = await clients.secretsManager();
    const secret = await client.send(new DescribeSecretCommand({ SecretId: secretName }));
    refuseOtherAnswer(secret, 'DescribeSecret', { secretName });
    const versions = Object.entries(readLabels(secret));
    const labelled = (label: string) => versions.find(([, labels]) => labels.includes(label))?.[0];
    return {
      kind: 'present',
      arn: secret.ARN ?? '',
      kmsKeyId: secret.KmsKeyId,
      description: secret.Description,
      tags: Object.fromEntries((secret.Tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? ''])),
      deletion: secret.DeletedDate ? 'scheduled' : 'none',
      rotation: secret.RotationEnabled ?? false,
      owningService: secret.OwningService,
      replicaOf: replicaOf(secret),
      replicas: readReplicas(secret),
      current: labelled('AWSCURRENT'),
      previous: labelled('AWSPREVIOUS'),
      changed: secret.LastChangedDate,
      staged: labelled(stagedLabel),
      overwritten: labelled(overwrittenLabel),
      versions: new Set(versions.map(([id]) => id)),
    };
  } catch (error) {
    if (awsErrorName(error) === 'ResourceNotFoundException') return { kind: 'absent' };
    throw problem(error, 'DescribeSecret', secretName);
  }
}

/** The primary region, where it is another than the one that answers. */
const replicaOf = ({ ARN, PrimaryRegion }: DescribeSecretCommandOutput) =>
  PrimaryRegion === ARN?.split(':')[3] ? undefined : PrimaryRegion;

/** Makes a secret with its first version. Gives false where somebody else made it meanwhile. */
export async function createSecret(
  clients: Clients,
  secret: {
    readonly name: string;
    readonly keyArn: string;
    readonly token: string;
    readonly value: SecretValue;
    readonly tags: Readonly<Record<string, string>>;
    readonly description: string;
  },
): Promise<boolean> {
  const { CreateSecretCommand } = await import('@aws-sdk/client-secrets-manager');
  const command = new CreateSecretCommand({
    Name: secret.name,
    KmsKeyId: secret.keyArn,
    ClientRequestToken: secret.token,
    Description: secret.description,
    Tags: tagList(secret.tags),
    ...valueFields(secret.value),
  });
  try {
    const made = await (await clients.secretsManager()).send(command);
    refuseOtherAnswer(made, 'CreateSecret', { secretName: secret.name, versionId: secret.token });
    return true;
  } catch (error) {
    if (awsErrorName(error) === 'ResourceExistsException') return false;
    throw problem(error, 'CreateSecret', secret.name, 'carries-value');
  }
}

/**
 * Puts a version that is not current yet. A version that is there with the same value stays as it is.
 *
 * @returns the labels that the version then has
 * @throws ProblemError where the version is there with another value, too
 */
export async function putStagedVersion(
  clients: Clients,
  secretName: string,
  token: string,
  value: SecretValue,
): Promise<readonly string[]> {
  const { PutSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
  const command = new PutSecretValueCommand({
    SecretId: secretName,
    ClientRequestToken: token,
    VersionStages: [stagedLabel],
    ...valueFields(value),
  });
  try {
    const put = await (await clients.secretsManager()).send(command);
    refuseOtherAnswer(put, 'PutSecretValue', { secretName, versionId: token });
    return put.VersionStages ?? [];
  } catch (error) {
    if (awsErrorName(error) === 'ResourceExistsException') throwProblem(otherValue(secretName, token));
    throw problem(error, 'PutSecretValue', secretName, 'carries-value');
  }
}

/** Another release of the plugin may have made another text of the same file, or somebody did by hand. */
const otherValue = (secretName: string, token: string): Problem => ({
  code: 'versionTaken',
  what: `version ${token.slice(0, 12)}… of this file already exists with another value`,
  where: `secretsmanager:PutSecretValue, ${secretName}`,
  fix: `In the service's folder, create a new revision of the file; then commit it and sync again:\n${generateHere('rotate', '--data-key')}`,
});

/**
 * Moves a label of a secret's versions, from the version that was seen to have it: a compare-and-swap.
 *
 * @returns false where the label was elsewhere by then, or where the version or the secret is gone
 */
export async function moveLabel(
  clients: Clients,
  secretName: string,
  label: string,
  move: LabelMove,
): Promise<boolean> {
  const { UpdateSecretVersionStageCommand } = await import('@aws-sdk/client-secrets-manager');
  const command = new UpdateSecretVersionStageCommand({
    SecretId: secretName,
    VersionStage: label,
    ...(move.to === undefined ? {} : { MoveToVersionId: move.to }),
    ...(move.from === undefined ? {} : { RemoveFromVersionId: move.from }),
  });
  try {
    const moved = await (await clients.secretsManager()).send(command);
    refuseOtherAnswer(moved, 'UpdateSecretVersionStage', { secretName });
    return true;
  } catch (error) {
    // AWS answers a RemoveFromVersionId that does not have the label with InvalidParameterException. A version that
    // lost its last label (another run's took it) may be gone: AWS keeps about a hundred of those.
    if (['InvalidParameterException', 'ResourceNotFoundException'].includes(awsErrorName(error)))
      return false;
    throw problem(error, 'UpdateSecretVersionStage', secretName);
  }
}

/** Puts a secret under another key (its labelled versions, too), or changes its description; no version is made. */
export async function updateSecret(
  clients: Clients,
  secretName: string,
  {
    keyArn,
    description,
  }: { readonly keyArn?: string | undefined; readonly description?: string | undefined },
): Promise<void> {
  const { UpdateSecretCommand } = await import('@aws-sdk/client-secrets-manager');
  try {
    const command = new UpdateSecretCommand({
      SecretId: secretName,
      ...(keyArn === undefined ? {} : { KmsKeyId: keyArn }),
      ...(description === undefined ? {} : { Description: description }),
    });
    const updated = await (await clients.secretsManager()).send(command);
    refuseOtherAnswer(updated, 'UpdateSecret', { secretName });
  } catch (error) {
    throw problem(error, 'UpdateSecret', secretName);
  }
}

/** Takes a secret back that is scheduled for deletion; its versions and labels are as they were. */
export async function restoreSecret(clients: Clients, secretName: string): Promise<void> {
  const { RestoreSecretCommand } = await import('@aws-sdk/client-secrets-manager');
  try {
    const command = new RestoreSecretCommand({ SecretId: secretName });
    const restored = await (await clients.secretsManager()).send(command);
    refuseOtherAnswer(restored, 'RestoreSecret', { secretName });
  } catch (error) {
    throw problem(error, 'RestoreSecret', secretName);
  }
}

/**
 * Replicates a secret to further regions; AWS does it in its own time.
 *
 * @param keys ARN of the key in each region
 */
export async function replicateSecret(
  clients: Clients,
  secretName: string,
  keys: ReadonlyMap<string, string>,
): Promise<void> {
  const { ReplicateSecretToRegionsCommand } = await import('@aws-sdk/client-secrets-manager');
  const AddReplicaRegions = [...keys].map(([Region, KmsKeyId]) => ({ Region, KmsKeyId }));
  try {
    const command = new ReplicateSecretToRegionsCommand({ SecretId: secretName, AddReplicaRegions });
    await (await clients.secretsManager()).send(command);
  } catch (error) {
    throw problem(error, 'ReplicateSecretToRegions', secretName);
  }
}

/** Sets tags on a secret; others stay. */
export async function setTags(
  clients: Clients,
  secretName: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  const { TagResourceCommand } = await import('@aws-sdk/client-secrets-manager');
  try {
    const command = new TagResourceCommand({ SecretId: secretName, Tags: tagList(tags) });
    await (await clients.secretsManager()).send(command);
  } catch (error) {
    throw problem(error, 'TagResource', secretName);
  }
}

const valueFields = (value: SecretValue) =>
  value.kind === 'string' ? { SecretString: value.text } : { SecretBinary: value.bytes };

const tagList = (tags: Readonly<Record<string, string>>): TagResourceCommandInput['Tags'] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

const problem = (error: unknown, operation: string, resource: string, carries?: 'carries-value') =>
  error instanceof ProblemError
    ? error
    : new ProblemError(
        awsProblem(error, {
          action: `secretsmanager:${operation}`,
          resource,
          containsSecret: carries !== undefined,
        }),
      );
