import type { DescribeSecretResponse, SecretListEntry } from '@aws-sdk/client-secrets-manager';
import { ProblemError } from '../../problem';
import type { ManagedSecret } from './managed-secret';
import { awsErrorName, awsProblem } from '../aws-problem';
import type { Clients } from '../clients';

/**
 * All secrets of an account and region with the tag `managed-by=nx-secrets`, those that are scheduled for deletion
 * included. ListSecrets finds beginnings of tags, in any pair of them, so its answer is looked through again.
 */
export async function listManagedSecrets(clients: Clients): Promise<readonly ManagedSecret[]> {
  const { paginateListSecrets } = await import('@aws-sdk/client-secrets-manager');
  const found: ManagedSecret[] = [];
  try {
    const pages = paginateListSecrets(
      { client: await clients.secretsManager(), pageSize: 100 },
      {
        IncludePlannedDeletion: true,
        Filters: [
          { Key: 'tag-key', Values: ['managed-by'] },
          { Key: 'tag-value', Values: ['nx-secrets'] },
        ],
      },
    );
    for await (const { SecretList } of pages) {
      found.push(...(SecretList ?? []).map((entry) => managedSecret(entry, entry.SecretVersionsToStages)));
    }
  } catch (error) {
    throw problem(error, 'ListSecrets', 'tag managed-by=nx-secrets');
  }
  return found.filter(({ tags }) => tags['managed-by'] === 'nx-secrets');
}

/** One secret as it is now, with the regions of its replicas; undefined where it is gone. */
export async function describeManagedSecret(
  clients: Clients,
  arn: string,
): Promise<{ readonly secret: ManagedSecret; readonly replicas: readonly string[] } | undefined> {
  const { DescribeSecretCommand } = await import('@aws-sdk/client-secrets-manager');
  try {
    const answer = await (await clients.secretsManager()).send(new DescribeSecretCommand({ SecretId: arn }));
    return {
      secret: managedSecret(answer, answer.VersionIdsToStages),
      replicas: (answer.ReplicationStatus ?? []).map(({ Region }) => Region ?? ''),
    };
  } catch (error) {
    if (awsErrorName(error) === 'ResourceNotFoundException') return undefined;
    throw problem(error, 'DescribeSecret', arn);
  }
}

/**
 * Schedules the deletion of a secret: it cannot be read from now on, and is gone after the window.
 *
 * @param windowDays 7 to 30
 * @returns the day on which it will be gone
 */
export async function scheduleSecretDeletion(
  clients: Clients,
  arn: string,
  windowDays: number,
): Promise<string> {
  const { DeleteSecretCommand } = await import('@aws-sdk/client-secrets-manager');
  const command = new DeleteSecretCommand({ SecretId: arn, RecoveryWindowInDays: windowDays });
  try {
    const { DeletionDate } = await (await clients.secretsManager()).send(command);
    return dayOf(DeletionDate) ?? '';
  } catch (error) {
    throw problem(error, 'DeleteSecret', arn);
  }
}

function managedSecret(
  entry: SecretListEntry | DescribeSecretResponse,
  labels: Readonly<Record<string, readonly string[]>> = {},
): ManagedSecret {
  return {
    arn: entry.ARN ?? '',
    name: entry.Name ?? '',
    tags: Object.fromEntries((entry.Tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? ''])),
    current: Object.entries(labels).find(([, stages]) => stages.includes('AWSCURRENT'))?.[0],
    lastRead: dayOf(entry.LastAccessedDate),
    deleted: dayOf(entry.DeletedDate),
    rotation: entry.RotationEnabled ?? false,
    owningService: entry.OwningService,
    primaryRegion: entry.PrimaryRegion,
  };
}

const dayOf = (date: Date | undefined): string | undefined => date?.toISOString().slice(0, 10);

const problem = (error: unknown, operation: string, resource: string) =>
  new ProblemError(awsProblem(error, { action: `secretsmanager:${operation}`, resource }));
