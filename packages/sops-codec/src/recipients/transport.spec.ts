import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encrypt } from '../file/encrypt';
import { createKeyring } from './keyring';
import type { Recipient } from './recipient';
import { isLoopback, isPrivate } from './transport';

test.each(['localhost', 'LocalHost', '127.0.0.1', '127.0.0.2', '127.255.255.254', '::1', '[::1]'])(
  '%s is this machine',
  (host) => expect(isLoopback(host)).toBe(true),
);

test.each([
  '',
  'localhost.evil.com',
  'evil.localhost',
  'localhost.',
  '127.0.0.1.nip.io',
  '127.evil.com',
  '127.0.0.1.',
  '127.0.0.01',
  '128.0.0.1',
  '0.0.0.0',
  '::',
  '[::]',
  '::ffff:10.0.0.1',
  '10.0.0.1',
  '192.168.0.1',
  '169.254.169.254',
  'kms.eu-west-1.amazonaws.com',
])('%j is another machine', (host) => expect(isLoopback(host)).toBe(false));

test.each<[string, boolean]>([
  ['https://kms.eu-west-1.amazonaws.com', true],
  ['http://127.1:4566', true],
  ['http://0x7f000001', true],
  ['http://[::1]:4566', true],
  ['http://localhost@evil.com', false],
  ['http://evil.com#localhost', false],
  ['http://localhost.evil.com', false],
  ['http://0:4566', false],
  ['ftp://localhost', false],
])('%s is private: %s', (url, expected) => expect(isPrivate(new URL(url))).toBe(expected));

describe('a keyring', () => {
  const before = { ...process.env };
  let server: Server;
  let port: number;
  let requests: number;

  beforeEach(async () => {
    requests = 0;
    server = createServer((_, response) => {
      requests += 1;
      response.writeHead(500).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
      AWS_CONFIG_FILE: '/dev/null',
      VAULT_TOKEN: 't',
    });
  });
  afterEach(async () => {
    process.env = { ...before };
    await new Promise((resolve) => server.close(resolve));
  });

  const vault = (host: string): Extract<Recipient, { kind: 'hc_vault' }> => ({
    kind: 'hc_vault',
    vaultAddress: `http://${host}:${port}`,
    enginePath: 'transit',
    keyName: 'k',
  });
  const kms: Recipient = { kind: 'kms', arn: 'arn:aws:kms:eu-west-1:1:alias/a', awsProfile: '' };
  const wrap = async (recipient: Recipient, transport?: 'any' | 'private') => {
    const document = { kind: 'map' as const, items: [] };
    const keyring = createKeyring(transport ? { transport } : {});
    return encrypt([document], { format: 'yaml', groups: [[recipient]] }, keyring).then(
      () => 'wrapped',
      (error: unknown) => String(error),
    );
  };

  // 0.0.0.0 leads to this machine, but is none of its own addresses: what is sent would be seen here.
  test.each<[string, 'vault' | 'kms', 'private' | undefined, boolean]>([
    ['Vault unencrypted, as sops does', 'vault', undefined, true],
    ['Vault unencrypted, where it must be private', 'vault', 'private', false],
    ['KMS unencrypted, as sops does', 'kms', undefined, true],
    ['KMS unencrypted, where it must be private', 'kms', 'private', false],
  ])('%s', async (_, kind, transport, sent) => {
    process.env['AWS_ENDPOINT_URL'] = `http://0.0.0.0:${port}`;
    const said = await wrap(kind === 'kms' ? kms : vault('0.0.0.0'), transport);
    if (sent) expect(requests).toBeGreaterThan(0);
    else expect({ said, requests }).toEqual({ said: expect.stringContaining('not encrypted'), requests: 0 });
  });

  test('this machine is asked unencrypted anyway', async () => {
    process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${port}`;
    await wrap(vault('localhost'), 'private');
    await wrap(kms, 'private');
    expect(requests).toBeGreaterThanOrEqual(2);
  });

  test('GCP KMS unencrypted', async () => {
    process.env['SOPS_GCP_KMS_ENDPOINT'] = `http://0.0.0.0:${port}`;
    const resourceId = 'projects/p/locations/l/keyRings/r/cryptoKeys/k';
    expect(await wrap({ kind: 'gcp_kms', resourceId }, 'private')).toContain('not encrypted');
    expect(requests).toBe(0);
  });

  test('an address of a Vault that is none', async () => {
    const recipient = { ...vault('x'), vaultAddress: 'evil.com' };
    expect(await wrap(recipient, 'private')).toContain('not the address of a Vault');
  });
});
