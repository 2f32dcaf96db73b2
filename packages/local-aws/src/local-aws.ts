import type { IamInput } from './iam/iam-input';
import type { Fault } from './server/faults';
import type { RateLimit } from './server/rate-limits';

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
