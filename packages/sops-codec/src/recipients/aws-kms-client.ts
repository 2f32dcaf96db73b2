/** A command as the clients of the AWS SDK take it. */
export interface KmsCommand {
  /** The members of the request, as the KMS API names them. */
  readonly input: unknown;
}

/**
 * A client of KMS, as far as it is used here: `KMSClient` and `KMS` of any `@aws-sdk/client-kms` from 3.600 on, or an object
 * of your own.
 */
export interface KmsClient {
  /** Sends an `EncryptCommand` or a `DecryptCommand`, and returns its answer. */
  send(command: KmsCommand): Promise<unknown>;
}

/** Whether something can send commands. */
export const isClient = (value: unknown): value is KmsClient =>
  typeof value === 'object' && value !== null && 'send' in value && typeof value.send === 'function';

/** The text form of a request: bytes are base64. */
export interface KmsRequest {
  readonly operation: 'Encrypt' | 'Decrypt';
  readonly body: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

interface Response {
  readonly statusCode: number;
  readonly body: AsyncIterable<Uint8Array>;
}
type Middleware = (
  next: (args: object) => Promise<{ readonly response: Response }>,
  context: { readonly endpointV2: { readonly url: URL } },
) => (args: object) => Promise<object>;

/** The middleware of a client or a command, as far as it is used here. */
interface Stack {
  readonly identify: () => readonly string[];
  readonly add: (middleware: Middleware, options: object) => void;
}

/**
 * Sends a command of the SDK that is installed here through a client that may come from another version. With clients from
 * before the SDK had schemas (3.600 is one) the command writes the request and reads the answer; today the client does it.
 * Between the two nobody would.
 * Source: smithy.io, "AWS JSON 1.1 protocol"
 */
export function sendCommand(client: KmsClient, command: KmsCommand, request: KmsRequest): Promise<unknown> {
  const own = stackOf(client);
  const isOlder = own && !own.identify().some((name) => name.startsWith('serializerMiddleware'));
  if (isOlder) {
    stackOf(command)?.add(writeRequest(request), { step: 'serialize', name: 'serializerMiddleware' });
    stackOf(command)?.add(readAnswer, { step: 'deserialize', name: 'deserializerMiddleware' });
  }
  return client.send(command);
}

function stackOf(holder: object): Stack | undefined {
  const stack = 'middlewareStack' in holder ? holder.middlewareStack : undefined;
  return typeof stack === 'object' && stack !== null && 'identify' in stack ? (stack as Stack) : undefined;
}

const writeRequest =
  ({ operation, body }: KmsRequest): Middleware =>
  (next, context) =>
  (args) => {
    // Known only now: another middleware resolves it for each call.
    const { url } = context.endpointV2;
    const request = {
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      path: url.pathname,
      query: {},
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `TrentService.${operation}`,
      },
      body: JSON.stringify(body),
    };
    return next({ ...args, request });
  };

const readAnswer: Middleware = (next) => async (args) => {
  const { response } = await next(args);
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body) chunks.push(chunk);
  const answer = JSON.parse(Buffer.concat(chunks).toString()) as Readonly<Record<string, unknown>>;
  const metadata = { $metadata: { httpStatusCode: response.statusCode } };
  if (response.statusCode >= 300) {
    const text = answer['message'] ?? answer['Message'];
    throw Object.assign(new Error(typeof text === 'string' ? text : ''), metadata, {
      name: String(answer['__type']).replace(/^.*#|:.*$/g, ''),
      $fault: response.statusCode < 500 ? 'client' : 'server',
    });
  }
  const bytes = (name: string) =>
    typeof answer[name] === 'string' ? { [name]: Buffer.from(answer[name], 'base64') } : {};
  return { response, output: { ...metadata, ...bytes('Plaintext'), ...bytes('CiphertextBlob') } };
};
