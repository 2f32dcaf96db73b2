import {
  constants,
  createCipheriv,
  createDecipheriv,
  generateKeyPairSync,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { execa } from 'execa';
import { generate } from 'selfsigned';
import { decrypt, encrypt } from '../index';
import type { Document } from '../model/tree';
import { createKeyring } from './keyring';
import type { Recipient } from './recipient';

const document: Document = {
  kind: 'map',
  items: [{ kind: 'item', key: 'k', value: { kind: 'str', text: 'v' } }],
};
const before = { ...process.env };
let server: Server | undefined;

afterEach(async () => {
  process.env = { ...before };
  jest.restoreAllMocks();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

type Answer = { readonly status?: number; readonly headers?: Record<string, string>; readonly body: unknown };
type Handler = (request: IncomingMessage, body: Record<string, string>) => Answer;

const serve = (handler: Handler, tls?: { key: string; cert: string }): Promise<number> =>
  new Promise((resolve) => {
    const listener = async (request: IncomingMessage, response: ServerResponse) => {
      const body = (await json(request).catch(() => ({}))) as Record<string, string>;
      const { status = 200, headers = {}, body: answer } = handler(request, body);
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close', ...headers });
      response.end(JSON.stringify(answer));
    };
    server = tls
      ? createTlsServer(tls, (request, response) => void listener(request, response))
      : createServer((request, response) => void listener(request, response));
    server.listen(0, '127.0.0.1', () => resolve((server?.address() as AddressInfo).port));
  });

/** A symmetric key of a service. */
const serviceKey = randomBytes(32);
const sealed = (plain: Buffer) => {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', serviceKey, iv);
  const data = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), data]);
};
const opened = (bytes: Buffer) => {
  const decipher = createDecipheriv('aes-256-gcm', serviceKey, bytes.subarray(0, 12));
  decipher.setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]);
};

async function roundTrip(recipient: Recipient) {
  const file = await encrypt([document], { format: 'yaml', groups: [[recipient]] }, createKeyring());
  expect((await decrypt(file, createKeyring())).documents).toEqual([document]);
  return file.metadata.groups[0]?.[0];
}

/** The same in a process of its own. */
async function roundTripOutside(recipient: Recipient, env: Record<string, string>) {
  const script = join(__dirname, '../../test/cloud-round-trip.cjs');
  const { stdout } = await execa(process.execPath, [script, JSON.stringify(recipient)], { env });
  return JSON.parse(stdout) as {
    key?: { enc: string; version?: string };
    documents?: unknown;
    what?: string;
    where?: string;
    error?: string;
  };
}

describe('HashiCorp Vault', () => {
  const vault: Handler = ({ url, headers }, { plaintext, ciphertext }) => {
    if (headers['x-vault-token'] !== 'throw-away')
      return { status: 403, body: { errors: ['permission denied, canary'] } };
    if (url === '/v1/team/transit/encrypt/dev')
      return {
        body: {
          data: { ciphertext: `vault:v1:${sealed(Buffer.from(plaintext!, 'base64')).toString('base64')}` },
        },
      };
    if (url === '/v1/team/transit/decrypt/dev')
      return {
        body: { data: { plaintext: opened(Buffer.from(ciphertext!.slice(9), 'base64')).toString('base64') } },
      };
    return { status: 404, body: {} };
  };
  const recipient = (port: number): Recipient => ({
    kind: 'hc_vault',
    vaultAddress: `http://127.0.0.1:${port}`,
    enginePath: 'team/transit',
    keyName: 'dev',
  });

  test('wraps and unwraps through transit', async () => {
    process.env['VAULT_TOKEN'] = 'throw-away';
    const key = await roundTrip(recipient(await serve(vault)));
    expect(key?.enc).toMatch(/^vault:v1:/);
  });

  test('an error does not contain what the server quotes', async () => {
    process.env['VAULT_TOKEN'] = 'wrong';
    const attempt = roundTrip(recipient(await serve(vault)));
    await expect(attempt).rejects.toMatchObject({
      what: 'Vault answered encrypt with 403',
      fix: expect.stringContaining('vault login'),
    });
  });

  test('only listed addresses are called, and no redirect is followed', async () => {
    process.env['VAULT_TOKEN'] = 'throw-away';
    const port = await serve(() => ({ status: 307, headers: { location: 'http://127.0.0.1:1/' }, body: {} }));
    await expect(roundTrip(recipient(port))).rejects.toThrow('does not answer');
    process.env['SOPS_HC_VAULT_ALLOWLIST'] = 'https://vault.example.org';
    await expect(roundTrip(recipient(port))).rejects.toThrow('not in SOPS_HC_VAULT_ALLOWLIST');
  });

  test.each([[{}], [{ data: null }], [{ data: { ciphertext: 5 } }], ['text']])(
    'an invalid answer: %j',
    async (body) => {
      process.env['VAULT_TOKEN'] = 'throw-away';
      await expect(roundTrip(recipient(await serve(() => ({ body }))))).rejects.toThrow(
        'contains no ciphertext',
      );
    },
  );
});

describe('GCP KMS', () => {
  const resourceId = 'projects/p/locations/global/keyRings/r/cryptoKeys/k';
  const gcp: Handler = ({ url = '', headers }, { plaintext, ciphertext }) => {
    if (headers.authorization !== 'Bearer throw-away')
      return { status: 403, body: { error: { code: 403, status: 'PERMISSION_DENIED', message: 'canary' } } };
    if (url.startsWith(`/v1/${resourceId}:encrypt`))
      return {
        body: { name: resourceId, ciphertext: sealed(Buffer.from(plaintext!, 'base64')).toString('base64') },
      };
    if (url.startsWith(`/v1/${resourceId}:decrypt`))
      return { body: { plaintext: opened(Buffer.from(ciphertext!, 'base64')).toString('base64') } };
    return { status: 404, body: { error: { code: 404, status: 'NOT_FOUND', message: '' } } };
  };
  const outside = async (id: string, token: string) => {
    const endpoint = `http://127.0.0.1:${await serve(gcp)}`;
    return roundTripOutside(
      { kind: 'gcp_kms', resourceId: id },
      { SOPS_GCP_KMS_ENDPOINT: endpoint, GOOGLE_OAUTH_ACCESS_TOKEN: token },
    );
  };

  test('wraps and unwraps over REST', async () => {
    expect((await outside(resourceId, 'throw-away')).documents).toEqual([document]);
  });

  test('an error does not contain what the server quotes', async () => {
    const { error, what, where } = await outside(resourceId, 'wrong');
    expect([error, where]).toEqual(['SopsError', resourceId]);
    expect(what).toMatch(/^GCP KMS Encrypt failed: /);
    expect(what).not.toContain('canary');
  });

  test('a text that is not a resource id is an error', async () => {
    expect((await outside('../x', 'throw-away')).what).toBe('not the resource id of a GCP KMS key');
  });
});

describe('Azure Key Vault', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
  const host = 'team.vault.test';
  let port = 0;
  const azure: Handler = ({ url = '', headers }, { value, alg }) => {
    if (headers.authorization !== 'Bearer throw-away') {
      return {
        status: 401,
        headers: {
          'www-authenticate': 'Bearer authorization="https://login.test/t", resource="https://vault.test"',
        },
        body: {},
      };
    }
    const kid = `https://${host}:${port}/keys/dev/v7`;
    if (url.startsWith('/keys/dev/?') || url.startsWith('/keys/dev?'))
      return {
        body: {
          key: { kid, kty: 'RSA', key_ops: ['encrypt', 'decrypt'], ...publicKey.export({ format: 'jwk' }) },
          attributes: { enabled: true },
        },
      };
    if (url.startsWith('/keys/dev/v7?'))
      return {
        body: {
          key: { kid, kty: 'RSA', key_ops: ['encrypt', 'decrypt'], ...publicKey.export({ format: 'jwk' }) },
          attributes: { enabled: true },
        },
      };
    if (alg !== 'RSA-OAEP-256')
      return { status: 400, body: { error: { code: 'BadParameter', message: 'canary' } } };
    const bytes = Buffer.from(value!, 'base64url');
    if (url.startsWith('/keys/dev/v7/encrypt'))
      return {
        body: { kid, value: publicEncrypt({ key: publicKey, ...oaep }, bytes).toString('base64url') },
      };
    if (url.startsWith('/keys/dev/v7/decrypt'))
      return {
        body: { kid, value: privateDecrypt({ key: privateKey, ...oaep }, bytes).toString('base64url') },
      };
    return { status: 404, body: { error: { code: 'KeyNotFound', message: 'canary' } } };
  };
  let directory: string;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'sops-codec-test-'));
    const { private: key, cert } = await generate([{ name: 'commonName', value: host }], {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: host }] }],
    });
    writeFileSync(join(directory, 'ca.pem'), cert);
    port = await serve(azure, { key, cert });
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const outside = (name: string, version: string) =>
    roundTripOutside(
      { kind: 'azure_kv', vaultUrl: `https://${host}:${port}`, name, version },
      { NODE_EXTRA_CA_CERTS: join(directory, 'ca.pem') },
    );

  test('wraps and unwraps with RSA-OAEP-256, under the version that is current', async () => {
    const { key, documents } = await outside('dev', '');
    expect(documents).toEqual([document]);
    expect(key?.version).toBe('v7');
    expect(key?.enc).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  test('an error does not contain what the server quotes', async () => {
    const { error, what } = await outside('nope', 'v1');
    expect(error).toBe('SopsError');
    expect(what).toMatch(/^Azure Key Vault encrypt failed: /);
    expect(what).not.toContain('canary');
  });

  test('a vault that is not reached by HTTPS is refused', async () => {
    await expect(
      roundTrip({ kind: 'azure_kv', vaultUrl: 'http://x', name: 'dev', version: '1' }),
    ).rejects.toThrow('not the URL');
  });
});
