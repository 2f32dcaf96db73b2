import { hostname } from 'node:os';
import { SopsError } from '../model/sops-error';
import { inTime } from './time-limit';
import type { Recipient } from './recipient';
import { credentialProviders, credentialsOverClient } from './aws-credentials';
import { isClient, sendCommand, type KmsClient, type KmsCommand, type KmsRequest } from './aws-kms-client';
import { kmsError, regionOf } from './aws-kms-error';
import { sdkError } from './cloud-sdk';
import { keepPrivate, type Transport } from './transport';

/** A KMS key as a recipient. */
export type KmsRecipient = Extract<Recipient, { readonly kind: 'kms' }>;

/** How KMS is called. */
export interface KmsOptions {
  /** The client for a recipient, instead of one for its region, profile and role. */
  readonly clientFor?: ((recipient: KmsRecipient) => KmsClient | Promise<KmsClient>) | undefined;
}

/** Returns the client for a recipient; one for each region, profile and role. */
export type KmsClients = (recipient: KmsRecipient) => Promise<KmsClient>;

/** Milliseconds to connect and to answer, for each of three attempts; and for a whole call. */
const attemptTimeout = 2_500;
const callDeadline = 60_000;

/** Clients by region, profile and role of a recipient. Source, with the ARN pattern: sops `kms/keysource.go`. */
export function kmsClients({ clientFor }: KmsOptions = {}, transport: Transport = 'any'): KmsClients {
  if (clientFor) {
    return async (recipient) => {
      const client: unknown = await clientFor(recipient);
      if (isClient(client)) return client;
      throw new SopsError('badUsage', {
        what: 'awsKms.clientFor returned something that is not a client of KMS',
        where: recipient.arn.slice(0, 200),
        fix: 'Return a KMSClient of @aws-sdk/client-kms, or an object with a method send.',
      });
    };
  }
  const clients = new Map<string, Promise<KmsClient>>();
  return (recipient) => {
    const region = regionOf(recipient.arn);
    const key = JSON.stringify([region, recipient.awsProfile || '', recipient.role || '']);
    const client = clients.get(key) ?? makeClient(region, recipient, transport);
    clients.set(key, client);
    return client;
  };
}

async function kmsSdk() {
  try {
    // By name, so that bundlers leave the other forty commands out.
    const { DecryptCommand, EncryptCommand, KMSClient } = await import('@aws-sdk/client-kms');
    return { DecryptCommand, EncryptCommand, KMSClient };
  } catch (error) {
    throw sdkError(error, '@aws-sdk/client-kms');
  }
}

async function makeClient(
  region: string,
  { awsProfile, role }: KmsRecipient,
  transport: Transport,
): Promise<KmsClient> {
  const { KMSClient } = await kmsSdk();
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
  profile: string | undefined,
  role: string | undefined,
  transport: Transport,
) {
  if (!profile && !role) return transport === 'private' ? credentialsOverClient() : undefined;
  const { fromIni, fromTemporaryCredentials } = await credentialProviders();
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
  const bytes = await call('Encrypt', recipient, async () => {
    const client = await clients(recipient);
    const { EncryptCommand } = await kmsSdk();
    const members = membersOf(recipient);
    const body = { ...members, Plaintext: base64(key) };
    return send(client, new EncryptCommand({ ...members, Plaintext: key }), { operation: 'Encrypt', body });
  });
  return base64(bytes);
}

/** Runs a call, or returns what an equal one came to that was made with the same client and credentials. */
export type OneCall = (
  client: KmsClient,
  credentials: string,
  unwrap: () => Promise<Uint8Array>,
) => Promise<Uint8Array>;

/** Unwraps a key: KMS Decrypt with the recipient's ARN and context. */
export const unwrapKms = (
  clients: KmsClients,
  recipient: KmsRecipient,
  enc: string,
  oneCall: OneCall,
): Promise<Uint8Array> =>
  call('Decrypt', recipient, async () => {
    const client = await clients(recipient);
    return oneCall(client, await credentialsOf(client), async () => {
      const { DecryptCommand } = await kmsSdk();
      const members = membersOf(recipient);
      const wrapped = Buffer.from(enc, 'base64');
      const body = { ...members, CiphertextBlob: base64(wrapped) };
      const command = new DecryptCommand({ ...members, CiphertextBlob: wrapped });
      return call('Decrypt', recipient, () => send(client, command, { operation: 'Decrypt', body }));
    });
  });

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const membersOf = ({ arn, context = {} }: KmsRecipient) => ({
  KeyId: arn,
  EncryptionContext: { ...context },
});

/** The access key that a client of the SDK signs with: it tells sessions from each other. Other clients have none. */
async function credentialsOf(client: KmsClient): Promise<string> {
  const config: unknown = 'config' in client ? client.config : undefined;
  if (typeof config !== 'object' || config === null || !('credentials' in config)) return '';
  const { credentials } = config;
  const found = typeof credentials === 'function' ? await (credentials as () => unknown)() : credentials;
  return typeof found === 'object' && found !== null && 'accessKeyId' in found
    ? String(found.accessKeyId)
    : '';
}

/** The bytes of an answer, which the SDK returns unchecked. */
async function send(
  client: KmsClient,
  command: KmsCommand,
  request: KmsRequest,
): Promise<Uint8Array | undefined> {
  const answer = await sendCommand(client, command, request);
  const members = Object(answer) as Readonly<Record<string, unknown>>;
  const bytes = members[request.operation === 'Encrypt' ? 'CiphertextBlob' : 'Plaintext'];
  return bytes instanceof Uint8Array ? bytes : undefined;
}

async function call(
  operation: KmsRequest['operation'],
  { arn }: KmsRecipient,
  step: () => Promise<Uint8Array | undefined>,
): Promise<Uint8Array> {
  const action = `kms:${operation}`;
  try {
    const result = await step();
    if (result !== undefined) return result;
  } catch (error) {
    if (error instanceof SopsError) throw error;
    throw kmsError(action, arn, error);
  }
  throw new SopsError('recipientFailed', {
    what: `${action} returned no result`,
    where: arn,
    fix: 'Check AWS_ENDPOINT_URL.',
  });
}
