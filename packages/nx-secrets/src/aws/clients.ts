import type { KMSClient } from '@aws-sdk/client-kms';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { STSClient } from '@aws-sdk/client-sts';
import type { fromTemporaryCredentials } from '@aws-sdk/credential-providers';

/** The clients of one region and identity. */
export interface Clients {
  readonly kms: () => Promise<KMSClient>;
  readonly secretsManager: () => Promise<SecretsManagerClient>;
  readonly sts: () => Promise<STSClient>;
  /** Closes the connections that are kept alive. */
  readonly destroy: () => void;
}

type Credentials = ReturnType<typeof fromTemporaryCredentials>;

/** What the three clients' configurations have in common. */
interface ClientConfig {
  readonly region?: string;
  readonly credentials?: Credentials;
  readonly maxAttempts: number;
  readonly retryMode: 'adaptive';
  readonly requestHandler: object;
}

/**
 * Longest wait for a connection, and for an answer, in milliseconds. Three attempts of it, and the start of Nx, make a dead
 * endpoint known within 15 s. An attempt that is given up too early does no harm: every write is idempotent.
 */
const attemptTimeout = 2_500;
/** Longest wait for a whole call, in milliseconds: an endpoint that throttles may take its time. */
const callDeadline = 60_000;

/**
 * Clients for a region and identity, made when they are first used: the AWS SDK is not loaded before.
 *
 * @param scope region (the SDK's own chain where absent) and role to assume
 */
export function createClients(scope: {
  readonly region?: string | undefined;
  readonly roleArn?: string | undefined;
}): Clients {
  const opened: { destroy(): void }[] = [];
  const open = <Client extends { destroy(): void }>(load: (config: ClientConfig) => Promise<Client>) => {
    let client: Promise<Client> | undefined;
    return () =>
      (client ??= configOf(scope)
        .then(load)
        .then((made) => {
          opened.push(made);
          return made;
        }));
  };
  return {
    kms: open(async (config) => new (await import('@aws-sdk/client-kms')).KMSClient(config)),
    secretsManager: open(
      async (config) => new (await import('@aws-sdk/client-secrets-manager')).SecretsManagerClient(config),
    ),
    sts: open(async (config) => new (await import('@aws-sdk/client-sts')).STSClient(config)),
    destroy: () => opened.forEach((client) => client.destroy()),
  };
}

async function configOf({ region, roleArn }: Parameters<typeof createClients>[0]): Promise<ClientConfig> {
  return {
    ...(region === undefined ? {} : { region }),
    ...(roleArn === undefined ? {} : { credentials: await assumeRole(roleArn, region) }),
    maxAttempts: 3,
    retryMode: 'adaptive',
    requestHandler: {
      connectionTimeout: attemptTimeout,
      requestTimeout: attemptTimeout,
      throwOnRequestTimeout: true,
      httpAgent: { keepAlive: true, maxSockets: 32 },
      httpsAgent: { keepAlive: true, maxSockets: 32 },
    },
  };
}

async function assumeRole(roleArn: string, region: string | undefined): Promise<Credentials> {
  const { fromTemporaryCredentials } = await import('@aws-sdk/credential-providers');
  return fromTemporaryCredentials({
    params: { RoleArn: roleArn, RoleSessionName: 'nx-secrets' },
    ...(region === undefined ? {} : { clientConfig: { region } }),
  });
}

/** Options of one call: it ends at the deadline whatever the endpoint does. */
export const withDeadline = () => ({ abortSignal: AbortSignal.timeout(callDeadline) });
