import type { Client } from '@grpc/grpc-js';
import { SopsError, type SopsErrorCode } from '../model/sops-error';
import { withoutMessage } from '../recipients/cloud-sdk';
import type { Recipient, WrappedKey } from '../recipients/recipient';
import { inTime } from '../recipients/time-limit';
import type { Transport } from '../recipients/transport';
import { targetOf } from './address';
import { keyMessageOf } from './key-message';
import { loadGrpc, maxMessageLength, type DecryptRequest, type EncryptRequest } from './protocol';

/** How a key service is called. */
export interface KeyServiceOptions {
  /** `private` calls key services on this machine only: the connection is not encrypted. `any` is the default. */
  readonly transport?: Transport | undefined;
  /** Milliseconds to connect: 10 seconds where absent. */
  readonly connectTimeout?: number | undefined;
  /** Milliseconds to answer: 90 seconds where absent, as somebody may have to confirm each request there. */
  readonly callTimeout?: number | undefined;
}

/** A key service that is asked over gRPC. */
export interface KeyService {
  readonly uri: string;
  /** Wraps a key for a recipient. */
  readonly wrap: (recipient: Recipient, key: Uint8Array) => Promise<string>;
  /** Unwraps a key: a data key, or a share of one. */
  readonly unwrap: (key: WrappedKey) => Promise<Uint8Array>;
}

/**
 * A key service. The connection is made when it is first needed, kept for further calls, and does not keep the process
 * running. What it answers is checked: nothing vouches for who answers.
 */
export function keyServiceClient(uri: string, options: KeyServiceOptions = {}): KeyService {
  const { transport = 'any', connectTimeout = 10_000, callTimeout = 90_000 } = options;
  let connection: Promise<Connection> | undefined;
  const call: Call = async (method, request) => {
    try {
      const { client, service, ready } = await (connection ??= connect(targetOf(uri, transport)));
      await ready(client, Date.now() + connectTimeout);
      return await inTime(unary(client, service[method], request, callTimeout), callTimeout + 1_000);
    } catch (error) {
      throw serviceError(uri, error);
    }
  };
  return {
    uri,
    wrap: async (recipient, key) => {
      const { ciphertext } = await call('Encrypt', { key: keyMessageOf(recipient), plaintext: key });
      return wrappedText(uri, recipient.kind, ciphertext);
    },
    unwrap: async (key) => {
      const { plaintext } = await call('Decrypt', {
        key: keyMessageOf(key),
        ciphertext: Buffer.from(key.enc),
      });
      return dataKey(uri, plaintext);
    },
  };
}

interface Answer {
  readonly ciphertext?: unknown;
  readonly plaintext?: unknown;
}
type Method = Awaited<ReturnType<typeof loadGrpc>>['service']['Encrypt'];
type Call = (method: 'Encrypt' | 'Decrypt', request: EncryptRequest | DecryptRequest) => Promise<Answer>;
type Connection = Awaited<ReturnType<typeof connect>>;

async function connect(target: string) {
  const { grpc, service } = await loadGrpc();
  const client = new grpc.Client(target, grpc.credentials.createInsecure(), {
    'grpc.enable_http_proxy': 0,
    'grpc.enable_retries': 0,
    'grpc.service_config_disable_resolution': 1,
    'grpc.max_receive_message_length': maxMessageLength,
  });
  /** Waits for a connection; the first attempt that fails ends it, as in sops. */
  const ready = async (one: Client, deadline: number): Promise<void> => {
    const channel = one.getChannel();
    for (;;) {
      const state = channel.getConnectivityState(true);
      if (state === grpc.connectivityState.READY) return;
      if (state === grpc.connectivityState.TRANSIENT_FAILURE)
        throw Object.assign(new Error(), { code: grpc.status.UNAVAILABLE });
      await new Promise<void>((resolve, reject) =>
        channel.watchConnectivityState(state, deadline, (error) =>
          error ? reject(Object.assign(new Error(), { code: grpc.status.DEADLINE_EXCEEDED })) : resolve(),
        ),
      );
    }
  };
  return { client, service, ready };
}

const unary = (client: Client, method: Method, request: object, timeout: number): Promise<Answer> =>
  new Promise((resolve, reject) =>
    client.makeUnaryRequest<object, Answer>(
      method.path,
      method.requestSerialize,
      (bytes) => method.responseDeserialize(bytes) as Answer,
      request,
      { deadline: Date.now() + timeout },
      (error, answer) => (error ? reject(error) : resolve(answer ?? {})),
    ),
  );

/** Its status only: a text of the service may quote the data key. Source: grpc.io, "Status codes" */
function serviceError(uri: string, error: unknown): SopsError {
  if (error instanceof SopsError) return error;
  const cause = withoutMessage(error);
  const { code } = cause as { readonly code?: unknown };
  const status = cause.name === 'TimeoutError' ? 4 : code;
  const [kind, what, fix] = statuses.get(status) ?? [
    'recipientFailed',
    typeof status === 'number' ? `failed with gRPC status ${status}` : 'failed',
    'Its own log tells why; sops-codec keyservice --verbose prints the reasons.',
  ];
  return failed(uri, kind, what, fix, cause);
}

const statuses: ReadonlyMap<unknown, readonly [code: SopsErrorCode, what: string, fix: string]> = new Map([
  [
    4,
    [
      'recipientUnreachable',
      'does not answer in time',
      'Check that it is a key service and not waiting for confirmation.',
    ],
  ],
  [7, ['accessDenied', 'refused the request', 'Ask whoever runs it to confirm the request.']],
  [8, ['throttled', 'limits requests or answered too much', 'Try again later.']],
  [12, ['recipientFailed', 'is not a key service of sops', 'Check the address.']],
  [13, ['recipientFailed', 'did not answer as a key service does', 'Check the address.']],
  [14, ['recipientUnreachable', 'cannot be reached', 'Start it, or check the address.']],
]);

/** The form that a wrapped key has in a file, by kind. */
const forms: Readonly<Record<Recipient['kind'], RegExp>> = {
  kms: /^[\w+/=-]+$/,
  gcp_kms: /^[\w+/=-]+$/,
  azure_kv: /^[\w+/=-]+$/,
  hckms: /^[\w+/=-]+$/,
  hc_vault: /^vault:v\d+:[\w+/=-]+$/,
  pgp: /^-----BEGIN PGP MESSAGE-----\r?\n/,
  age: /^-----BEGIN AGE ENCRYPTED FILE-----\r?\n/,
};

/** Nobody could decrypt a file whose wrapped key is nonsense: only what looks like one is written. */
function wrappedText(uri: string, kind: Recipient['kind'], bytes: unknown): string {
  const text = bytes instanceof Uint8Array ? Buffer.from(bytes).toString('utf8') : '';
  if (text.length <= 65_536 && forms[kind].test(text) && !text.includes('\ufffd')) return text;
  throw failed(
    uri,
    'recipientFailed',
    'did not return a wrapped key',
    'Check the address, and who answers there.',
  );
}

/** A data key has 32 bytes, a share of one has 33. The bytes of the message are overwritten. */
function dataKey(uri: string, bytes: unknown): Uint8Array {
  const key = bytes instanceof Uint8Array ? Uint8Array.from(bytes) : new Uint8Array();
  if (bytes instanceof Uint8Array) bytes.fill(0);
  if (key.length === 32 || key.length === 33) return key;
  key.fill(0);
  throw failed(
    uri,
    'recipientFailed',
    'did not return a data key',
    'Check the address, and who answers there.',
  );
}

const failed = (uri: string, code: SopsErrorCode, what: string, fix: string, cause?: unknown) =>
  new SopsError(code, { what: `the key service ${uri.slice(0, 120)} ${what}`, fix, cause });
