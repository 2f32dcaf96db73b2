import pLimit from 'p-limit';
import type { Clients } from '../aws/clients';
import { keysWithoutAlias } from '../aws/kms/list-keys';
import { assertAccount } from '../aws/identity';
import { describeKey, keyPolicyText, keyTags, rotationDays, type Key } from '../aws/kms/keys';
import { toProblem } from '../problem';
import { parseKeyArn } from '../aws/arn';
import { isCandidate } from './orphans';
import type { DesiredKey, KeyIdentity, KeySettings, RemoteKey, RemoteReplica } from './states';

/** Keys that are looked at at once. */
const concurrency = 8;

/**
 * What is in KMS for a desired key.
 *
 * @param inventory the keys without alias; asked only where the alias is missing
 * @throws ProblemError where the answer comes from another account than the key's: the credentials are the wrong ones
 */
export async function readRemoteKey(
  clients: Clients,
  desired: DesiredKey,
  inventory: () => Promise<Inventory>,
): Promise<RemoteKey> {
  const key = await describeKey(clients, desired.names.keyAlias);
  if (key) {
    assertAccount(parseKeyArn(key.arn)?.accountId, desired.scope.accountId, desired.where);
    return { kind: 'present', key: { ...key, tags: await keyTags(clients, key.id) } };
  }
  const { keys, unreadable } = await inventory();
  return { kind: 'absent', candidates: keys.filter(({ tags }) => isCandidate(tags, desired)), unreadable };
}

/** What is set on a key, and what is behind its alias in the replica regions. */
export async function readSettings(
  clientsIn: (region: string) => Clients,
  { names, scope, replicaRegions }: DesiredKey,
  { id }: Key,
): Promise<KeySettings> {
  const clients = clientsIn(scope.region);
  const [policy, days, ...replicas] = await Promise.all([
    keyPolicyText(clients, id),
    rotationDays(clients, id),
    ...replicaRegions.map((region) => readReplica(clientsIn(region), names.keyAlias)),
  ]);
  return {
    policy,
    rotationDays: days,
    replicas: new Map(
      replicaRegions.map((region, index): [string, RemoteReplica] => [
        region,
        replicas[index] ?? { kind: 'absent' },
      ]),
    ),
  };
}

async function readReplica(clients: Clients, alias: string): Promise<RemoteReplica> {
  const key = await describeKey(clients, alias);
  if (!key) return { kind: 'absent' };
  const [tags, policy] = await Promise.all([keyTags(clients, key.id), keyPolicyText(clients, key.id)]);
  return { kind: 'present', key: { ...key, tags }, policy };
}

/** The keys of an account and region that no alias points at. */
export interface Inventory {
  /** Those that this plugin made. */
  readonly keys: readonly KeyIdentity[];
  /** Ids of those whose tags may not be read: somebody else's, most likely. */
  readonly unreadable: readonly string[];
}

/** Reads the inventory of an account and region. @throws ProblemError where AWS refuses more than the tags of a key */
export async function readInventory(clients: Clients): Promise<Inventory> {
  const limit = pLimit(concurrency);
  const unreadable: string[] = [];
  const found = await Promise.all(
    (await keysWithoutAlias(clients)).map((id) =>
      limit(async () => {
        const tags = await readableTags(clients, id);
        if (!tags) unreadable.push(id);
        if (tags?.['managed-by'] !== 'nx-secrets') return undefined;
        const key = await describeKey(clients, id);
        return key && { ...key, tags };
      }),
    ),
  );
  return { keys: found.filter((key) => key !== undefined), unreadable };
}

const readableTags = (clients: Clients, id: string): Promise<KeyIdentity['tags'] | undefined> =>
  keyTags(clients, id).catch((error: unknown) => {
    if (toProblem(error).denied !== undefined) return undefined;
    throw error;
  });
