import type { Clients } from '../running-aws.test-kit';

export type Answer = Readonly<Record<string, unknown>>;

/** A call that changes something. */
export interface Step {
  /** As in `kmsOperations` and `secretsManagerOperations`. */
  readonly operation: string;
  readonly run: () => Promise<object>;
  /** What must be seen after the process was killed; gets what the call answered. */
  readonly see: (answer: Answer) => Promise<void>;
}

/** Clients of the server that runs now. */
export type ClientsOf = (region?: string) => Clients;

export const account = '123456789012';
export const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: '*', Resource: '*' }],
});

export const step = (
  operation: string,
  run: () => Promise<object>,
  see: (answer: Answer) => Promise<void>,
): Step => ({ operation, run, see });
