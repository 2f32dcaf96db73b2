import { readdirSync, readFileSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { request as tlsRequest, type RequestOptions } from 'node:https';
import { join } from 'node:path';
import { SopsError } from '../model/sops-error';

/** A request to Vault. */
export interface VaultRequest {
  readonly method: 'GET' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly timeout: number;
}

/** Its answer. A redirect is an answer, too: the token and the values must not go elsewhere. */
export interface VaultAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * Sends a request to Vault, with the certificates that the variables of its Go client name: `VAULT_CACERT`,
 * `VAULT_CACERT_BYTES`, `VAULT_CAPATH`, `VAULT_CLIENT_CERT`, `VAULT_CLIENT_KEY`, `VAULT_TLS_SERVER_NAME`,
 * `VAULT_SKIP_VERIFY`. Source: hashicorp/vault `api/client.go` (ReadEnvironment, configureTLS)
 *
 * @throws SopsError `badUsage` where a variable cannot be used; else what Node throws
 */
export function sendToVault(
  url: URL,
  { method, headers, body, timeout }: VaultRequest,
): Promise<VaultAnswer> {
  const signal = AbortSignal.timeout(timeout);
  const send = url.protocol === 'https:' ? tlsRequest : plainRequest;
  const tls = url.protocol === 'https:' ? tlsOptions(process.env) : {};
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const sent = send(url, { ...tls, method, headers: { ...headers, ...length }, signal }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** What the variables say about TLS. */
export function tlsOptions(env: NodeJS.ProcessEnv): RequestOptions {
  const { VAULT_CLIENT_CERT: cert, VAULT_CLIENT_KEY: key, VAULT_TLS_SERVER_NAME: servername } = env;
  if (Boolean(cert) !== Boolean(key))
    throw unusable('VAULT_CLIENT_CERT and VAULT_CLIENT_KEY belong together', 'Set both, or none.');
  const ca = authorities(env);
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert && key
      ? { cert: readPem(cert, 'VAULT_CLIENT_CERT'), key: readPem(key, 'VAULT_CLIENT_KEY') }
      : {}),
    ...(servername ? { servername } : {}),
    ...(isTrue(env['VAULT_SKIP_VERIFY']) ? { rejectUnauthorized: false } : {}),
  };
}

/** The first variable that is set counts, and the authorities of the system do not. Source: hashicorp/go-rootcerts */
function authorities(env: NodeJS.ProcessEnv): Buffer[] | string | undefined {
  if (env['VAULT_CACERT']) return [readPem(env['VAULT_CACERT'], 'VAULT_CACERT')];
  if (env['VAULT_CACERT_BYTES']) return env['VAULT_CACERT_BYTES'];
  const folder = env['VAULT_CAPATH'];
  if (!folder) return undefined;
  try {
    return readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  } catch (cause) {
    throw unusable('cannot read the folder of VAULT_CAPATH', 'Check the path and its permissions.', cause);
  }
}

function readPem(path: string, variable: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw unusable(`cannot read the file of ${variable}`, 'Check the path and its permissions.', cause);
  }
}

/** As Go's `strconv.ParseBool`. */
function isTrue(text: string | undefined): boolean {
  if (!text || /^(?:0|f|F|false|False|FALSE)$/.test(text)) return false;
  if (/^(?:1|t|T|true|True|TRUE)$/.test(text)) return true;
  throw unusable('VAULT_SKIP_VERIFY is neither true nor false', 'Write 1 or 0.');
}

const unusable = (what: string, fix: string, cause?: unknown) =>
  new SopsError('badUsage', { what, where: 'the environment', fix, cause });
