import type { AwsSession } from '../aws/session';
import { readInventory, type Inventory } from './remote';

/** Gives the keys without alias of a session. */
export type InventoryOf = (session: AwsSession) => Promise<Inventory>;

/** Asks each session once: the answer is for all services that it concerns. */
export function inventories(): InventoryOf {
  const known = new Map<AwsSession, Promise<Inventory>>();
  return (session) => {
    const inventory = known.get(session) ?? readInventory(session.clients);
    known.set(session, inventory);
    return inventory;
  };
}
