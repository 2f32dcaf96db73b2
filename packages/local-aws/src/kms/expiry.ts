import { type Call, DAY } from '../protocol/operation';
import type { KmsKey } from '../world/model';
import type { World } from '../world/universe';

/**
 * The key as it is now. One whose day of deletion has come is gone, with its material and its aliases; a primary that
 * waits for its replicas gets its own day once they are gone.
 */
export function removeIfDue(call: Call, key: KmsKey | undefined): KmsKey | undefined {
  return current(call, call.world, key);
}

/** `removeIfDue` for all regions in which an account has the key. */
export function keysOfId(call: Call, id: string): readonly KmsKey[] {
  return accountWorlds(call).flatMap((world) => current(call, world, world.keys.get(id)) ?? []);
}

function current(call: Call, world: World, key: KmsKey | undefined): KmsKey | undefined {
  if (key?.state === 'PendingReplicaDeletion') return withDayOfDeletion(call, world, key);
  if (key?.deletionAt === undefined || key.deletionAt > call.now) return key;
  for (const alias of world.aliases.all()) if (alias.targetKeyId === key.id) world.aliases.remove(alias.name);
  world.keys.remove(key.id);
  return undefined;
}

function withDayOfDeletion(call: Call, world: World, key: KmsKey): KmsKey | undefined {
  const others = accountWorlds(call).filter((other) => other !== world);
  if (others.some((other) => current(call, other, other.keys.get(key.id)) !== undefined)) return key;
  const deletionAt = call.now + (key.deletionWindowInDays ?? 30) * DAY;
  const scheduled: KmsKey = { ...key, state: 'PendingDeletion', deletionAt, deletionWindowInDays: undefined };
  world.keys.put(key.id, scheduled);
  return scheduled;
}

const accountWorlds = ({ universe, world }: Call): readonly World[] =>
  universe.worlds().filter(({ account }) => account === world.account);
