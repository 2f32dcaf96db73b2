import type { World } from '../aws/worlds';
import { readInventory } from './remote';
import type { KeyIdentity } from './states';

/** Gives the keys without alias of a world. */
export type InventoryOf = (world: World) => Promise<readonly KeyIdentity[]>;

/** Asks each world once: the answer is for all services that it concerns. */
export function inventories(): InventoryOf {
  const known = new Map<World, Promise<readonly KeyIdentity[]>>();
  return (world) => {
    const inventory = known.get(world) ?? readInventory(world.clients);
    known.set(world, inventory);
    return inventory;
  };
}
