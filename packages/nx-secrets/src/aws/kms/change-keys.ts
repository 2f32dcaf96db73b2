import type { Tag } from '@aws-sdk/client-kms';
import type { Clients } from '../clients';
import { keyOf, type Key } from './keys';
import { callKms } from './kms-call';

type Tags = Readonly<Record<string, string>>;

/** What a new key, or a replica of one, is made with. */
export interface KeySettings {
  readonly description: string;
  readonly tags: Tags;
  /** JSON; without one KMS gives it the default policy, by which the account's IAM policies decide. */
  readonly policy: string | undefined;
}

/** Makes a symmetric key. @throws ProblemError */
export const createKey = (clients: Clients, key: KeySettings & { readonly multiRegion: boolean }) =>
  callKms<Key>(clients, {
    operation: 'CreateKey',
    resource: key.description,
    send: async ({ CreateKeyCommand }, client) => {
      const command = new CreateKeyCommand({
        Description: key.description,
        Tags: tagList(key.tags),
        Policy: key.policy,
        MultiRegion: key.multiRegion,
      });
      return keyOf((await client.send(command)).KeyMetadata);
    },
  });

/** Makes a replica of a multi-Region key; one that exists already stays. @throws ProblemError */
export const replicateKey = (clients: Clients, keyId: string, region: string, replica: KeySettings) =>
  callKms<void>(clients, {
    operation: 'ReplicateKey',
    resource: `${keyId}, ${region}`,
    send: async ({ ReplicateKeyCommand }, client) => {
      const { description, tags, policy } = replica;
      const settings = { Description: description, Tags: tagList(tags), Policy: policy };
      await client.send(new ReplicateKeyCommand({ KeyId: keyId, ReplicaRegion: region, ...settings }));
    },
    answers: { AlreadyExistsException: undefined },
  });

/**
 * Points a new alias at a key.
 *
 * @returns false where the alias exists, or where the key got scheduled for deletion meanwhile
 * @throws ProblemError
 */
export const createAlias = (clients: Clients, alias: string, keyId: string) =>
  callKms<boolean>(clients, {
    operation: 'CreateAlias',
    resource: alias,
    send: async ({ CreateAliasCommand }, client) => {
      await client.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: keyId }));
      return true;
    },
    answers: { AlreadyExistsException: false, KMSInvalidStateException: false },
  });

/** Points an alias that exists at another key. @throws ProblemError */
export const updateAlias = (clients: Clients, alias: string, keyId: string) =>
  callKms<void>(clients, {
    operation: 'UpdateAlias',
    resource: alias,
    send: async ({ UpdateAliasCommand }, client) => {
      await client.send(new UpdateAliasCommand({ AliasName: alias, TargetKeyId: keyId }));
    },
  });

/** Sets the description of a key. @throws ProblemError */
export const setKeyDescription = (clients: Clients, keyId: string, description: string) =>
  callKms<void>(clients, {
    operation: 'UpdateKeyDescription',
    resource: keyId,
    send: async ({ UpdateKeyDescriptionCommand }, client) => {
      const input = { KeyId: keyId, Description: description };
      await client.send(new UpdateKeyDescriptionCommand(input));
    },
  });

/** Sets tags on a key; others stay. @throws ProblemError */
export const setKeyTags = (clients: Clients, keyId: string, tags: Tags) =>
  callKms<void>(clients, {
    operation: 'TagResource',
    resource: keyId,
    send: async ({ TagResourceCommand }, client) => {
      await client.send(new TagResourceCommand({ KeyId: keyId, Tags: tagList(tags) }));
    },
  });

/** Sets the policy of a key. @throws ProblemError */
export const putKeyPolicy = (clients: Clients, keyId: string, policy: string) =>
  callKms<void>(clients, {
    operation: 'PutKeyPolicy',
    resource: keyId,
    send: async ({ PutKeyPolicyCommand }, client) => {
      await client.send(new PutKeyPolicyCommand({ KeyId: keyId, Policy: policy }));
    },
  });

/** Enables automatic rotation of a key, with its period in days. @throws ProblemError */
export const enableRotation = (clients: Clients, keyId: string, days: number) =>
  callKms<void>(clients, {
    operation: 'EnableKeyRotation',
    resource: keyId,
    send: async ({ EnableKeyRotationCommand }, client) => {
      const input = { KeyId: keyId, RotationPeriodInDays: days };
      await client.send(new EnableKeyRotationCommand(input));
    },
  });

/** Makes a disabled key usable again. @throws ProblemError */
export const enableKey = (clients: Clients, keyId: string) =>
  callKms<void>(clients, {
    operation: 'EnableKey',
    resource: keyId,
    send: async ({ EnableKeyCommand }, client) => {
      await client.send(new EnableKeyCommand({ KeyId: keyId }));
    },
  });

/** Cancels the scheduled deletion of a key, which is left disabled. @throws ProblemError */
export const cancelDeletion = (clients: Clients, keyId: string) =>
  callKms<void>(clients, {
    operation: 'CancelKeyDeletion',
    resource: keyId,
    send: async ({ CancelKeyDeletionCommand }, client) => {
      await client.send(new CancelKeyDeletionCommand({ KeyId: keyId }));
    },
    // Not pending any more: somebody else took it back.
    answers: { KMSInvalidStateException: undefined },
  });

/**
 * Schedules the deletion of a key; one that is scheduled already stays so. For `keys/deletion.ts` alone, which asks the
 * guard first.
 *
 * @throws ProblemError
 */
export const scheduleDeletion = (clients: Clients, keyId: string, days: number) =>
  callKms<void>(clients, {
    operation: 'ScheduleKeyDeletion',
    resource: keyId,
    send: async ({ ScheduleKeyDeletionCommand }, client) => {
      const input = { KeyId: keyId, PendingWindowInDays: days };
      await client.send(new ScheduleKeyDeletionCommand(input));
    },
    answers: { KMSInvalidStateException: undefined, NotFoundException: undefined },
  });

const tagList = (tags: Tags): Tag[] =>
  Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
