import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { logger } from '@nx/devkit';
import { createKeyring, decrypt, parse, type EncryptedFile } from 'sops-codec';
import { everybody, shopIam, shopOptions } from '../policies/roles.test-kit';
import { account, outcomes, problems, region, useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import { execaSync } from 'execa';
import { runChecks } from '../checks/run-checks';
import { readOptions } from '../config/options';
import { readServices } from '../config/services';
import type { Report } from '../report';
import { pendingValuesIn } from './pending-values';

const workspace = useAwsWorkspace();
const user = 'services/user-service';
const prod = `${user}/secrets/prod.enc.yaml`;
const secret = '/services/user-service/prod';

const file = (path = prod): EncryptedFile =>
  parse(readFileSync(join(workspace.directory(), path)), path.endsWith('env') ? 'dotenv' : 'yaml');
/** Credentials of a role, for whatever is done from now on. */
async function become(role: string): Promise<void> {
  const sts = new STSClient({ endpoint: workspace.aws().endpoint, region, credentials: everybody });
  const RoleArn = `arn:aws:iam::${account}:role/${role}`;
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }));
  sts.destroy();
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: Credentials!.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: Credentials!.SecretAccessKey,
    AWS_SESSION_TOKEN: Credentials!.SessionToken,
  });
}
const as = async <T>(role: string, step: () => Promise<T>): Promise<T> => {
  await become(role);
  return step();
};
const sync = () => as('user-service-prod-sync', () => workspace.sync([user], { stages: ['prod'] }));
const commitAndSync = async () => {
  await workspace.commit();
  return sync();
};
const valueForService = () =>
  as('user-service-prod', async () => {
    const client = new SecretsManagerClient({ endpoint: workspace.aws().endpoint });
    const { SecretString } = await client.send(
      new GetSecretValueCommand({ SecretId: secret, VersionStage: 'AWSCURRENT' }),
    );
    client.destroy();
    return JSON.parse(SecretString!) as unknown;
  });

beforeEach(async () => {
  await workspace.write({
    'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options: shopOptions }] }),
  });
  await workspace.init({ directory: user, stages: 'dev,prod' });
  await workspace.set(user, 'prod', 'DATABASE_URL', 'postgres://u:p@h');
  await workspace.commit();
  workspace.aws().setIam(shopIam);
});
afterEach(() => workspace.aws().setIam(undefined));

test('a developer who may encrypt only adds a prod value, and reads none; the service gets it', async () => {
  expect(outcomes(await sync())).toEqual(['user-service prod created']);
  await as('user-service-team', async () => {
    await workspace.set(user, 'prod', 'NEW_KEY', 'hunter2');
    await workspace.set(user, 'prod', 'smtp.password', 'hunter3');
    expect(workspace.read(prod)).not.toMatch(/hunter/);
    await expect(decrypt(file(), createKeyring())).rejects.toThrow('AccessDeniedException');
    const pending = pendingValuesIn(file().documents, prod);
    expect(pending.map(({ keys }) => keys)).toEqual([['smtp', 'password'], ['NEW_KEY']]);
    for (const one of pending)
      await expect(decrypt(one.file, createKeyring())).rejects.toThrow('AccessDeniedException');
  });
  const diff = await as('user-service-prod-sync', () => workspace.diff([user], { stages: ['prod'] }));
  expect(diff.entries[0]?.outcome).toMatchObject({ details: ['+ smtp.password', '+ NEW_KEY'] });
  expect(outcomes(await commitAndSync())).toEqual(['user-service prod updated']);
  const value = { DATABASE_URL: 'postgres://u:p@h', smtp: { password: 'hunter3' }, NEW_KEY: 'hunter2' };
  expect(await valueForService()).toEqual(value);
  // Whoever may open the file puts the pending values where they belong, with whatever is set next.
  await as('user-service-lead', () => workspace.set(user, 'prod', 'LOG_LEVEL', 'info'));
  expect(workspace.read(prod)).not.toContain('nx-secrets addition');
  expect(outcomes(await commitAndSync())).toEqual(['user-service prod updated']);
  expect(await valueForService()).toEqual({ ...value, LOG_LEVEL: 'info' });
});

test('adds the first value of a stage, and one to a dotenv file', async () => {
  workspace.aws().setIam(undefined);
  await workspace.init({ directory: 'services/payment-service', stages: 'prod', format: 'env' });
  workspace.aws().setIam(shopIam);
  await as('payment-service-team', () => workspace.set('services/payment-service', 'prod', 'A', 'one'));
  await as('payment-service-lead', async () => {
    await workspace.set('services/payment-service', 'prod', 'B', 'two');
    const { documents } = await decrypt(
      file('services/payment-service/secrets/prod.enc.env'),
      createKeyring(),
    );
    expect(documents[0]!.items).toMatchObject([
      { key: 'A', value: { text: 'one' } },
      { key: 'B', value: { text: 'two' } },
    ]);
  });
});

test('what was added can be replaced and removed; what was there before is left alone', async () => {
  await become('user-service-team');
  const before = workspace.read(prod);
  await workspace.set(user, 'prod', 'A', 'typo');
  await workspace.set(user, 'prod', 'A', 'right');
  expect(pendingValuesIn(file().documents, prod)).toHaveLength(1);
  await workspace.unset(user, 'prod', 'A');
  expect(workspace.read(prod)).toBe(before);
  await expect(workspace.set(user, 'prod', 'DATABASE_URL', 'mine')).rejects.toThrow(
    /DATABASE_URL already exists.*add values but not change them[^]*role\/user-service-lead/,
  );
  await expect(workspace.set(user, 'prod', 'DATABASE_URL.x', 'mine')).rejects.toThrow('already exists');
  await expect(workspace.set(user, 'prod', 'A_unencrypted', 'mine')).rejects.toThrow('left unencrypted');
  await expect(workspace.unset(user, 'prod', 'DATABASE_URL')).rejects.toThrow('AWS refuses kms:Decrypt');
  expect(workspace.read(prod)).toBe(before);
});

test('what no sync could push is not added either, alone or with what is there', async () => {
  await become('user-service-team');
  await expect(workspace.set(user, 'prod', 'A', 'x'.repeat(65_536))).rejects.toThrow('allows 65536');
  await expect(workspace.set(user, 'prod', 'list[0]', 'mine')).rejects.toThrow(
    'list elements cannot be added',
  );
  await workspace.set(user, 'prod', 'A', 'x'.repeat(40_000));
  const before = workspace.read(prod);
  await expect(workspace.set(user, 'prod', 'B', 'x'.repeat(40_000))).rejects.toThrow(
    /has at least 8\d+ bytes/,
  );
  expect(workspace.read(prod)).toBe(before);
  await workspace.set(user, 'prod', 'A', 'small');
  await workspace.set(user, 'prod', 'B', 'x'.repeat(40_000));
});

test('another team adds nothing', async () => {
  await become('payment-service-team');
  const before = workspace.read(prod);
  await expect(workspace.set(user, 'prod', 'A', 'mine')).rejects.toThrow('AWS refuses kms:Encrypt');
  expect(workspace.read(prod)).toBe(before);
});

test('a key that was set meanwhile by somebody who does not see pending values: the sync refuses, set decides', async () => {
  await as('user-service-team', () => workspace.set(user, 'prod', 'A', 'added'));
  const [comment] = workspace.read(prod).split('\n');
  await workspace.git('checkout', '--', '.');
  await as('user-service-lead', () => workspace.set(user, 'prod', 'A', 'set'));
  await workspace.write({ [prod]: `${comment}\n${workspace.read(prod)}` });
  expect(problems(await commitAndSync())[0]?.what).toContain(
    'A exists both in the file and as a pending value',
  );
  await as('user-service-lead', () => workspace.set(user, 'prod', 'A', 'decided'));
  await commitAndSync();
  expect(await valueForService()).toMatchObject({ A: 'decided' });
});

test.each<[string, (line: string, dev: string) => string, string]>([
  ['of another stage', (_, dev) => dev, "not encrypted with the stage's own key"],
  ['cut off', (line) => line.slice(0, 300), 'cannot be parsed'],
  ['that was changed', (line) => changedIn(line), 'the pending value of A cannot be decrypted'],
])('a pending value %s is refused, and nothing is pushed', async (_, change, message) => {
  await as('user-service-team', () => workspace.set(user, 'prod', 'A', 'added'));
  workspace.aws().setIam(undefined);
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: account, AWS_SECRET_ACCESS_KEY: 'x' });
  delete process.env['AWS_SESSION_TOKEN'];
  const [line = '', ...rest] = workspace.read(prod).split('\n');
  const dev = line.replace(/[A-Za-z0-9+/=]{100,}$/, (base64) =>
    Buffer.from(
      Buffer.from(base64, 'base64').toString().replaceAll('user-service-prod', 'user-service-dev'),
    ).toString('base64'),
  );
  await workspace.write({ [prod]: [change(line, dev), ...rest].join('\n') });
  await workspace.commit();
  const report = await workspace.sync([user], { stages: ['prod'] });
  expect(JSON.stringify(problems(report))).toContain(message);
  expect(workspace.aws().calls()['secretsmanager:CreateSecret']).toBeUndefined();
});

const changedIn = (line: string) =>
  line.replace(/[A-Za-z0-9+/=]{100,}$/, (base64) =>
    Buffer.from(
      Buffer.from(base64, 'base64')
        .toString()
        .replace(
          /^A: ENC\[AES256_GCM,data:(.)/,
          (text, first) => text.slice(0, -1) + (first === 'x' ? 'y' : 'x'),
        ),
    ).toString('base64'),
  );

describe('rotation takes pending values with it', () => {
  test.each([{ dataKey: true }, { key: true }, { revoke: true }])('%j', async (how) => {
    await as('user-service-team', () => workspace.set(user, 'prod', 'A', 'added'));
    workspace.aws().setIam(undefined);
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: account, AWS_SECRET_ACCESS_KEY: 'x' });
    delete process.env['AWS_SESSION_TOKEN'];
    await workspace.rotate({ directory: user, stage: 'prod', ...how });
    expect(workspace.read(prod)).not.toContain('nx-secrets addition');
    const named = jest.mocked(logger.info).mock.calls.flat().join('\n').includes('A --stage=prod');
    expect(named).toBe('revoke' in how);
    await workspace.commit();
    await workspace.sync([user], { stages: ['prod'] });
    expect(JSON.parse((await workspace.valueOf(secret))!)).toEqual({
      DATABASE_URL: 'postgres://u:p@h',
      A: 'added',
    });
  });
});

test('diff and check name the pending values of a stage with their commits, until somebody decrypts them', async () => {
  const check = async () => {
    const options = readOptions(shopOptions);
    const services = await readServices(workspace.directory(), [user], options);
    const request = { workspaceRoot: workspace.directory(), options, services, everyService: services };
    return runChecks({ ...request, everyRoot: [user], stages: [], maxAge: undefined });
  };
  const pending = (report: Report) => report.notes?.filter((note) => note.includes('pending')) ?? [];
  const diff = () => as('user-service-prod-sync', () => workspace.diff([user], { stages: ['prod'] }));

  expect(pending(await check())).toEqual([]);
  await as('user-service-team', () => workspace.set(user, 'prod', 'FIRST', 'hunter2'));
  await workspace.commit();
  await as('user-service-team', () => workspace.set(user, 'prod', 'SECOND', 'hunter3'));
  const id = execaSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: workspace.directory() }).stdout;
  for (const report of [await check(), await diff()]) {
    const [note = '', ...others] = pending(report);
    expect(others).toEqual([]);
    expect(note.split('\n')).toEqual([
      `${prod} has 2 pending values, which nobody has decrypted yet; whoever may encrypt may replace them:`,
      '  SECOND  not committed',
      expect.stringMatching(new RegExp(`^  FIRST  \\d{4}-\\d{2}-\\d{2}  ${id}$`)) as string,
    ]);
    expect(note).not.toContain('hunter');
  }
  await as('user-service-lead', () => workspace.set(user, 'prod', 'THIRD', 'hunter4'));
  expect(pending(await check())).toEqual([]);
});
