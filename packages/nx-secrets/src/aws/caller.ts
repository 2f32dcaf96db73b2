import { createKeyring, SopsError, type Keyring } from 'sops-codec';
import { parseKeyArn } from './arn';
import { createClients, type Clients } from './clients';
import { callerAccount } from './identity';

/** The identity of whoever runs this, as the AWS SDK's ordinary chain finds it: no role of nx.json is assumed. */
export interface Caller {
  /**
   * Wraps and unwraps data keys. A role or profile that a file names for a KMS key is not used: a file may name anybody's.
   */
  readonly keyring: Keyring;
  /** The identity's account. */
  readonly account: (region: string, on: string) => Promise<string>;
  readonly close: () => void;
}

export function openCaller(): Caller {
  const byRegion = new Map<string, Clients>();
  const clientsIn = (region: string): Clients => {
    const clients = byRegion.get(region) ?? createClients({ region });
    byRegion.set(region, clients);
    return clients;
  };
  return {
    keyring: createKeyring({
      awsKms: {
        clientFor: ({ arn }) => {
          const key = parseKeyArn(arn);
          return key ? clientsIn(key.region).kms() : Promise.reject(notKeyArn(arn));
        },
      },
      transport: 'private',
    }),
    account: (region, on) => callerAccount(clientsIn(region), on),
    close: () => byRegion.forEach((clients) => clients.destroy()),
  };
}

const notKeyArn = (arn: string) =>
  new SopsError('noDataKey', {
    what: 'not the ARN of a KMS key or alias',
    where: arn.slice(0, 120),
    fix: 'Write it as arn:aws:kms:<region>:<account>:alias/<name>.',
  });
