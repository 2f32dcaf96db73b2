import { KMSClient } from '@aws-sdk/client-kms';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { dispatch, type Setting } from '../../../../local-aws/src/server/dispatch';
import { readServiceRequest } from '../../../../local-aws/src/server/service-request';
import { createUniverse } from '../../../../local-aws/src/world/universe';
import type { Clients } from '../../aws/clients';
import { account, region } from '../../workspace/aws-workspace.test-kit';

/** A request as the SDK hands it over to be sent. */
interface Outgoing {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Called around each request, `secretsmanager.DescribeSecret`. */
export type Pass = <T>(operation: string, send: () => T) => Promise<T>;

/** local-aws without its server: the same operations, ten times as fast, for tests that make very many calls. */
export function createAwsInProcess() {
  const universe = createUniverse();
  const setting: Setting = { universe, defaultAccount: account, directory: () => undefined, now: Date.now };

  const answer = ({ method, headers, body = '' }: Outgoing) => {
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

  /** As the plugin's clients are, but for the wire. */
  const config = (pass: Pass) => ({
    region,
    credentials: { accessKeyId: account, secretAccessKey: 'test' },
    endpoint: 'http://127.0.0.1:1',
    maxAttempts: 3,
    retryMode: 'adaptive',
    requestHandler: {
      handle: async (request: Outgoing) => ({
        response: await pass(request.headers['x-amz-target'] ?? '', () => answer(request)),
      }),
    },
  });
  const directly: Pass = async (_, send) => send();

  return {
    world: universe.world(account, region),
    secretsManager: (pass = directly) => new SecretsManagerClient(config(pass)),
    kms: () => new KMSClient(config(directly)),
  };
}

/** Clients that have Secrets Manager only. */
export const onlySecretsManager = (client: SecretsManagerClient): Clients => ({
  secretsManager: async () => client,
  kms: () => Promise.reject(new Error('nothing asks KMS here')),
  sts: () => Promise.reject(new Error('nothing asks STS here')),
  destroy: () => client.destroy(),
});
