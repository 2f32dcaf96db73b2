/**
 * docs/from-sops-files.md and docs/from-dotenv.md as they are: each command of a page in a terminal of its own, in a fresh
 * workspace of a team that has such files, up to the first push. The service then reads what it read before.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { startLocalAws } from 'local-aws-secrets';
import { nxVersion } from '../../../e2e/nx-versions.mjs';
import { awsEnvironment, region } from '../../aws/environment.mjs';
import { searchFolder } from '../../demo/canary.mjs';
import { canPlayTerminal, playTerminal } from '../../terminal/play-terminal.mjs';
import { createWorkspace } from '../../workspaces/create.mjs';
import { workspaceEnvironment } from '../../workspaces/environment.mjs';
import { writeFiles } from '../../workspaces/scaffold.mjs';
import { followPage } from '../page-commands.mjs';
import { sops } from '../programs/sops.mjs';

const canary = 'kanarienvogel';
const secrets = (service) => ({
  DATABASE_URL: `postgres://app:${canary}-${service}@db.acme.test/${service}`,
  stripe: { key: `sk_live_${canary}_${service}` },
});
const dotenv = `# Local copy of production
DATABASE_URL="postgres://app:${canary}@db.acme.test/billing"
export SMTP_PASSWORD='${canary} with spaces'
TLS_KEY="-----BEGIN KEY-----
${canary}
-----END KEY-----"
LOG_LEVEL=info # debug on staging
`;

describe('from what a team has to the first push', { skip: !canPlayTerminal }, () => {
  let aws, workspace, env, sopsProgram, client;
  const shown = [];

  /** Runs a command line in a terminal, and answers a question with yes. */
  const inTerminal = async (line) => {
    const played = await playTerminal(
      {
        argv: ['sh', '-c', `stty cols 200 rows 50 && ${line}`],
        prompt: 'Remove services',
        keys: 'y',
        marks: false,
      },
      {
        cwd: workspace.path,
        env: { ...workspaceEnvironment(workspace.temporary), ...env, CI: undefined, NX_TUI: 'false' },
      },
    );
    shown.push(played.shown);
    return played;
  };
  const follow = (page) => followPage(page, inTerminal);
  const need = async (program, args, options) => {
    const { exitCode, stdout, all } = await workspace.run(program, args, { env, ...options });
    assert.equal(exitCode, 0, all);
    return stdout;
  };
  const deployed = async (SecretId) =>
    (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString;
  const nowhere = async (service) => {
    for (const text of shown) assert.ok(!text.includes(canary));
    for (const folder of [`services/${service}`, '.nx', 'tmp'].map((name) => join(workspace.path, name)))
      if (existsSync(folder)) assert.deepEqual((await searchFolder(folder, [canary])).found, []);
    assert.deepEqual((await searchFolder(workspace.temporary, [canary])).found, []);
    assert.equal((await workspace.changes()).trim(), '');
  };

  before(async () => {
    [aws, sopsProgram] = await Promise.all([startLocalAws(), sops.find()]);
    workspace = await createWorkspace({
      nx: nxVersion,
      shortName: true,
      generated: false,
      files: Object.fromEntries(
        ['users', 'orders', 'billing'].map((name) => [`services/${name}/project.json`, { name }]),
      ),
    });
    env = awsEnvironment(aws.endpoint, workspace.temporary);
    const options = {
      endpoint: aws.endpoint,
      region,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    };
    client = new SecretsManagerClient(options);
    const kms = new KMSClient(options);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    await kms.send(
      new CreateAliasCommand({ AliasName: 'alias/team-secrets', TargetKeyId: KeyMetadata.KeyId }),
    );
    kms.destroy();
    // As the team did it until today: one key for all, encrypted by hand, pushed by a loop.
    for (const service of ['users', 'orders']) {
      const path = `services/${service}/secrets.enc.json`;
      await writeFiles(workspace.path, { [path]: secrets(service) });
      await need(sopsProgram, ['encrypt', '--in-place', '--kms', KeyMetadata.Arn, path]);
      const SecretString = await need(sopsProgram, ['decrypt', path]);
      await client.send(new CreateSecretCommand({ Name: `/services/${service}/prod`, SecretString }));
    }
    await writeFiles(workspace.path, { 'services/billing/.env.production': dotenv });
    await workspace.commit('As it was until today');
  });
  after(async () => {
    client?.destroy();
    await Promise.all([aws?.stop(), workspace?.remove()]);
  });

  test('SOPS files and a loop: the deployed value stays to the byte, and sops opens the new file', async () => {
    const before = await deployed('/services/users/prod');
    await follow('from-sops-files.md');
    assert.equal(await deployed('/services/users/prod'), before);
    assert.equal(existsSync(join(workspace.path, 'services/users/secrets.enc.json')), false);
    const opened = await need(sopsProgram, ['decrypt', 'services/users/secrets/prod.enc.json']);
    assert.deepEqual(JSON.parse(opened), secrets('users'));
    await nowhere('users');
  });

  test('.env files: the service reads the values that dotenv gave it', async () => {
    await follow('from-dotenv.md');
    const { parse } = await import('dotenv');
    assert.deepEqual(JSON.parse(await deployed('/services/billing/prod')), parse(dotenv));
    const opened = await need(sopsProgram, [
      'decrypt',
      '--output-type',
      'json',
      'services/billing/secrets/prod.enc.yaml',
    ]);
    assert.deepEqual(JSON.parse(opened), parse(dotenv));
    assert.equal(existsSync(join(workspace.path, 'services/billing/.env.production')), false);
    // The same from another tool, by a pipe: nothing changes.
    const args = ['nx', 'g', 'secrets:import', '-', '--project=billing', '--stage=prod'];
    const again = await need('npx', args, { input: JSON.stringify(parse(dotenv)) });
    assert.match(again, /unchanged services\/billing\/secrets\/prod\.enc\.yaml/);
    shown.push(again);
    await nowhere('billing');
  });
});
