import type { sendUnaryData, Server, ServerUnaryCall } from '@grpc/grpc-js';
import { SopsError, type SopsErrorCode } from '../model/sops-error';
import type { Keyring } from '../recipients/keyring';
import { identityText, type Recipient } from '../recipients/recipient';
import { recipientOf } from './key-message';
import { loadGrpc, maxMessageLength, type DecryptRequest, type EncryptRequest } from './protocol';

/** A request to a key service. */
export interface KeyServiceRequest {
  readonly action: 'encrypt' | 'decrypt';
  readonly recipient: Recipient;
}

/** How requests are answered. */
export interface ServerOptions {
  /** Encrypts and decrypts. */
  readonly keyring: Keyring;
  /** Whether a request is answered; it is asked before the key is used. All are answered where absent. */
  readonly confirm?: ((request: KeyServiceRequest) => Promise<boolean>) | undefined;
  /** Called when a request has ended, with its error where it failed. */
  readonly onAnswer?: ((request: KeyServiceRequest, error: SopsError | undefined) => void) | undefined;
}

/** A key service that is running. */
export interface RunningKeyService {
  /** The port of tcp; 0 for a socket in the file system. */
  readonly port: number;
  /** Closes all connections, and removes its socket from the file system. */
  readonly stop: () => void;
}

/**
 * Starts a key service as that of sops: whoever can connect can use its keys. Source: sops `keyservice/server.go`
 *
 * @param address as gRPC takes it: `127.0.0.1:5000` or `unix:/path`
 * @throws SopsError `badUsage` where it cannot listen there
 */
export async function startKeyService(address: string, options: ServerOptions): Promise<RunningKeyService> {
  const { grpc, service } = await loadGrpc();
  // Its own log would repeat what is reported here.
  if (process.env['GRPC_VERBOSITY'] === undefined) grpc.setLogVerbosity(grpc.logVerbosity.NONE);
  const server = new grpc.Server({ 'grpc.max_receive_message_length': maxMessageLength });
  const { keyring } = options;
  server.addService(service, {
    Encrypt: answer<EncryptRequest>('encrypt', options, async (recipient, { plaintext }) => {
      const named = (await keyring.resolve?.(recipient)) ?? recipient;
      return { ciphertext: Buffer.from(await keyring.wrap(named, plaintext)) };
    }),
    Decrypt: answer<DecryptRequest>('decrypt', options, async (recipient, { ciphertext }) => {
      const enc = Buffer.from(ciphertext).toString('utf8');
      return { plaintext: Buffer.from(await keyring.unwrap({ ...recipient, enc })) };
    }),
  });
  const port = await bound(server, address, grpc.ServerCredentials.createInsecure());
  return { port, stop: () => server.forceShutdown() };
}

const bound = (server: Server, address: string, credentials: Parameters<Server['bindAsync']>[1]) =>
  new Promise<number>((resolve, reject) =>
    server.bindAsync(address, credentials, (error, port) =>
      error ? reject(cannotListen(address, error)) : resolve(port),
    ),
  );

const cannotListen = (address: string, cause: Error) =>
  new SopsError('badUsage', {
    what: `cannot listen there: ${/\bE[A-Z]{3,}\b/.exec(String(cause))?.[0] ?? 'the address is not valid'}`,
    where: address,
    fix: 'Choose another --address, or stop what listens there; remove a socket file that is left over.',
    cause,
  });

/** Status numbers of gRPC. Source: grpc.io, "Status codes" */
const unknownStatus = 2;
const notFound = 5;
const permissionDenied = 7;

/** A handler for a method: the recipient of a request, whether it is confirmed, the result. */
function answer<Request extends EncryptRequest | DecryptRequest>(
  action: KeyServiceRequest['action'],
  { confirm, onAnswer }: ServerOptions,
  step: (recipient: Recipient, request: Request) => Promise<object>,
) {
  const respond = async (request: Request) => {
    const recipient = recipientOf(request.key);
    if (recipient === undefined) return refused(notFound, 'a request must name one key of a known kind');
    const asked = { action, recipient };
    try {
      if (confirm !== undefined && !(await confirm(asked)))
        return refused(permissionDenied, 'the request was not confirmed');
      const result = await step(recipient, request);
      onAnswer?.(asked, undefined);
      return { result };
    } catch (error) {
      const failure =
        error instanceof SopsError ? error : new SopsError('recipientFailed', { what: 'failed' });
      onAnswer?.(asked, failure);
      return refused(statusOf(failure.code), `${identityText(recipient).slice(0, 200)}: ${failure.what}`);
    }
  };
  return ({ request }: ServerUnaryCall<Request, object>, done: sendUnaryData<object>) =>
    void respond(request).then((outcome) =>
      'result' in outcome ? done(null, outcome.result) : done(outcome, null),
    );
}

const refused = (code: number, details: string) => ({ code, details });

const statusOf = (code: SopsErrorCode): number =>
  code === 'accessDenied' ? permissionDenied : unknownStatus;
