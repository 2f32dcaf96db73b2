import type { KeyManagementServiceClient } from '@google-cloud/kms';
import type { AuthClient } from 'google-auth-library';
import { SopsError } from '../model/sops-error';
import { cloudError, sdkError, withoutMessage } from './cloud-sdk';
import { inTime } from './time-limit';
import { requirePrivate, type Transport } from './transport';

const fix =
  'Sign in (gcloud auth application-default login), or set GOOGLE_CREDENTIALS, and check that you may use the key.';
const timeout = 15_000;

/** Returns the client, created when it is first used. */
export type GcpClient = () => Promise<KeyManagementServiceClient>;

/**
 * The client of the environment: `GOOGLE_CREDENTIALS` (a file or its content), `GOOGLE_OAUTH_ACCESS_TOKEN`, else the
 * default credentials; `SOPS_GCP_KMS_CLIENT_TYPE`, `SOPS_GCP_KMS_ENDPOINT` and `SOPS_GCP_KMS_UNIVERSE_DOMAIN` as in sops.
 * Source: sops `gcpkms/keysource.go`
 */
export function gcpClient(transport: Transport = 'any'): GcpClient {
  let client: Promise<KeyManagementServiceClient> | undefined;
  return () => (client ??= makeClient(transport));
}

async function kmsSdk() {
  try {
    return await import('@google-cloud/kms');
  } catch (error) {
    throw sdkError(error, '@google-cloud/kms');
  }
}

async function authLibrary() {
  try {
    return await import('google-auth-library');
  } catch (error) {
    throw sdkError(error, 'google-auth-library');
  }
}

async function makeClient(transport: Transport): Promise<KeyManagementServiceClient> {
  const { v1 } = await kmsSdk();
  const endpoint = endpointOf(process.env['SOPS_GCP_KMS_ENDPOINT']);
  if (endpoint && transport === 'private')
    requirePrivate({ ...endpoint, protocol: `${endpoint.protocol}:`, hostname: endpoint.apiEndpoint });
  const universeDomain = process.env['SOPS_GCP_KMS_UNIVERSE_DOMAIN'];
  return new v1.KeyManagementServiceClient({
    ...(process.env['SOPS_GCP_KMS_CLIENT_TYPE'] === 'rest' || endpoint?.protocol === 'http'
      ? { fallback: true }
      : {}),
    ...(endpoint ?? {}),
    ...(universeDomain ? { universeDomain } : {}),
    ...(await findCredentials(universeDomain)),
  });
}

/**
 * The credentials, found before the client needs them: the client looks for them in the background, and if there are none,
 * a rejection that nobody handles ends the process.
 */
async function findCredentials(universeDomain?: string): Promise<object> {
  const { GoogleAuth, OAuth2Client } = await authLibrary();
  const token = process.env['GOOGLE_OAUTH_ACCESS_TOKEN'];
  if (token) {
    const client = new OAuth2Client();
    client.setCredentials({ access_token: token });
    return { authClient: client };
  }
  try {
    const auth = new GoogleAuth({
      scopes: 'https://www.googleapis.com/auth/cloud-platform',
      ...credentialsOf(process.env['GOOGLE_CREDENTIALS']),
      ...(universeDomain ? { clientOptions: { universeDomain } } : {}),
    });
    return { authClient: await inTime(auth.getClient(), timeout) };
  } catch (error) {
    throw new SopsError('badCredentials', {
      what: 'no GCP credentials found',
      fix,
      cause: withoutMessage(error),
    });
  }
}

function endpointOf(
  text: string | undefined,
): { apiEndpoint: string; port?: number; protocol: string } | undefined {
  if (!text) return undefined;
  const url = new URL(text.includes('://') ? text : `https://${text}`);
  return {
    apiEndpoint: url.hostname,
    protocol: url.protocol.slice(0, -1),
    ...(url.port ? { port: Number(url.port) } : {}),
  };
}

function credentialsOf(
  text: string | undefined,
): { credentials: Record<string, string> } | { keyFilename: string } | object {
  if (!text) return {};
  return text.trim().startsWith('{')
    ? { credentials: JSON.parse(text) as Record<string, string> }
    : { keyFilename: text };
}

/** The client of the environment that gets access tokens for other services of GCP. */
export const gcpAuthClient = async () =>
  ((await findCredentials()) as { readonly authClient: AuthClient }).authClient;

/** Wraps a key with Cloud KMS. Returns base64. */
export async function wrapGcp(client: GcpClient, resourceId: string, key: Uint8Array): Promise<string> {
  try {
    const [{ ciphertext }] = await (
      await client()
    ).encrypt({ name: checked(resourceId), plaintext: key }, { timeout });
    return toBuffer(ciphertext).toString('base64');
  } catch (error) {
    throw cloudError('GCP KMS Encrypt', error, resourceId, fix);
  }
}

/** Unwraps a key with Cloud KMS. */
export async function unwrapGcp(client: GcpClient, resourceId: string, enc: string): Promise<Uint8Array> {
  try {
    const ciphertext = Buffer.from(enc, 'base64');
    const [{ plaintext }] = await (
      await client()
    ).decrypt({ name: checked(resourceId), ciphertext }, { timeout });
    return toBuffer(plaintext);
  } catch (error) {
    throw cloudError('GCP KMS Decrypt', error, resourceId, fix);
  }
}

/** REST returns bytes as base64 text. */
function toBuffer(bytes: Uint8Array | string | null | undefined): Buffer {
  if (typeof bytes === 'string') return Buffer.from(bytes, 'base64');
  if (bytes) return Buffer.from(bytes);
  throw new SopsError('recipientFailed', {
    what: 'GCP KMS returned no result',
    fix: 'Check SOPS_GCP_KMS_ENDPOINT.',
  });
}

function checked(resourceId: string): string {
  if (/^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/.test(resourceId))
    return resourceId;
  throw new SopsError('badRecipient', {
    what: 'not the resource id of a GCP KMS key',
    where: resourceId.slice(0, 120),
    fix: 'Write it as projects/<p>/locations/<l>/keyRings/<r>/cryptoKeys/<k>.',
  });
}
