import type { Tag } from '@aws-sdk/client-kms';
import { ProblemError } from '../problem';
import { awsErrorName, awsProblem } from './aws-problem';
import { withDeadline, type Clients } from './clients';

/** A KMS key as far as the plugin needs to know it. */
export interface Key {
  readonly arn: string;
  readonly id: string;
  /** `Enabled`, `Disabled`, `PendingDeletion`, … */
  readonly state: string;
}

/** The key behind an alias, or undefined where there is none. */
export async function describeKey(clients: Clients, alias: string): Promise<Key | undefined> {
  const { DescribeKeyCommand } = await import('@aws-sdk/client-kms');
  try {
    const { KeyMetadata } = await (
      await clients.kms()
    ).send(new DescribeKeyCommand({ KeyId: alias }), withDeadline());
    return { arn: KeyMetadata?.Arn ?? '', id: KeyMetadata?.KeyId ?? '', state: KeyMetadata?.KeyState ?? '' };
  } catch (error) {
    if (awsErrorName(error) === 'NotFoundException') return undefined;
    throw problem(error, 'DescribeKey', alias);
  }
}

/** Makes a symmetric key and returns it. */
export async function createKey(
  clients: Clients,
  key: { readonly description: string; readonly tags: Readonly<Record<string, string>> },
): Promise<Key> {
  const { CreateKeyCommand } = await import('@aws-sdk/client-kms');
  const tags: Tag[] = Object.entries(key.tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
  try {
    const command = new CreateKeyCommand({ Description: key.description, Tags: tags });
    const { KeyMetadata } = await (await clients.kms()).send(command, withDeadline());
    return { arn: KeyMetadata?.Arn ?? '', id: KeyMetadata?.KeyId ?? '', state: KeyMetadata?.KeyState ?? '' };
  } catch (error) {
    throw problem(error, 'CreateKey', key.description);
  }
}

/** Points an alias at a key. Gives false where somebody else made the alias meanwhile. */
export async function createAlias(clients: Clients, alias: string, keyId: string): Promise<boolean> {
  const { CreateAliasCommand } = await import('@aws-sdk/client-kms');
  try {
    await (
      await clients.kms()
    ).send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: keyId }), withDeadline());
    return true;
  } catch (error) {
    if (awsErrorName(error) === 'AlreadyExistsException') return false;
    throw problem(error, 'CreateAlias', alias);
  }
}

/** Whether the key rotates by itself. */
export async function isRotating(clients: Clients, keyId: string): Promise<boolean> {
  const { GetKeyRotationStatusCommand } = await import('@aws-sdk/client-kms');
  try {
    const command = new GetKeyRotationStatusCommand({ KeyId: keyId });
    return (await (await clients.kms()).send(command, withDeadline())).KeyRotationEnabled ?? false;
  } catch (error) {
    throw problem(error, 'GetKeyRotationStatus', keyId);
  }
}

/** Switches yearly rotation on. */
export async function enableRotation(clients: Clients, keyId: string): Promise<void> {
  const { EnableKeyRotationCommand } = await import('@aws-sdk/client-kms');
  try {
    await (await clients.kms()).send(new EnableKeyRotationCommand({ KeyId: keyId }), withDeadline());
  } catch (error) {
    throw problem(error, 'EnableKeyRotation', keyId);
  }
}

/** Schedules the deletion of a key, at the shortest window that KMS has: 7 days. */
export async function scheduleDeletion(clients: Clients, keyId: string): Promise<void> {
  const { ScheduleKeyDeletionCommand } = await import('@aws-sdk/client-kms');
  try {
    const command = new ScheduleKeyDeletionCommand({ KeyId: keyId, PendingWindowInDays: 7 });
    await (await clients.kms()).send(command, withDeadline());
  } catch (error) {
    throw problem(error, 'ScheduleKeyDeletion', keyId);
  }
}

const problem = (error: unknown, operation: string, resource: string) =>
  new ProblemError(awsProblem(error, { action: `kms:${operation}`, resource }));
