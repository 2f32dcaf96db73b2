import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { renderProblem } from '../problem';
import { useDirectory, writeFiles } from '../testing/workspace.test-kit';
import { assumableRole } from './assumed-role';
import { awsProblem } from './aws-problem';
import { createClients } from './clients';

const directory = useDirectory();
const before = { ...process.env };
let server: Server;
let requests: string[];
/** Leads to this machine, and is none of its own addresses: what is sent would be seen. */
let elsewhere: string;
let here: string;

beforeEach(async () => {
  for (const name of Object.keys(process.env).filter((name) => name.startsWith('AWS_')))
    delete process.env[name];
  requests = [];
  server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.writeHead(400, { connection: 'close' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  elsewhere = `http://0.0.0.0:${port}`;
  here = `http://127.0.0.1:${port}`;
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_CONFIG_FILE: join(directory(), 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(directory(), 'credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
  });
});
afterEach(async () => {
  process.env = { ...before };
  await new Promise((resolve) => server.close(resolve));
});

const keys = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };

/** What became of one call of each client. */
async function callAll(roleArn?: string): Promise<readonly string[]> {
  const caller = createClients({ region: 'eu-west-1' });
  const role =
    roleArn === undefined
      ? undefined
      : assumableRole(roleArn, caller.sts, async () => ({ sessionName: 'run' }));
  const clients = createClients({ region: 'eu-west-1', role });
  const calls = [
    async () => (await clients.kms()).send(new DescribeKeyCommand({ KeyId: 'k' })),
    async () =>
      (await clients.secretsManager()).send(
        new PutSecretValueCommand({ SecretId: 's', SecretString: 'hunter2' }),
      ),
    async () => (await clients.sts()).send(new GetCallerIdentityCommand({})),
  ];
  const said: string[] = [];
  for (const call of calls) {
    const error: unknown = await call().catch((error: unknown) => error);
    said.push(renderProblem(awsProblem(error, { action: 'kms:DescribeKey', resource: 'alias/a' })));
  }
  clients.destroy();
  caller.destroy();
  return said;
}

test.each<[string, () => object, () => Record<string, string>]>([
  ['AWS_ENDPOINT_URL', () => ({ ...keys, AWS_ENDPOINT_URL: elsewhere }), () => ({})],
  [
    'a variable for each service',
    () => ({
      ...keys,
      AWS_ENDPOINT_URL: here,
      AWS_ENDPOINT_URL_KMS: elsewhere,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: elsewhere,
      AWS_ENDPOINT_URL_STS: elsewhere,
    }),
    () => ({}),
  ],
  [
    'endpoint_url in the AWS config file',
    () => keys,
    () => ({ config: `[default]\nregion = eu-west-1\nendpoint_url = ${elsewhere}\n` }),
  ],
  [
    'a services section in the AWS config file',
    () => ({ AWS_PROFILE: 'p' }),
    () => ({
      config: `[profile p]\nservices = s\n[services s]\n${['kms', 'secrets_manager', 'sts'].map((name) => `${name} =\n  endpoint_url = ${elsewhere}\n`).join('')}`,
      credentials: '[p]\naws_access_key_id = a\naws_secret_access_key = b\n',
    }),
  ],
  [
    'the role of a profile',
    () => ({ AWS_PROFILE: 'p', AWS_ENDPOINT_URL: here, AWS_ENDPOINT_URL_STS: elsewhere }),
    () => ({
      config:
        '[profile p]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = s\n[profile s]\nregion = eu-west-1\n',
      credentials: '[s]\naws_access_key_id = a\naws_secret_access_key = b\n',
    }),
  ],
  [
    'a web identity',
    () => ({
      AWS_ROLE_ARN: 'arn:aws:iam::1:role/r',
      AWS_WEB_IDENTITY_TOKEN_FILE: join(directory(), 'token'),
      AWS_ENDPOINT_URL_STS: elsewhere,
    }),
    () => ({ token: 'ey' }),
  ],
])('nothing is sent unencrypted: %s', async (_, variables, files) => {
  await writeFiles(directory(), files());
  Object.assign(process.env, variables());
  const said = await callAll();
  expect(requests).toEqual([]);
  for (const one of said) {
    expect(one).toContain('the endpoint is not encrypted');
    expect(one).toContain(`where: ${elsewhere}`);
    expect(one).toMatch(/fix: {3}Use https/);
    expect(one).not.toContain('hunter2');
  }
});

test('nothing is sent unencrypted: the role of a stage', async () => {
  Object.assign(process.env, { ...keys, AWS_ENDPOINT_URL: here, AWS_ENDPOINT_URL_STS: elsewhere });
  expect((await callAll('arn:aws:iam::1:role/r')).join()).toContain('not encrypted');
  expect(requests).toEqual([]);
});

test('nothing is sent unencrypted: a sign-in', async () => {
  const start = 'https://acme.awsapps.com/start';
  const cache = `.aws/sso/cache/${createHash('sha1').update(start).digest('hex')}.json`;
  await writeFiles(directory(), {
    config: `[profile p]\nsso_start_url = ${start}\nsso_region = eu-west-1\nsso_account_id = 1\nsso_role_name = r\n`,
    [cache]: JSON.stringify({
      accessToken: 'hunter2',
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    }),
  });
  Object.assign(process.env, { HOME: directory(), AWS_PROFILE: 'p', AWS_ENDPOINT_URL_SSO: elsewhere });
  const said = await callAll();
  expect(requests).toEqual([]);
  for (const one of said) expect(one).toContain('not encrypted');
});

test('this machine is asked unencrypted', async () => {
  Object.assign(process.env, { ...keys, AWS_ENDPOINT_URL: here });
  await callAll();
  expect(requests).toHaveLength(3);
});
