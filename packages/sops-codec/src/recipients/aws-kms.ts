import { hostname } from 'node:os';
import type { KMSClient } from '@aws-sdk/client-kms';
import { SopsError } from '../model/sops-error';
import { inTime } from './time-limit';
import type { Recipient } from './recipient';
import { credentialsOverClient } from './aws-credentials';
import { kmsError, regionOf } from './aws-kms-error';
import { keepPrivate, type Transport } from './transport';

/** A KMS key as a recipient. */
export type KmsRecipient = Extract<Recipient, { readonly kind: 'kms' }>;

/** How KMS is called. */
export interface KmsOptions {
  /** The client for a recipient, instead of one for its region, profile and role. */
  readonly clientFor?: ((recipient: KmsRecipient) => Promise<KMSClient>) | undefined;
}

/** Returns the client for a recipient; one for each region, profile and role. */
export type KmsClients = (recipient: KmsRecipient) => Promise<KMSClient>;

/** Milliseconds to connect and to answer, for each of three attempts; and for a whole call. */
const attemptTimeout = 2_500;
const callDeadline = 60_000;

/** Clients by region, profile and role of a recipient. Source, with the ARN pattern: sops `kms/keysource.go`. */
export function kmsClients({ clientFor }: KmsOptions = {}, transport: Transport = 'any'): KmsClients {
  if (clientFor) return clientFor;
  const clients = new Map<string, Promise<KMSClient>>();
  return (recipient) => {
    const region = regionOf(recipient.arn);
    const key = JSON.stringify([region, recipient.awsProfile, recipient.role]);
    const client = clients.get(key) ?? makeClient(region, recipient, transport);
    clients.set(key, client);
    return client;
  };
}

async function makeClient(
  region: string,
  { awsProfile, role }: KmsRecipient,
  transport: Transport,
): Promise<KMSClient> {
  const { KMSClient } = await import('@aws-sdk/client-kms');
  const requestHandler = {
    connectionTimeout: attemptTimeout,
    requestTimeout: attemptTimeout,
    throwOnRequestTimeout: true,
    ...(transport === 'private' ? { httpsAgent: { rejectUnauthorized: true } } : {}),
  };
  const credentials = await credentialsFor(region, awsProfile, role, transport);
  const client = new KMSClient({ region, requestHandler, ...(credentials ? { credentials } : {}) });
  if (transport === 'private') keepPrivate(client.config.requestHandler);
  client.middlewareStack.add((next) => (args) => inTime(next(args), callDeadline), {
    step: 'initialize',
    priority: 'high',
    name: 'deadline',
  });
  return client;
}

async function credentialsFor(
  region: string,
  profile: string,
  role: string | undefined,
  transport: Transport,
) {
  if (!profile && !role) return transport === 'private' ? credentialsOverClient() : undefined;
  const { fromIni, fromTemporaryCredentials } = await import('@aws-sdk/credential-providers');
  const base = profile
    ? credentialsOverClient(profile, () => Promise.resolve(fromIni))
    : transport === 'private'
      ? credentialsOverClient()
      : undefined;
  if (!role) return base;
  return fromTemporaryCredentials({
    params: { RoleArn: role, RoleSessionName: sessionName(hostname()) },
    clientConfig: { region },
    ...(base ? { masterCredentials: base } : {}),
  });
}

/** Source: sops `kms/keysource.go` (stsSession): characters that STS refuses, and hyphens, are left out. */
export const sessionName = (host: string): string =>
  `sops@${host.replace(/[^a-zA-Z0-9=,.@_]+/g, '')}`.slice(0, 64);

/** Wraps a key: KMS Encrypt under the recipient's ARN as it is written. Returns base64. */
export async function wrapKms(
  clients: KmsClients,
  recipient: KmsRecipient,
  key: Uint8Array,
): Promise<string> {
  return call('kms:Encrypt', recipient, clients, async (client) => {
    const { EncryptCommand } = await import('@aws-sdk/client-kms');
    const command = new EncryptCommand({
      KeyId: recipient.arn,
      Plaintext: key,
      EncryptionContext: { ...recipient.context },
    });
    const { CiphertextBlob } = await client.send(command);
    return CiphertextBlob && Buffer.from(CiphertextBlob).toString('base64');
  });
}

/** Unwraps a key: KMS Decrypt with the recipient's ARN and context. */
export async function unwrapKms(
  clients: KmsClients,
  recipient: KmsRecipient,
  enc: string,
): Promise<Uint8Array> {
  return call('kms:Decrypt', recipient, clients, async (client) => {
    const { DecryptCommand } = await import('@aws-sdk/client-kms');
    const command = new DecryptCommand({
      KeyId: recipient.arn,
      CiphertextBlob: Buffer.from(enc, 'base64'),
      EncryptionContext: { ...recipient.context },
    });
    // The SDK returns the answer unchecked.
    const plaintext: unknown = (await client.send(command)).Plaintext;
    return plaintext instanceof Uint8Array ? plaintext : undefined;
  });
}

async function call<T>(
  action: string,
  recipient: KmsRecipient,
  clients: KmsClients,
  step: (client: KMSClient) => Promise<T | undefined>,
): Promise<T> {
  try {
    const result = await step(await clients(recipient));
    if (result !== undefined) return result;
  } catch (error) {
    if (error instanceof SopsError) throw error;
    throw kmsError(action, recipient.arn, error);
  }
  throw new SopsError('recipientFailed', {
    what: `${action} returned no result`,
    where: recipient.arn,
    fix: 'Check AWS_ENDPOINT_URL.',
  });
}
