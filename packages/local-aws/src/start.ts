import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Directory } from './iam/directory';
import type { IamInput } from './iam/iam-input';
import { validateIamInput } from './iam/validate-iam-input';
import { createCallCounts } from './server/call-counts';
import { createFaultQueue, type Fault } from './server/faults';
import { createHttpServer } from './server/http-server';
import { createRateLimits, type RateLimit } from './server/rate-limits';
import { type DataFile, openDataFile } from './persistence/data-file';
import { createAccountStore } from './store/account-store';

export interface LocalAwsOptions {
  /** The port on 127.0.0.1; 0, the default, takes a free one. */
  readonly port?: number;
  /** The file that keeps the state; without it, the state ends with `stop`. */
  readonly dataFile?: string;
  /** The account of callers whose access key names none. */
  readonly account?: string;
  /**
   * Users, roles and their policies (the README has the form). With them, signatures are verified and policies
   * evaluated; without, everybody is the administrator of their account.
   */
  readonly iam?: IamInput;
}

/** A running local AWS. */
export interface LocalAws {
  /** For `AWS_ENDPOINT_URL`. */
  readonly endpoint: string;
  readonly port: number;
  /** Ends all connections, saves, and gives the data file free. Throws DataFileError where that fails. */
  stop(): Promise<void>;
  /** Removes all keys, secrets, sessions, faults, limits and counts. Throws DataFileError where that cannot be saved. */
  reset(): void;
  /** How often each operation was called (`kms:Encrypt`), failed calls and retries included. */
  calls(): Record<string, number>;
  resetCalls(): void;
  /** Replaces all users and roles; `undefined` removes them, and with them every check. Throws IamError. */
  setIam(iam: IamInput | undefined): void;
  injectFault(fault: Fault): void;
  clearFaults(): void;
  /** Throttles the requests that are beyond a quota. */
  limitRate(limit: RateLimit): void;
  clearRateLimits(): void;
}

const loopback = '127.0.0.1';
const documentationAccount = '123456789012';

/**
 * Starts KMS, Secrets Manager and STS on loopback.
 * @throws DataFileError, IamError; Node's error (EADDRINUSE, EACCES) where it cannot listen on the port
 */
export async function startLocalAws(options: LocalAwsOptions = {}): Promise<LocalAws> {
  const { account = documentationAccount } = options;
  let dataFile: DataFile | undefined;
  let directory: Directory | undefined;
  const setIam: LocalAws['setIam'] = (iam) => {
    directory = iam === undefined ? undefined : validateIamInput(iam);
  };
  setIam(options.iam);
  const accounts = createAccountStore((change) => dataFile?.record(change));
  if (options.dataFile !== undefined) dataFile = await openDataFile(options.dataFile, accounts);
  const calls = createCallCounts();
  const faults = createFaultQueue();
  const limits = createRateLimits();
  const reset = (): void => {
    accounts.clear();
    dataFile?.commit();
    calls.reset();
    faults.clear();
    limits.clear();
  };
  const commit = (): void => dataFile?.commit();
  const setting = { accounts, defaultAccount: account, directory: () => directory, now: Date.now, commit };
  const server = createHttpServer(setting, { calls, faults, limits, reset });
  const port = await listen(server, options.port ?? 0).catch((error: unknown) => {
    dataFile?.close();
    throw error;
  });
  return {
    endpoint: `http://${loopback}:${port}`,
    port,
    stop: async () => {
      await close(server);
      dataFile?.close();
    },
    reset,
    calls: () => calls.all(),
    resetCalls: () => calls.reset(),
    setIam,
    injectFault: (fault) => faults.inject(fault),
    clearFaults: () => faults.clear(),
    limitRate: (limit) => limits.add(limit),
    clearRateLimits: () => limits.clear(),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, loopback, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
