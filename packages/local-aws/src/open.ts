import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Directory } from './iam/directory';
import { validateIamInput } from './iam/validate-iam-input';
import type { LocalAws, LocalAwsOptions } from './local-aws';
import { type DataFile, openDataFile } from './persistence/data-file';
import type { AdminActions } from './server/admin';
import { createCallCounts } from './server/call-counts';
import type { Setting } from './server/dispatch';
import { createFaultQueue } from './server/faults';
import { createHttpServer } from './server/http-server';
import { createRateLimits } from './server/rate-limits';
import { createAccountStore } from './store/account-store';

const loopback = '127.0.0.1';
const documentationAccount = '123456789012';

/** KMS, Secrets Manager, SSM Parameter Store and STS, with nobody listening yet. */
export interface UnlistenedAws extends Omit<LocalAws, 'endpoint' | 'port' | 'stop'> {
  readonly setting: Setting;
  readonly admin: AdminActions;
  /** Saves, and gives the data file free. */
  readonly close: () => void;
}

/**
 * All of local-aws but the server.
 * @throws DataFileError, IamError
 */
export async function openLocalAws(options: Omit<LocalAwsOptions, 'port'> = {}): Promise<UnlistenedAws> {
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
  return {
    setting: { accounts, defaultAccount: account, directory: () => directory, now: Date.now, commit },
    admin: { calls, faults, limits, reset },
    close: () => dataFile?.close(),
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

/**
 * Puts a server in front of it, on loopback.
 * @throws Node's error where it cannot listen on the port; then it is closed
 */
export async function listen(aws: UnlistenedAws, wantedPort = 0): Promise<LocalAws> {
  const { setting, admin, close, ...controls } = aws;
  const server = createHttpServer(setting, admin);
  const port = await portOf(server, wantedPort).catch((error: unknown) => {
    close();
    throw error;
  });
  return {
    ...controls,
    endpoint: `http://${loopback}:${port}`,
    port,
    stop: async () => {
      await closeServer(server);
      close();
    },
  };
}

function portOf(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, loopback, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
