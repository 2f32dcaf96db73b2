/** Values and keys as users give them: pasted into a terminal, in the notation of sops, by any name of the project. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { startLocalAws } from 'local-aws-secrets';
import { awsEnvironment } from '../../tools/aws/environment.mjs';
import { canPlayTerminal, playTerminal } from '../../tools/terminal/play-terminal.mjs';
import { createWorkspace } from '../../tools/workspaces/create.mjs';
import { nxVersion } from '../nx-versions.mjs';
import { workspaceEnvironment } from '../../tools/workspaces/environment.mjs';

const file = 'services/users/secrets/dev.enc.yaml';
const region = 'eu-central-1';
const pem = ['-----BEGIN KEY-----', 'a'.repeat(64), 'b'.repeat(64), '-----END KEY-----'];

describe('set', () => {
  let aws, workspace, env, client;

  before(async () => {
    aws = await startLocalAws();
    workspace = await createWorkspace({
      nx: nxVersion,
      shortName: true,
      generated: false,
      files: {
        'services/users/project.json': { name: '@acme/user-api' },
        'nx.json': {
          analytics: false,
          defaultBase: 'main',
          plugins: [
            {
              plugin: 'nx-secrets',
              options: { stages: ['dev'], services: { 'services/users': 'accounts' } },
            },
          ],
        },
      },
    });
    // As for boto3 and version 1 of the AWS CLI.
    env = {
      ...awsEnvironment(aws.endpoint, workspace.temporary),
      AWS_REGION: undefined,
      AWS_DEFAULT_REGION: region,
    };
    client = new SecretsManagerClient({
      endpoint: aws.endpoint,
      region,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    await need(['g', 'secrets:init', '--project=user-api']);
  });
  after(async () => {
    client?.destroy();
    await Promise.all([aws?.stop(), workspace?.remove()]);
  });

  const need = async (args, options) => {
    const { exitCode, all } = await workspace.nx(args, { env, ...options });
    assert.equal(exitCode, 0, all);
    return all;
  };
  const read = (path) => readFile(join(workspace.path, path), 'utf8');
  /** What the service gets after a commit and a sync. */
  const synced = async () => {
    await workspace.commit('A change');
    await need(['run', 'user-api:sync-secrets']);
    const { SecretString } = await client.send(
      new GetSecretValueCommand({ SecretId: '/services/accounts/dev' }),
    );
    return JSON.parse(SecretString);
  };
  const setKey = (key, project = 'user-api') => [
    'g',
    'secrets:set',
    `--project=${project}`,
    '--stage=dev',
    key,
  ];
  const play = (more) =>
    playTerminal(
      {
        argv: ['npx', 'nx', ...setKey('TLS_KEY')],
        prompt: 'Enter ends it',
        keys: pem.join('\r'),
        then: '\r',
        ...more,
      },
      {
        cwd: workspace.path,
        env: { ...workspaceEnvironment(workspace.temporary), ...env, CI: undefined, NX_TUI: 'false' },
      },
    );

  test('the region is that of AWS_DEFAULT_REGION', async () => {
    assert.match(await read('services/users/.sops.yaml'), new RegExp(`arn:aws:kms:${region}:`));
  });

  test('keys in the notation of sops, and in lists', async () => {
    await need(setKey('["database"]["password"]'), { input: 'one' });
    await need(setKey('servers[0]'), { input: 'two' });
    await need(setKey('servers.0', 'services/users'), { input: 'three' });
    const { exitCode, all } = await workspace.nx(setKey('.a.b'), { env, input: 'x' });
    assert.notEqual(exitCode, 0);
    assert.match(all, /path of jq/);
    assert.deepEqual(await synced(), { database: { password: 'one' }, servers: ['three'] });
  });

  if (canPlayTerminal) {
    test('a key of several lines, pasted into a terminal', async () => {
      const { shown, exitCode, restored, waiting } = await play({ marks: true });
      assert.equal(exitCode, 0, shown);
      assert.deepEqual([restored, waiting], [true, 0]);
      assert.match(shown, /4 lines/);
      assert.doesNotMatch(shown, /BEGIN|aaa/);
      assert.equal((await synced()).TLS_KEY, pem.join('\n'));
    });

    test('… into a terminal that cannot tell a paste from typing', async () => {
      const before = await read(file);
      const { shown, exitCode, restored, waiting } = await play({ marks: false });
      assert.notEqual(exitCode, 0);
      assert.deepEqual([restored, waiting], [true, 0]);
      assert.match(shown, /several lines arrived at once[^]*--from-file=/);
      assert.doesNotMatch(shown, /BEGIN|aaa/);
      assert.equal(await read(file), before);
    });
  }
});
