import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { sendToVault, tlsOptions } from './vault-request';

const before = { ...process.env };
let folder: string;
let server: Server;
let url: URL;
let pem: { readonly cert: string; readonly private: string };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sops-codec-vault-'));
  pem = await generate([{ name: 'commonName', value: 'vault.test' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'vault.test' }] }],
  });
  mkdirSync(join(folder, 'authorities'));
  for (const name of ['ca.pem', 'authorities/ca.pem']) writeFileSync(join(folder, name), pem.cert);
  writeFileSync(join(folder, 'key.pem'), pem.private);
  server = createServer({ cert: pem.cert, key: pem.private }, (request, response) => {
    response.statusCode = request.url === '/moved' ? 302 : 200;
    if (request.url === '/moved') response.setHeader('location', '/elsewhere');
    response.end(`${request.method} ${request.url}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}/v1/x`);
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  process.env = { ...before };
});

const put = (to = url) => sendToVault(to, { method: 'PUT', headers: {}, body: '{}', timeout: 10_000 });
const name = { VAULT_TLS_SERVER_NAME: 'vault.test' };

test.each<[string, () => Record<string, string>]>([
  ['VAULT_CACERT', () => ({ VAULT_CACERT: join(folder, 'ca.pem'), ...name })],
  ['VAULT_CACERT_BYTES', () => ({ VAULT_CACERT_BYTES: pem.cert, ...name })],
  ['VAULT_CAPATH', () => ({ VAULT_CAPATH: join(folder, 'authorities'), ...name })],
  ['VAULT_SKIP_VERIFY', () => ({ VAULT_SKIP_VERIFY: 'true' })],
])("a certificate of one's own is accepted by %s", async (_, env) => {
  await expect(put()).rejects.toMatchObject({ code: expect.stringMatching(/SELF_SIGNED|ALTNAME/) as string });
  Object.assign(process.env, env());
  expect(await put()).toEqual({ status: 200, text: 'PUT /v1/x' });
});

test('without the name of the certificate it is refused', async () => {
  process.env['VAULT_CACERT'] = join(folder, 'ca.pem');
  await expect(put()).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
});

test('a redirect is not followed', async () => {
  process.env['VAULT_SKIP_VERIFY'] = '1';
  expect((await put(new URL('/moved', url))).status).toBe(302);
});

test.each<[Record<string, string>, string]>([
  [{ VAULT_SKIP_VERIFY: 'yes' }, 'VAULT_SKIP_VERIFY is neither true nor false'],
  [{ VAULT_CACERT: '/nope.pem' }, 'cannot read the file of VAULT_CACERT'],
  [{ VAULT_CAPATH: '/nope' }, 'cannot read the folder of VAULT_CAPATH'],
  [{ VAULT_CLIENT_CERT: '/nope.pem' }, 'VAULT_CLIENT_CERT and VAULT_CLIENT_KEY belong together'],
])('%j cannot be used', (env, what) => {
  expect(() => tlsOptions(env)).toThrow(expect.objectContaining({ code: 'badUsage', what }) as Error);
});

test('a client certificate, and a false truth value', () => {
  const env = { VAULT_CLIENT_CERT: join(folder, 'ca.pem'), VAULT_CLIENT_KEY: join(folder, 'key.pem') };
  expect(Object.keys(tlsOptions({ ...env, VAULT_SKIP_VERIFY: 'F' })).sort()).toEqual(['cert', 'key']);
});
