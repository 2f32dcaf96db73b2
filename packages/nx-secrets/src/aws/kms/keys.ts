import type { KeyMetadata } from '@aws-sdk/client-kms';
import type { Clients } from '../clients';
import { callKms } from './kms-call';

/** What DescribeKey says of a KMS key, as far as the plugin needs to know it. */
export interface Key {
  readonly arn: string;
  readonly id: string;
  /** `Enabled`, `Disabled`, `PendingDeletion`, … */
  readonly state: string;
  readonly description: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** When the key will be deleted, ISO 8601; undefined where it will not. */
  readonly deletionDate: string | undefined;
  /** `SYMMETRIC_DEFAULT` for the keys that secrets are encrypted with. */
  readonly spec: string;
  /** `CUSTOMER`, or `AWS` for a key that belongs to a service of AWS. */
  readonly manager: string;
  readonly regions: KeyRegions;
}

/** Whether a key is one of several regions, and then which. */
export type KeyRegions =
  | { readonly kind: 'single' }
  | { readonly kind: 'primary'; readonly replicas: readonly string[] }
  | { readonly kind: 'replica'; readonly primary: string };

/**
 * The key behind an alias or an id, or undefined where there is none.
 *
 * @throws ProblemError where AWS refuses
 */
export const describeKey = (clients: Clients, keyId: string): Promise<Key | undefined> =>
  callKms<Key | undefined>(clients, {
    operation: 'DescribeKey',
    resource: keyId,
    send: async ({ DescribeKeyCommand }, client) => {
      const answer = await client.send(new DescribeKeyCommand({ KeyId: keyId }));
      return keyOf(answer.KeyMetadata);
    },
    answers: { NotFoundException: undefined },
  });

/** The tags of a key; none of one that is gone. @throws ProblemError */
export const keyTags = (clients: Clients, keyId: string): Promise<Readonly<Record<string, string>>> =>
  callKms<Readonly<Record<string, string>>>(clients, {
    operation: 'ListResourceTags',
    resource: keyId,
    send: async ({ ListResourceTagsCommand }, client) => {
      const { Tags = [] } = await client.send(new ListResourceTagsCommand({ KeyId: keyId }));
      return Object.fromEntries(Tags.map(({ TagKey, TagValue }) => [TagKey ?? '', TagValue ?? '']));
    },
    answers: { NotFoundException: {} },
  });

/** The text of a key's policy. @throws ProblemError */
export const keyPolicyText = (clients: Clients, keyId: string): Promise<string> =>
  callKms(clients, {
    operation: 'GetKeyPolicy',
    resource: keyId,
    send: async ({ GetKeyPolicyCommand }, client) =>
      (await client.send(new GetKeyPolicyCommand({ KeyId: keyId }))).Policy ?? '',
  });

/** Days between two rotations of a key; undefined where it does not rotate by itself. @throws ProblemError */
export const rotationDays = (clients: Clients, keyId: string): Promise<number | undefined> =>
  callKms(clients, {
    operation: 'GetKeyRotationStatus',
    resource: keyId,
    send: async ({ GetKeyRotationStatusCommand }, client) => {
      const status = await client.send(new GetKeyRotationStatusCommand({ KeyId: keyId }));
      return status.KeyRotationEnabled ? (status.RotationPeriodInDays ?? yearly) : undefined;
    },
  });

/** Aliases of a key. @throws ProblemError */
export const aliasesOf = (clients: Clients, keyId: string): Promise<readonly string[]> =>
  callKms(clients, {
    operation: 'ListAliases',
    resource: keyId,
    send: async ({ ListAliasesCommand }, client) => {
      const { Aliases = [] } = await client.send(new ListAliasesCommand({ KeyId: keyId }));
      return Aliases.flatMap(({ AliasName }) => AliasName ?? []);
    },
  });

/** Days between two rotations where nobody says another number. */
export const yearly = 365;

/** A key's metadata as this package has it. */
export function keyOf(metadata: KeyMetadata | undefined): Key {
  return {
    arn: metadata?.Arn ?? '',
    id: metadata?.KeyId ?? '',
    state: metadata?.KeyState ?? '',
    description: metadata?.Description ?? '',
    createdAt: metadata?.CreationDate?.getTime() ?? 0,
    deletionDate: metadata?.DeletionDate?.toISOString(),
    spec: metadata?.KeySpec ?? '',
    manager: metadata?.KeyManager ?? '',
    regions: regionsOf(metadata),
  };
}

function regionsOf(metadata: KeyMetadata | undefined): KeyRegions {
  const of = metadata?.MultiRegionConfiguration;
  if (!metadata?.MultiRegion || !of) return { kind: 'single' };
  return of.MultiRegionKeyType === 'REPLICA'
    ? { kind: 'replica', primary: of.PrimaryKey?.Region ?? '' }
    : { kind: 'primary', replicas: (of.ReplicaKeys ?? []).flatMap(({ Region }) => Region ?? []) };
}
