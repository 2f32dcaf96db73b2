import type { Keyring } from 'sops-codec';
import { createClients, type Clients } from './clients';
import { callerAccount } from './identity';
import { kmsKeyring } from './kms-keyring';

/** The identity of whoever runs this, as the AWS SDK's ordinary chain finds it: no role of nx.json is assumed. */
export interface Caller {
  /** Wraps and unwraps data keys. */
  readonly keyring: Keyring;
  /** The identity's account. */
  readonly account: (region: string, on: string) => Promise<string>;
  readonly clientsIn: (region: string) => Clients;
  readonly close: () => void;
}

export function openCaller(): Caller {
  const byRegion = new Map<string, Clients>();
  const clientsIn = (region: string): Clients => {
    const clients = byRegion.get(region) ?? createClients({ region });
    byRegion.set(region, clients);
    return clients;
  };
  // The identity stays the same, in whatever region it is asked for.
  let known: string | undefined;
  return {
    keyring: kmsKeyring(clientsIn),
    clientsIn,
    account: async (region, on) => (known ??= await callerAccount(clientsIn(region), on)),
    close: () => byRegion.forEach((clients) => clients.destroy()),
  };
}
