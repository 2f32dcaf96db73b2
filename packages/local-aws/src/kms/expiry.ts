import type { Call } from '../protocol/operation';
import type { KmsKey } from '../world/model';

/** The same key, unless its day of deletion has come: then the key, its material and its aliases are gone. */
export function removeIfDue(call: Call, key: KmsKey | undefined): KmsKey | undefined {
  if (key?.deletionAt === undefined || key.deletionAt > call.now) return key;
  const { keys, aliases } = call.world;
  for (const alias of aliases.all()) if (alias.targetKeyId === key.id) aliases.remove(alias.name);
  keys.remove(key.id);
  return undefined;
}
