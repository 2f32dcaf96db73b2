import { hostname } from 'node:os';
import type { KMSClient } from '@aws-sdk/client-kms';
import { SopsError, type SopsErrorCode } from '../model/sops-error';
import { withoutMessage } from './cloud-sdk';
import { inTime } from './time-limit';
import type { Recipient } from './recipient';
import { credentialsOverClient } from './aws-credentials';
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

function regionOf(arn: string): string {
  const region = /^arn:aws[\w-]*:kms:(.+):[0-9]+:(?:key|alias)\/.+$/.exec(arn)?.[1];
  if (region !== undefined && /^[a-z0-9-]+$/.test(region)) return region;
  throw new SopsError('badRecipient', {
    what: 'not the ARN of a KMS key or alias',
    where: arn.slice(0, 120),
    fix: 'Write it as arn:aws:kms:<region>:<account>:key/<id> or …:alias/<name>; bare ids and aliases name no region.',
  });
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

/**
 * An error of KMS. Its message quotes names and is kept, but not for Encrypt, whose request carries the data key, nor for
 * an answer that cannot be parsed: the errors of the language quote it, and it may contain the data key.
 */
function kmsError(action: string, arn: string, error: unknown): SopsError {
  const name = error instanceof Error ? error.name : 'Error';
  const quotes = action === 'kms:Decrypt' && !/^(Syntax|Type|Range)Error$/.test(name);
  const message = error instanceof Error && quotes ? error.message.slice(0, 300) : '';
  const { code, fix } = reasons.get(name) ?? {};
  return new SopsError(code ?? (isFromService(error) ? 'recipientFailed' : 'recipientUnreachable'), {
    what: `${action} failed: ${[name, message].filter(Boolean).join(': ')}`,
    where: arn,
    fix: fix?.(arn) ?? `Check the network, AWS_ENDPOINT_URL where it is set, and who you are:\n${identity}`,
    cause: withoutMessage(error),
  });
}

/** Whether a service answered; else it was not reached. */
const isFromService = (error: unknown): boolean => error instanceof Error && '$fault' in error;

interface Reason {
  readonly code: SopsErrorCode;
  /** @param arn of the key or alias */
  readonly fix: (arn: string) => string;
}

const identity = 'aws sts get-caller-identity';
const describeKey = (arn: string) =>
  `aws kms describe-key --region ${regionOf(arn)} --key-id ${shellWord(arn)}`;

/** An ARN comes from a file: a shell takes it for one word, and nothing else. */
const shellWord = (text: string): string =>
  /^[\w:/.-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

const accessDenied: Reason = {
  code: 'accessDenied',
  fix: () =>
    `Let the identity in use use the key, with this encryption context. Which one that is:\n${identity}`,
};
const invalidCredentials: Reason = {
  code: 'badCredentials',
  fix: () => 'The credentials are not valid: sign in again.',
};
const expiredCredentials: Reason = {
  code: 'badCredentials',
  fix: () => 'The credentials expired: sign in again.',
};

/** What the names of errors mean. Source: AWS KMS API Reference, "Common errors", Encrypt, Decrypt; AWS STS, AssumeRole */
const reasons: ReadonlyMap<string, Reason> = new Map([
  [
    'NotFoundException',
    {
      code: 'keyNotFound',
      fix: () => 'The key or alias does not exist in that account and region: create it, or correct the ARN.',
    },
  ],
  ['AccessDeniedException', accessDenied],
  ['AccessDenied', accessDenied],
  [
    'CredentialsProviderError',
    {
      code: 'badCredentials',
      fix: () =>
        'Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Where the profile signs in by SSO:\naws sso login',
    },
  ],
  ['ExpiredTokenException', expiredCredentials],
  ['ExpiredToken', expiredCredentials],
  ['UnrecognizedClientException', invalidCredentials],
  ['InvalidClientTokenId', invalidCredentials],
  ['InvalidSignatureException', invalidCredentials],
  ['ThrottlingException', { code: 'throttled', fix: () => 'AWS is throttling: run it again.' }],
  [
    'SyntaxError',
    {
      code: 'recipientFailed',
      fix: () => 'The answer is not from KMS: check who answers (AWS_ENDPOINT_URL, a proxy, a login page).',
    },
  ],
  [
    'IncorrectKeyException',
    {
      code: 'badWrappedKey',
      fix: () =>
        'The alias points at another key than the file was encrypted with: take the file that was encrypted with the new key (git pull), or restore the alias.',
    },
  ],
  [
    'DisabledException',
    {
      code: 'keyUnusable',
      fix: (arn) =>
        `Enable the key. Its id:\n${describeKey(arn)}\naws kms enable-key --region ${regionOf(arn)} --key-id <id>`,
    },
  ],
  [
    'KMSInvalidStateException',
    {
      code: 'keyUnusable',
      fix: (arn) => `The key cannot be used in its state (pending deletion?):\n${describeKey(arn)}`,
    },
  ],
  [
    'InvalidCiphertextException',
    {
      code: 'badWrappedKey',
      fix: () =>
        'The wrapped key is damaged, or was wrapped with another encryption context: restore the file from Git.',
    },
  ],
]);
