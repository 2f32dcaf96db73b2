import type { World } from '../aws/worlds';
import { readInventory, type Inventory } from './remote';

/** Gives the keys without alias of a world. */
export type InventoryOf = (world: World) => Promise<Inventory>;

/** Asks each world once: the answer is for all services that it concerns. */
export function inventories(): InventoryOf {
  const known = new Map<World, Promise<Inventory>>();
  return (world) => {
    const inventory = known.get(world) ?? readInventory(world.clients);
    known.set(world, inventory);
    return inventory;
  };
}
