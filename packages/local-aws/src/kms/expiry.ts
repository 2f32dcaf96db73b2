import { type Call, DAY } from '../operation/operation';
import type { KmsKey } from '../store/model';
import type { RegionStore } from '../store/account-store';

/**
 * The key as it is now. One whose day of deletion has come is gone, with its material and its aliases; a primary that
 * waits for its replicas gets its own day once they are gone.
 */
export function expire(call: Call, key: KmsKey | undefined): KmsKey | undefined {
  return current(call, call.store, key);
}

/** `expire` for all regions in which an account has the key. */
export function keysOfId(call: Call, id: string): readonly KmsKey[] {
  return accountRegions(call).flatMap((store) => current(call, store, store.keys.get(id)) ?? []);
}

function current(call: Call, store: RegionStore, key: KmsKey | undefined): KmsKey | undefined {
  if (key?.state === 'PendingReplicaDeletion') return withDayOfDeletion(call, store, key);
  if (key?.deletionAt === undefined || key.deletionAt > call.now) return key;
  for (const alias of store.aliases.all()) if (alias.targetKeyId === key.id) store.aliases.remove(alias.name);
  store.keys.remove(key.id);
  return undefined;
}

function withDayOfDeletion(call: Call, store: RegionStore, key: KmsKey): KmsKey | undefined {
  const others = accountRegions(call).filter((other) => other !== store);
  if (others.some((other) => current(call, other, other.keys.get(key.id)) !== undefined)) return key;
  const deletionAt = call.now + (key.deletionWindowInDays ?? 30) * DAY;
  const scheduled: KmsKey = { ...key, state: 'PendingDeletion', deletionAt, deletionWindowInDays: undefined };
  store.keys.put(key.id, scheduled);
  return scheduled;
}

const accountRegions = ({ accounts, store }: Call): readonly RegionStore[] =>
  accounts.regions().filter(({ account }) => account === store.account);
