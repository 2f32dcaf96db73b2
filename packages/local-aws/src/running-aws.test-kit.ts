import { KMSClient } from '@aws-sdk/client-kms';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import type { LocalAws, LocalAwsOptions } from './local-aws';
import { startLocalAws } from './start';

export interface Clients {
  readonly kms: KMSClient;
  readonly secrets: SecretsManagerClient;
  readonly ssm: SSMClient;
  readonly sts: STSClient;
}

export interface ClientSettings {
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
  readonly region?: string;
  readonly maxAttempts?: number;
}

export interface RunningAws {
  readonly aws: LocalAws;
  /** Clients of the SDK for JavaScript, one attempt per call, so that every error is seen. */
  clients(as?: ClientSettings): Clients;
}

/** Starts a local AWS for the tests of a file and stops it after them; empty before each test. */
export function runningAws(options: LocalAwsOptions = {}): RunningAws {
  let aws: LocalAws | undefined;
  let open: Clients[] = [];
  beforeAll(async () => {
    aws = await startLocalAws(options);
  });
  afterEach(() => {
    destroyClients(open);
    open = [];
    aws?.reset();
  });
  afterAll(() => aws?.stop());
  return {
    get aws() {
      return aws!;
    },
    clients: ({ region = 'eu-west-1', maxAttempts = 1, ...credentials } = {}) => {
      const config = {
        endpoint: aws!.endpoint,
        region,
        maxAttempts,
        credentials: { accessKeyId: 'local', secretAccessKey: 'local', ...credentials },
      };
      const created = {
        kms: new KMSClient(config),
        secrets: new SecretsManagerClient(config),
        ssm: new SSMClient(config),
        sts: new STSClient(config),
      };
      open.push(created);
      return created;
    },
  };
}

/** Closes the connections of clients. */
export function destroyClients(all: readonly Clients[]): void {
  for (const { kms, secrets, ssm, sts } of all) {
    for (const client of [kms, secrets, ssm, sts]) client.destroy();
  }
}

/** The error of a call that must fail, as the SDK read it. */
export async function failure(call: Promise<unknown>): Promise<{ name: string; message: string }> {
  const outcome = await call.then(
    () => ({ name: 'no error', message: '' }),
    (error: unknown) => error as Error,
  );
  return { name: outcome.name, message: outcome.message };
}
