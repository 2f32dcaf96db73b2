/** docs/roll-out.md as it is: two accounts where IAM decides, from a fresh workspace to values that services read in both regions. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { startLocalAws } from 'local-aws-secrets';
import { parse } from 'yaml';
import { awsEnvironment } from '../../tools/aws/environment.mjs';
import { createWorkspace } from '../../tools/workspaces/create.mjs';
import { nxVersion } from '../nx-versions.mjs';
import { company } from '../roll-out/company.mjs';
import { optionsOf, readGuide, splitCommand } from '../roll-out/guide.mjs';

const [nonprod, prod] = ['111122223333', '444455556666'];
const values = { DATABASE_URL: 'postgres://orders', STRIPE_KEY: 'sk_of_payments' };
const issuer = 'https://token.actions.githubusercontent.com';

describe('the roll-out guide', () => {
  const ours = company([nonprod, prod]);
  const providers = new Set();
  let aws, workspace, env, guide, reading;

  const blocks = (language) => guide.filter((block) => block.language === language).map(({ text }) => text);
  const accountOf = (profile) => (profile.startsWith('prod') ? prod : nonprod);

  before(async () => {
    guide = await readGuide();
    aws = await startLocalAws();
    workspace = await createWorkspace({
      nx: nxVersion,
      shortName: true,
      generated: false,
      files: {
        'nx.json': { analytics: false, defaultBase: 'main', ...JSON.parse(blocks('json')[0]) },
        '.github/workflows/secrets.yml': blocks('yaml')[0],
      },
    });
    env = {
      ...awsEnvironment(aws.endpoint, workspace.temporary),
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      AWS_REGION: undefined,
      AWS_DEFAULT_REGION: undefined,
    };
    const signIns = {
      'nonprod-admin': { account: nonprod, set: 'AdministratorAccess' },
      'prod-admin': { account: prod, set: 'AdministratorAccess' },
      nonprod: { account: nonprod, set: 'Developer' },
      prod: { account: prod, set: 'Developer' },
    };
    await writeFile(env.AWS_CONFIG_FILE, `${ours.profiles(signIns)}\n\n${blocks('ini')[0]}`);
    await need('git', ['init', '--quiet', '--bare', '.git/origin']);
    await need('git', ['remote', 'add', 'origin', '.git/origin']);
    await need('git', ['config', 'push.autoSetupRemote', 'true']);
    aws.setIam(ours.iam());
  });
  after(async () => {
    await Promise.all([aws?.stop(), workspace?.remove()]);
  });

  /** Runs a program, which has to succeed; `npx` as what it finds. */
  const need = async (program, args, more = {}, input) => {
    const [run, rest] =
      program === 'npx'
        ? [join(workspace.path, 'node_modules/.bin', args[0]), args.slice(1)]
        : [program, args];
    const result = await workspace.run(run, rest, { env: { ...env, ...more }, ...(input && { input }) });
    assert.equal(result.exitCode, 0, `${program} ${args.join(' ')}\n${result.all}`);
    return result.stdout;
  };

  /** Runs a line of the guide. */
  const runLine = async (line) => {
    for (const command of line.split(' && ')) {
      const { env: variables, program, args } = splitCommand(command);
      if (program === 'aws') await runAws(args);
      else if (args[1] === 'add') assert.deepEqual(args, ['nx', 'add', 'nx-secrets']);
      else await need(program, args, variables, values[args[3]]);
      if (program === 'git' && args[0] === 'push') await runPipeline();
    }
  };

  /** What the aws CLI does, as far as the guide uses it. */
  const runAws = async (args) => {
    const options = optionsOf(args);
    switch (args.slice(0, 2).join(' ')) {
      case 'iam create-open-id-connect-provider':
        assert.deepEqual([options.url, options['client-id-list']], [issuer, 'sts.amazonaws.com']);
        return void providers.add(accountOf(options.profile));
      case 'cloudformation deploy': {
        assert.equal(options.capabilities, 'CAPABILITY_NAMED_IAM');
        const template = await readFile(join(workspace.path, options['template-file']), 'utf8');
        ours.deploy(accountOf(options.profile), template);
        return aws.setIam(ours.iam());
      }
      case 'sso-admin attach-customer-managed-policy-reference-to-permission-set':
        return void ours.attach(options['customer-managed-policy-reference'].replace('Name=', ''));
      case 'sso-admin provision-permission-set':
        return aws.setIam(ours.iam());
      case 'secretsmanager get-secret-value':
        return void reading.push({
          secret: options['secret-id'],
          region: options.region,
          value: await readAsService(options['secret-id'], options.region),
        });
      default:
        throw new Error(`the guide's aws ${args.slice(0, 2).join(' ')} is not known here`);
    }
  };

  /** The jobs of the workflow, each as the role that its token lets it be. */
  const runPipeline = async () => {
    const { jobs } = parse(await readFile(join(workspace.path, '.github/workflows/secrets.yml'), 'utf8'));
    for (const { strategy, environment, steps } of Object.values(jobs)) {
      for (const matrix of strategy.matrix.include) {
        const filled = (text) => text.replaceAll(/\$\{\{ matrix\.(\w+) \}\}/g, (_, name) => matrix[name]);
        const { with: action } = steps.find(({ uses }) => uses?.startsWith('aws-actions/'));
        const role = filled(action['role-to-assume']);
        assert.ok(providers.has(role.split(':')[4]), 'GitHub is an identity provider of the account');
        const token = await tokenFor(`repo:acme/shop:environment:${filled(environment)}`);
        const [program, ...args] = filled(steps.at(-1).run).split(' ');
        await need(program, args, {
          CI: 'true',
          AWS_CONFIG_FILE: '/dev/null',
          AWS_REGION: action['aws-region'],
          AWS_ROLE_ARN: role,
          AWS_WEB_IDENTITY_TOKEN_FILE: token,
        });
      }
    }
  };

  const tokenFor = async (sub) => {
    const part = (data) => Buffer.from(JSON.stringify(data)).toString('base64url');
    const file = join(workspace.temporary, 'token');
    await mkdir(workspace.temporary, { recursive: true });
    const claims = { iss: issuer, aud: 'sts.amazonaws.com', sub };
    await writeFile(file, `${part({ alg: 'RS256' })}.${part(claims)}.${part({})}`);
    return file;
  };

  /** A secret as its service reads it, under its role. */
  async function readAsService(secret, region) {
    const [, service, stage] = /^\/services\/([^/]+)\/(.+)$/.exec(secret);
    const account = stage === 'prod' ? prod : nonprod;
    const at = (credentials) => ({ endpoint: aws.endpoint, region, credentials });
    const sts = new STSClient(
      at({ accessKeyId: `AKIALAMBDA${account}`, secretAccessKey: 'secret of lambda' }),
    );
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${account}:role/${service}-${stage}`,
        RoleSessionName: 'lambda',
      }),
    );
    const client = new SecretsManagerClient(
      at({
        accessKeyId: Credentials.AccessKeyId,
        secretAccessKey: Credentials.SecretAccessKey,
        sessionToken: Credentials.SessionToken,
      }),
    );
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secret }));
    for (const one of [sts, client]) one.destroy();
    return JSON.parse(SecretString);
  }

  test('its commands, one after the other, end with values that services read in both regions', async () => {
    reading = [];
    const lines = guide
      .filter(({ heading, language }) => heading === 'Set up' && language === 'sh')
      .flatMap(({ text }) => text.trim().split('\n'));
    assert.ok(lines.length <= 20, `${lines.length} commands`);
    for (const line of lines) await runLine(line);
    const expected = { DATABASE_URL: values.DATABASE_URL };
    assert.deepEqual(reading, [
      { secret: '/services/orders/prod', region: 'eu-west-1', value: expected },
      { secret: '/services/orders/prod', region: 'eu-central-1', value: expected },
    ]);
    for (const region of ['eu-west-1', 'eu-central-1'])
      assert.deepEqual(await readAsService('/services/payments/dev', region), {
        STRIPE_KEY: values.STRIPE_KEY,
      });
  });

  test('whoever may encrypt for prod opens none of its files, and whoever breaks the glass does', async () => {
    const open = (profile) =>
      workspace.run('node_modules/.bin/sops-codec', ['decrypt', 'services/orders/secrets/prod.enc.yaml'], {
        env: { ...env, AWS_PROFILE: profile },
      });
    const { exitCode, all } = await open('live');
    assert.notEqual(exitCode, 0, all);
    assert.match(all, /AccessDenied/);
    const opened = await open('break-glass');
    assert.equal(opened.exitCode, 0, opened.all);
  });
});
