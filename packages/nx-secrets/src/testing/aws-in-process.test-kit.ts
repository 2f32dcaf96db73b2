import { KMSClient } from '@aws-sdk/client-kms';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { HttpRequest } from '@smithy/types';
import { dispatch, type Setting } from '../../../local-aws/src/server/dispatch';
import { readServiceRequest } from '../../../local-aws/src/server/service-request';
import { createAccountStore } from '../../../local-aws/src/store/account-store';
import type { Clients } from '../aws/clients';
import type { RateLimiter } from '../aws/rate-limiter';
import { retryThrottled } from '../aws/retries';
import { account, region as home } from './aws-workspace.test-kit';
import type { WireAnswer } from './faults.test-kit';

/** A request as the SDK hands it over to be sent. */
interface Outgoing {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Called around each request, `secretsmanager.DescribeSecret`. */
export type Pass = (operation: string, send: () => WireAnswer) => Promise<WireAnswer>;

/** Nothing waits here; how fast it goes has tests of its own. */
const steady: RateLimiter = { turn: () => 0, answered: () => undefined, throttled: () => undefined };
const timeLimit = 45_000;

/** local-aws without its server: the same operations, ten times as fast, for tests that make very many calls. */
export function createAwsInProcess() {
  const accounts = createAccountStore();
  // No two requests at the same time: what is older is known.
  let clock = Date.now();
  const now = () => (clock += 1);
  const setting: Setting = { accounts, defaultAccount: account, directory: () => undefined, now };

  const answer = ({ method, headers, body = '' }: Outgoing): WireAnswer => {
    const bytes =
      typeof body === 'string'
        ? Buffer.from(body)
        : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    const asked = readServiceRequest(headers['x-amz-target'], bytes);
    const answered = dispatch(setting, asked!, { method, target: '/', headers, body: bytes });
    return {
      statusCode: answered.status,
      headers: { 'content-type': answered.contentType },
      body: Buffer.from(answered.body),
    };
  };

  /** As the plugin's clients are, but for the wire and the signature, which nobody checks here. */
  const config = (pass: Pass, region: string, service: string) => ({
    region,
    signer: { sign: async (request: HttpRequest) => unproved(request, region, service) },
    credentials: { accessKeyId: account, secretAccessKey: 'test' },
    endpoint: 'http://127.0.0.1:1',
    retryStrategy: retryThrottled(timeLimit, steady),
    requestHandler: {
      handle: async (request: Outgoing) => ({
        response: await pass(request.headers['x-amz-target'] ?? '', () => answer(request)),
      }),
    },
  });
  const directly: Pass = async (_, send) => send();

  return {
    accounts,
    store: accounts.region(account, home),
    secretsManager: (pass = directly, region = home) =>
      new SecretsManagerClient(config(pass, region, 'secretsmanager')),
    kms: (pass = directly, region = home) => new KMSClient(config(pass, region, 'kms')),
  };
}

/** A request with the header that a signature comes in: whose it is and for what, without a proof. */
function unproved(request: HttpRequest, region: string, service: string): HttpRequest {
  const scope = `${account}/20260101/${region}/${service}/aws4_request`;
  const parts = [`Credential=${scope}`, 'SignedHeaders=host', `Signature=${'0'.repeat(64)}`];
  request.headers['authorization'] = `AWS4-HMAC-SHA256 ${parts.join(', ')}`;
  request.headers['x-amz-date'] = '20260101T000000Z';
  return request;
}

/** Clients as the plugin has them; of a service that is not given, nothing may be asked. */
export const clientsOf = (given: {
  readonly secretsManager?: SecretsManagerClient;
  readonly kms?: KMSClient;
}): Clients => ({
  secretsManager: async () => given.secretsManager ?? unasked('Secrets Manager'),
  kms: async () => given.kms ?? unasked('KMS'),
  sts: async () => unasked('STS'),
  iam: async () => unasked('IAM'),
  ssm: async () => unasked('IAM'),
  identity: async () => undefined,
  destroy: () => undefined,
});

function unasked(service: string): never {
  throw new Error(`nothing asks ${service} here`);
}
