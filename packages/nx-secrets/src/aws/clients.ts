import type { KMSClient } from '@aws-sdk/client-kms';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { STSClient } from '@aws-sdk/client-sts';
import { credentialsOverClient, keepPrivate } from 'sops-codec';
import type { AssumedRole } from './assumed-role';
import { loadIam, type IamClient } from './iam-client';
import { regionOfEnvironment } from './region';
import { nameRefused } from './refused-identity';
import { createRateLimiter } from './rate-limiter';
import { retryThrottled } from './retries';
import type { SdkClient } from './sdk-client';
import { loadSsm, type SsmClient } from './ssm-client';
import { silenceVersionWarning } from './version-warning';

/** The clients of one region and identity. */
export interface Clients {
  readonly kms: () => Promise<KMSClient>;
  readonly secretsManager: () => Promise<SecretsManagerClient>;
  readonly sts: () => Promise<STSClient>;
  /** Rejects with a ProblemError where the package for it is not installed. */
  readonly iam: () => Promise<IamClient>;
  /** As `iam`. */
  readonly ssm: () => Promise<SsmClient>;
  /** The ARN of the identity that calls; undefined where AWS does not tell. */
  readonly identity: () => Promise<string | undefined>;
  /** Closes the connections that are kept alive. */
  readonly destroy: () => void;
}

type Credentials = AssumedRole['credentials'] | ReturnType<typeof credentialsOverClient>;

/** What the clients' configurations have in common. */
interface ClientConfig {
  readonly region?: string;
  readonly credentials?: Credentials;
  readonly retryStrategy: ReturnType<typeof retryThrottled>;
  readonly cacheMiddleware: true;
  readonly requestHandler: object;
}

/**
 * Longest wait for a connection, and for an answer, in milliseconds. Three attempts of it, and the start of Nx, make a dead
 * endpoint known within 15 s. Giving up early is safe: every write is idempotent.
 */
const attemptTimeout = 2_500;
/** Longest time that a call is retried for, and longest wait for a whole call, in milliseconds. */
const retryTimeout = 45_000;
const callDeadline = 60_000;
/** Connections of a client: as many as a run has calls under way at once. */
export const callsAtOnce = 32;

/**
 * Clients for a region and identity, made when they are first used: the AWS SDK is not loaded before.
 *
 * @param scope region (the environment's, else the profile's, where absent) and the role that calls are made as
 */
export function createClients(scope: {
  readonly region?: string | undefined;
  readonly role?: AssumedRole | undefined;
}): Clients {
  silenceVersionWarning();
  const opened: SdkClient[] = [];
  const region = scope.region ?? regionOfEnvironment();
  const open = <Client extends SdkClient>(load: (config: ClientConfig) => Promise<Client>) => {
    let client: Promise<Client> | undefined;
    return () =>
      (client ??= load(configOf({ ...scope, region })).then((made) => {
        opened.push(made);
        keepPrivate(made.config.requestHandler);
        made.middlewareStack.add((next) => (args) => inTime(next(args)), {
          step: 'initialize',
          priority: 'high',
          name: 'deadline',
        });
        made.middlewareStack.add(
          (next, { commandName = '' }) =>
            (args) =>
              next(args).catch((error: unknown) => nameRefused(error, commandName, identity)),
          { step: 'initialize', priority: 'high', name: 'refused-identity' },
        );
        return made;
      }));
  };
  const sts = open(async (config) => new (await import('@aws-sdk/client-sts')).STSClient(config));
  let caller: Promise<string | undefined> | undefined;
  const identity = scope.role?.identity ?? (() => (caller ??= callerArn(sts)));
  return {
    kms: open(async (config) => new (await import('@aws-sdk/client-kms')).KMSClient(config)),
    secretsManager: open(
      async (config) => new (await import('@aws-sdk/client-secrets-manager')).SecretsManagerClient(config),
    ),
    sts,
    iam: open(async (config) => new (await loadIam()).IAMClient(config)),
    ssm: open(async (config) => new (await loadSsm()).SSMClient(config)),
    identity,
    destroy: () => opened.forEach((client) => client.destroy()),
  };
}

function configOf({ region, role }: Parameters<typeof createClients>[0]): ClientConfig {
  return {
    ...(region === undefined ? {} : { region }),
    ...(role === undefined ? {} : { credentials: role.credentials }),
    ...(role === undefined && !hasKeysInEnvironment() ? { credentials: credentialsOverClient() } : {}),
    retryStrategy: retryThrottled(retryTimeout, createRateLimiter(), () => sayThrottled(region)),
    // The SDK would put the same chain of steps together for each call.
    cacheMiddleware: true,
    requestHandler: {
      connectionTimeout: attemptTimeout,
      requestTimeout: attemptTimeout,
      throwOnRequestTimeout: true,
      httpAgent: { keepAlive: true, maxSockets: callsAtOnce },
      // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
      httpsAgent: { keepAlive: true, maxSockets: callsAtOnce, rejectUnauthorized: true },
    },
  };
}

/** A run that waits for AWS is not one that hangs. */
const sayThrottled = (region: string | undefined): void =>
  console.warn(
    `AWS is throttling calls${region === undefined ? '' : ` in ${region}`}: this goes on more slowly, and gives a call up after ${retryTimeout / 1000} s`,
  );

/** Then the SDK asks nobody for credentials. Source: AWS SDK for JavaScript, defaultProvider */
const hasKeysInEnvironment = (): boolean =>
  Boolean(
    process.env['AWS_ACCESS_KEY_ID'] && process.env['AWS_SECRET_ACCESS_KEY'] && !process.env['AWS_PROFILE'],
  );

/** Who calls, for messages: another failure here tells less than the one that it would be about. */
async function callerArn(sts: Clients['sts']): Promise<string | undefined> {
  const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
  try {
    const { Arn } = await (await sts()).send(new GetCallerIdentityCommand({}));
    return Arn !== undefined && /^arn:[\w+=,.@/:-]+$/.test(Arn) ? Arn : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A call, or its end at the deadline whatever the endpoint does: an answer that trickles in passes all other limits.
 *
 * @throws an error with the name TimeoutError
 */
async function inTime<T>(call: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = Object.assign(new Error(`no answer within ${callDeadline / 1000} s`), {
      name: 'TimeoutError',
    });
    timer = setTimeout(() => reject(error), callDeadline);
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
}
