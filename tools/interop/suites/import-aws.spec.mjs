/**
 * docs/from-secrets-manager.md and docs/from-terraform.md as they are: each command of a page in a terminal of its own, in a
 * fresh workspace of a team that has such secrets, up to the first push. The services then read what they read before.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { parse } from '@cdktf/hcl2json';
import { startLocalAws } from 'local-aws-secrets';
import { nxVersion } from '../../../e2e/nx-versions.mjs';
import { awsEnvironment, region } from '../../aws/environment.mjs';
import { searchFolder } from '../../demo/canary.mjs';
import { canPlayTerminal, playTerminal } from '../../terminal/play-terminal.mjs';
import { createWorkspace } from '../../workspaces/create.mjs';
import { workspaceEnvironment } from '../../workspaces/environment.mjs';
import { followPage, hclOf } from '../page-commands.mjs';

const canary = 'kanarienvogel';
/** As people type them into the console: with spaces, numbers, nested objects. */
const byHand = {
  '/legacy/users/dev': `{ "DATABASE_URL": "postgres://app:${canary}-dev@db.acme.test/users" }`,
  '/legacy/users/prod': `{
  "DATABASE_URL": "postgres://app:${canary}@db.acme.test/users",
  "SMTP": { "PORT": 587, "TLS": true, "PASSWORD": "${canary}" }
}`,
  '/legacy/billing/prod': `{"STRIPE_KEY":"sk_live_${canary}"}`,
  '/legacy/old-shop/prod': `{"KEY":"${canary}"}`,
};
const byTerraform = JSON.stringify({ username: 'orders', password: `${canary}-generated`, port: 5432 });

describe('from secrets in AWS to the first push', { skip: !canPlayTerminal }, () => {
  let aws, workspace, env, client, ssm;
  const shown = [];

  /** Runs a command line in a terminal, and answers a question with yes. */
  const inTerminal = async (line) => {
    const played = await playTerminal(
      { argv: ['sh', '-c', `stty cols 200; ${line}`], prompt: 'Import them', keys: 'y', marks: false },
      {
        cwd: workspace.path,
        env: { ...workspaceEnvironment(workspace.temporary), ...env, CI: undefined, NX_TUI: 'false' },
      },
    );
    shown.push(played.shown);
    return played;
  };
  const secretOf = (SecretId) => client.send(new GetSecretValueCommand({ SecretId }));
  const nowhere = async () => {
    for (const text of shown) assert.ok(!text.includes(canary));
    for (const folder of ['services', '.nx', 'tmp'].map((name) => join(workspace.path, name)))
      if (existsSync(folder)) assert.deepEqual((await searchFolder(folder, [canary])).found, []);
    assert.deepEqual((await searchFolder(workspace.temporary, [canary])).found, []);
    const changes = await workspace.changes();
    assert.equal(changes.trim(), '');
  };

  before(async () => {
    aws = await startLocalAws();
    workspace = await createWorkspace({
      nx: nxVersion,
      shortName: true,
      generated: false,
      files: Object.fromEntries(
        ['users', 'billing', 'orders'].map((name) => [`services/${name}/project.json`, { name }]),
      ),
    });
    env = awsEnvironment(aws.endpoint, workspace.temporary);
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const options = { endpoint: aws.endpoint, region, credentials };
    client = new SecretsManagerClient(options);
    ssm = new SSMClient(options);
    for (const [Name, SecretString] of Object.entries(byHand))
      await client.send(new CreateSecretCommand({ Name, SecretString }));
  });
  after(async () => {
    client?.destroy();
    ssm?.destroy();
    await Promise.all([aws?.stop(), workspace?.remove()]);
  });

  test('made by hand: services read the same bytes under the same names', async () => {
    await followPage('from-secrets-manager.md', inTerminal);
    for (const [name, text] of Object.entries(byHand))
      assert.equal((await secretOf(name)).SecretString, text);
    const { Tags } = await client.send(new DescribeSecretCommand({ SecretId: '/legacy/users/prod' }));
    assert.deepEqual(Tags.find(({ Key }) => Key === 'managed-by')?.Value, 'nx-secrets');
    await nowhere();
  });

  test('of a Terraform stack: the secret stays, and what the page gives Terraform is HCL', async () => {
    const Name = 'orders/prod/database';
    const tags = [{ Key: 'team', Value: 'orders' }];
    await client.send(new CreateSecretCommand({ Name, SecretString: byTerraform, Tags: tags }));
    await ssm.send(
      new PutParameterCommand({ Name: '/orders/prod/API_TOKEN', Value: canary, Type: 'SecureString' }),
    );
    await followPage('from-terraform.md', inTerminal);
    const { SecretString } = await secretOf(Name);
    assert.deepEqual(JSON.parse(SecretString), { ...JSON.parse(byTerraform), API_TOKEN: canary });
    const described = await client.send(new DescribeSecretCommand({ SecretId: Name }));
    assert.ok(described.Tags.some(({ Key }) => Key === 'team'));
    const blocks = await hclOf('from-terraform.md');
    assert.ok(blocks.length > 0);
    for (const block of blocks) await parse('page.tf', block);
    await nowhere();
  });
});
