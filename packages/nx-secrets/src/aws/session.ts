import pLimit, { type LimitFunction } from 'p-limit';
import { createKeyring, type Keyring } from 'sops-codec';
import { headCommit } from '../git/repository';
import type { Task } from '../config/stage-roles';
import { assumableRole, type AssumedRole } from './assumed-role';
import { callsAtOnce, createClients, type Clients } from './clients';
import { callerAccount } from './identity';
import { ciJob, runLabel, type RunLabel } from './run-label';
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

/** The sessions of a run. */
export interface Sessions {
  readonly of: (scope: Scope) => AwsSession;
  readonly close: () => void;
}

/** What a run is, for those who look in CloudTrail what it did. */
export interface Run {
  readonly workspaceRoot: string;
  readonly task: Task;
}

/** The sessions of a run, each made when it is first asked for; each role is assumed once. */
export function openSessions(run: Run): Sessions {
  const sessions = new Map<string, AwsSession>();
  const limits = new Map<string, LimitFunction>();
  const callers = new Map<string, Clients>();
  const roles = new Map<string, AssumedRole>();
  let label: Promise<RunLabel> | undefined;
  const roleOf = (roleArn: string, region: string): AssumedRole =>
    once(roles, roleArn, () =>
      assumableRole(
        roleArn,
        once(callers, region, () => createClients({ region })).sts,
        () => (label ??= labelOf(run)),
      ),
    );
  return {
    of: (scope) =>
      once(sessions, scopeKey(scope), () => {
        const { region, accountId, roleArn } = scope;
        const role = roleArn === undefined ? undefined : roleOf(roleArn, region);
        // What AWS limits is the account's calls in a region, whoever makes them.
        const limit = once(limits, `${region} ${accountId}`, () => pLimit(callsAtOnce));
        return openSession(createClients({ region, role }), limit);
      }),
    close: () => {
      sessions.forEach(({ clients }) => clients.destroy());
      callers.forEach((clients) => clients.destroy());
    },
  };
}

/** What a map has for a key, made where it has nothing. */
function once<T>(made: Map<string, T>, key: string, make: () => T): T {
  const known = made.get(key) ?? make();
  made.set(key, known);
  return known;
}

const labelOf = async ({ workspaceRoot, task }: Run): Promise<RunLabel> =>
  runLabel(task, await headCommit(workspaceRoot), ciJob(process.env));

function openSession(clients: Clients, limit: LimitFunction): AwsSession {
  let account: Promise<string> | undefined;
  return {
    clients,
    // The service's own key first: neither gpg nor anybody whom the file names besides is asked where it opens.
    keyring: createKeyring({
      awsKms: { clientFor: clients.kms },
      decryptionOrder: ['kms'],
      transport: 'private',
      // KMS decides each time whether a file opens: access may end between two readings of it.
      rememberFor: 0,
    }),
    limit,
    answered: 0,
    account: (on) => (account ??= callerAccount(clients, on)),
  };
}
