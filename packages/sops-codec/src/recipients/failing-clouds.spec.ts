import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { generate } from 'selfsigned';

const host = 'team.vault.test';
let folder: string;
let tls: { readonly key: string; readonly cert: string };
const servers: Server[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sops-codec-test-'));
  const { private: key, cert } = await generate([{ name: 'commonName', value: host }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: host }] }],
  });
  tls = { key, cert };
  writeFileSync(join(folder, 'ca.pem'), cert);
});
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

/** How a service fails; without a listener nobody answers at its address. */
const failures: readonly (readonly [string, RequestListener | undefined, string])[] = [
  ['refuses connections', undefined, 'recipientUnreachable'],
  ['does not answer', () => undefined, 'recipientUnreachable'],
  ['sends half an answer', (_, response) => void response.write('{"a'), 'recipientUnreachable'],
  ['answers with nonsense', (_, response) => response.end('<html>canary</html>'), 'recipientFailed'],
  ['answers with an empty object', (_, response) => response.end('{}'), 'recipientFailed|badWrappedKey'],
  ['closes the connection', ({ socket }) => socket.destroy(), 'recipientUnreachable'],
  ['denies access', (_, response) => response.writeHead(403).end('{}'), 'accessDenied'],
];

const listen = (listener: RequestListener | undefined, secure: boolean): Promise<number> => {
  if (!listener) return Promise.resolve(1);
  const server: Server = secure ? createTlsServer(tls, listener) : createServer(listener);
  servers.push(server);
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  );
};

const clouds: readonly (readonly [string, boolean, (port: number) => object, (port: number) => object])[] = [
  [
    'GCP KMS',
    false,
    () => ({ kind: 'gcp_kms', resourceId: 'projects/p/locations/global/keyRings/r/cryptoKeys/k' }),
    (port) => ({ SOPS_GCP_KMS_ENDPOINT: `http://127.0.0.1:${port}`, GOOGLE_OAUTH_ACCESS_TOKEN: 'x' }),
  ],
  [
    'Azure Key Vault',
    true,
    (port) => ({ kind: 'azure_kv', vaultUrl: `https://${host}:${port}`, name: 'dev', version: 'v7' }),
    () => ({ NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') }),
  ],
];

/** Decrypts with the cloud first and age next, in a process of its own. */
const decryptWith = (
  recipient: object,
  variables: object,
  nodeOptions: readonly string[] = [],
): Promise<{ readonly stdout: string; readonly stderr: string }> => {
  const script = join(__dirname, '../../test/failing-cloud.cjs');
  return execa(process.execPath, [...nodeOptions, script, JSON.stringify(recipient)], {
    env: { ...variables, HOME: folder },
    reject: false,
  });
};

describe.each(clouds)('%s', (_, secure, recipient, variables) => {
  test.each(failures)('that %s does not end age', async (__, listener, code) => {
    const port = await listen(listener, secure);
    const { stdout, stderr } = await decryptWith(recipient(port), variables(port));
    const result = JSON.parse(stdout) as { readonly documents?: unknown; readonly code?: string };
    expect({ ...result, stderr: stderr.replace(/^\(node.*\n?|^\(Use.*\n?/gm, '') }).toMatchObject({
      documents: [{ kind: 'map', items: [{ key: 'k', value: { text: 'v' } }] }],
      code: expect.stringMatching(new RegExp(`^(?:${code})$`)),
      stderr: '',
    });
    expect(stdout).not.toContain('canary');
  });

  test('whose packages are not installed does not end age, and they are named', async () => {
    const absent = ['--import', pathToFileURL(join(__dirname, '../../test/without-clouds.mjs')).href];
    const { stdout } = await decryptWith(recipient(1), variables(1), absent);
    expect(JSON.parse(stdout)).toMatchObject({
      documents: [{ kind: 'map', items: [{ key: 'k', value: { text: 'v' } }] }],
      code: 'missingDependency',
      what: expect.stringMatching(/are not installed, or cannot be loaded: @(azure|google-cloud)\//),
    });
  });
});
