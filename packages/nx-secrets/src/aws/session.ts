import pLimit, { type LimitFunction } from 'p-limit';
import { createKeyring, type Keyring } from 'sops-codec';
import { callsAtOnce, createClients, type Clients } from './clients';
import { callerAccount } from './identity';
import { scopeKey, type Scope } from './scope';
import type { Problem } from '../problem';

/** What a region, account and role share in one run: clients, a keyring over them, and the bound on calls at once. */
export interface AwsSession {
  readonly clients: Clients;
  readonly keyring: Keyring;
  readonly limit: LimitFunction;
  /** The account of the identity in use, asked once. */
  readonly account: (on: string) => Promise<string>;
  /** How many steps got an answer, a refusal too. */
  answered: number;
  /** Set once nobody answers any more. */
  unreachable?: Problem;
}

/** The sessions of a run, each made when it is first asked for. */
export function openSessions(): { readonly of: (scope: Scope) => AwsSession; readonly close: () => void } {
  const sessions = new Map<string, AwsSession>();
  return {
    of: (scope) => {
      const key = scopeKey(scope);
      const session = sessions.get(key) ?? openSession(scope);
      sessions.set(key, session);
      return session;
    },
    close: () => sessions.forEach(({ clients }) => clients.destroy()),
  };
}

function openSession(scope: Scope): AwsSession {
  const clients = createClients(scope);
  let account: Promise<string> | undefined;
  return {
    clients,
    // The service's own key first: neither gpg nor anybody whom the file names besides is asked where it opens.
    keyring: createKeyring({
      awsKms: { clientFor: clients.kms },
      decryptionOrder: ['kms'],
      transport: 'private',
    }),
    limit: pLimit(callsAtOnce),
    answered: 0,
    account: (on) => (account ??= callerAccount(clients, on)),
  };
}
