import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
} from '@aws-sdk/client-secrets-manager';
import { account, outcomes, problems, region, useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import { writeFiles } from '../testing/workspace.test-kit';
import { renderReport } from '../output/text';
import { tokenOf } from './token';

const workspace = useAwsWorkspace();
const user = 'services/user-service';
const payment = 'services/payment-service';
const both = [user, payment];
const userSecret = '/services/user-service/dev';
const userFile = `${user}/secrets/dev.enc.yaml`;

const tokenNow = () => tokenOf(readFileSync(join(workspace.directory(), userFile)));
const writes = () =>
  Object.fromEntries(
    Object.entries(workspace.aws().calls()).filter(
      ([call]) => !/Describe|GetCallerIdentity|kms:(Decrypt|GenerateDataKey)/.test(call),
    ),
  );

workspace.prepare(async () => {
  for (const directory of both) await workspace.init({ directory, stages: 'dev' });
  await workspace.set(user, 'dev', 'DATABASE_URL', 'postgres://canary-user');
  await workspace.set(payment, 'dev', 'STRIPE_KEY', 'canary-stripe');
  await workspace.commit();
  workspace.aws().resetCalls();
});

test('creates each secret under its own key, with tags, the token as its version', async () => {
  const report = await workspace.sync(both);
  expect(outcomes(report)).toEqual(['payment-service dev created', 'user-service dev created']);
  expect(writes()).toEqual({ 'secretsmanager:CreateSecret': 2 });
  expect(await workspace.valueOf(userSecret)).toBe('{"DATABASE_URL":"postgres://canary-user"}');
  const secret = await workspace.client().send(new DescribeSecretCommand({ SecretId: userSecret }));
  expect(secret.KmsKeyId).toBe(`arn:aws:kms:${region}:${account}:alias/user-service-dev`);
  expect(secret.Tags).toEqual(
    expect.arrayContaining([
      { Key: 'managed-by', Value: 'nx-secrets' },
      { Key: 'service', Value: 'user-service' },
      { Key: 'stage', Value: 'dev' },
    ]),
  );
  expect(Object.keys(secret.VersionIdsToStages ?? {})).toEqual([tokenNow()]);
});

test('a second run is one DescribeSecret and one DescribeKey per secret', async () => {
  await workspace.sync(both);
  workspace.aws().resetCalls();
  expect(outcomes(await workspace.sync(both))).toEqual([
    'payment-service dev unchanged',
    'user-service dev unchanged',
  ]);
  expect(workspace.aws().calls()).toEqual({ 'kms:DescribeKey': 2, 'secretsmanager:DescribeSecret': 2 });
});

test('a change pushes that secret only; the former version is AWSPREVIOUS', async () => {
  await workspace.sync(both);
  const former = tokenNow();
  await workspace.set(user, 'dev', 'DATABASE_URL', 'postgres://new');
  await workspace.commit();
  workspace.aws().resetCalls();
  expect(outcomes(await workspace.sync(both))).toEqual([
    'payment-service dev unchanged',
    'user-service dev updated',
  ]);
  expect(writes()).toEqual({
    'secretsmanager:PutSecretValue': 1,
    'secretsmanager:UpdateSecretVersionStage': 1,
  });
  expect(workspace.aws().calls()).toMatchObject({ 'kms:Decrypt': 1 });
  expect(await workspace.valueOf(userSecret)).toBe('{"DATABASE_URL":"postgres://new"}');
  expect(await workspace.versionsOf(userSecret)).toEqual(
    new Map([
      [former, ['AWSPREVIOUS']],
      [tokenNow(), ['AWSCURRENT', 'nx-secrets-staged']],
    ]),
  );
});

test('a dry run says what it would do, and writes and decrypts nothing', async () => {
  expect(outcomes(await workspace.sync(both, { dryRun: true }))).toEqual([
    'payment-service dev would-create',
    'user-service dev would-create',
  ]);
  expect(workspace.aws().calls()).toEqual({ 'kms:DescribeKey': 2, 'secretsmanager:DescribeSecret': 2 });
});

test('a revert moves AWSCURRENT back without decrypting', async () => {
  await workspace.sync([user]);
  const former = readFileSync(join(workspace.directory(), userFile));
  await workspace.set(user, 'dev', 'DATABASE_URL', 'postgres://bad');
  await workspace.commit();
  await workspace.sync([user]);
  writeFileSync(join(workspace.directory(), userFile), former);
  await workspace.commit();
  workspace.aws().resetCalls();
  expect(outcomes(await workspace.sync([user]))).toEqual(['user-service dev promoted']);
  expect(workspace.aws().calls()).toEqual({
    'kms:DescribeKey': 1,
    'secretsmanager:DescribeSecret': 1,
    'secretsmanager:UpdateSecretVersionStage': 1,
  });
  expect(await workspace.valueOf(userSecret)).toBe('{"DATABASE_URL":"postgres://canary-user"}');
});

test('what a killed run left staged is promoted', async () => {
  await workspace.sync([user]);
  await workspace.set(user, 'dev', 'DATABASE_URL', 'postgres://new');
  await workspace.commit();
  workspace.aws().injectFault({
    operation: 'secretsmanager:UpdateSecretVersionStage',
    kind: { error: 'InternalServiceError', status: 500 },
    count: 3,
  });
  expect(problems(await workspace.sync([user]))[0]?.what).toContain('UpdateSecretVersionStage');
  workspace.aws().clearFaults();
  expect(outcomes(await workspace.sync([user]))).toEqual(['user-service dev promoted']);
  expect(await workspace.valueOf(userSecret)).toBe('{"DATABASE_URL":"postgres://new"}');
  expect((await workspace.versionsOf(userSecret)).size).toBe(2);
});

test('an older checkout never overwrites a newer value', async () => {
  await workspace.sync([user]);
  await workspace.set(user, 'dev', 'DATABASE_URL', 'postgres://new');
  await workspace.commit();
  await workspace.sync([user]);
  await workspace.git('checkout', '-q', 'HEAD~1');
  workspace.aws().resetCalls();
  expect(problems(await workspace.sync([user]))[0]).toMatchObject({
    what: expect.stringContaining('older than what is deployed'),
    where: `${userFile}, ${userSecret}`,
    fix: expect.stringContaining(`--overwrite=${userSecret}`),
  });
  expect(writes()).toEqual({});
});

test('a change by hand is refused, and overwritten only on demand', async () => {
  await workspace.sync([user]);
  await workspace
    .client()
    .send(new PutSecretValueCommand({ SecretId: userSecret, SecretString: '{"by":"hand"}' }));
  await workspace.set(user, 'dev', 'DATABASE_URL', 'postgres://new');
  await workspace.commit();
  expect(problems(await workspace.sync([user]))[0]?.what).toContain('changed outside Git');
  expect(await workspace.valueOf(userSecret)).toBe('{"by":"hand"}');
  const overrides = { overwrite: new Set([userSecret]), adopt: new Set<string>() };
  expect(outcomes(await workspace.sync([user], { overrides }))).toEqual(['user-service dev updated']);
});

test("somebody else's secret is refused, and adopted only on demand", async () => {
  await workspace.client().send(new CreateSecretCommand({ Name: userSecret, SecretString: 'theirs' }));
  expect(problems(await workspace.sync([user]))[0]?.what).toContain('was not created by nx-secrets');
  expect(await workspace.valueOf(userSecret)).toBe('theirs');
});

describe('a secret that somebody else made, taken over', () => {
  const adopted = (more: object = {}) => ({
    overrides: { overwrite: new Set<string>(), adopt: new Set([userSecret]), ...more },
  });
  const make = (SecretString: string) =>
    workspace.client().send(new CreateSecretCommand({ Name: userSecret, SecretString }));
  const writes = () =>
    Object.keys(workspace.aws().calls()).filter((call) => /:(?:Put|Update|Tag|Create)/.test(call));

  test('the same JSON, in other spaces and order: the value stays to the byte, and the next sync has nothing to do', async () => {
    await workspace.set(user, 'dev', 'KEY', 'k');
    await workspace.commit();
    const text = '{ "KEY": "k",\n  "DATABASE_URL": "postgres://canary-user" }';
    const { VersionId = '' } = await make(text);
    expect(outcomes(await workspace.sync([user], { dryRun: true, ...adopted() }))).toEqual([
      'user-service dev would-update',
    ]);
    expect(outcomes(await workspace.sync([user], adopted()))).toEqual(['user-service dev updated']);
    expect(await workspace.valueOf(userSecret)).toBe(text);
    expect((await workspace.versionsOf(userSecret)).get(VersionId)).toEqual(['AWSPREVIOUS']);
    expect(outcomes(await workspace.sync([user]))).toEqual(['user-service dev unchanged']);
    await workspace.set(user, 'dev', 'KEY', 'other');
    await workspace.commit();
    expect(outcomes(await workspace.sync([user]))).toEqual(['user-service dev updated']);
  });

  test.each([
    [
      'keys',
      '{"OLD": "canary-stripe", "DATABASE_URL": "x"}',
      /OLD would be lost; DATABASE_URL would be changed/,
    ],
    [
      'an empty object of keys in it',
      '{"DATABASE_URL": {"a": 1}}',
      /DATABASE_URL\.a would be lost; DATABASE_URL would be added/,
    ],
    ['a text', 'canary-stripe', /a text or bytes without keys, all of which would be lost/],
    ['a key twice', '{"DATABASE_URL": "x", "DATABASE_URL": "postgres://canary-user"}', /without keys/],
  ])('another value (%s) is not replaced, and what would be lost is named', async (_, text, what) => {
    await make(text);
    workspace.aws().resetCalls();
    for (const dryRun of [true, false]) {
      const [problem] = problems(await workspace.sync([user], { dryRun, ...adopted() }));
      expect(problem).toMatchObject({
        code: 'adoptionReplaces',
        what: expect.stringMatching(what) as string,
      });
      expect(JSON.stringify(problem)).not.toContain('canary');
    }
    expect(writes()).toEqual([]);
    expect(await workspace.valueOf(userSecret)).toBe(text);
    const both = adopted({ overwrite: new Set([userSecret]) });
    expect(outcomes(await workspace.sync([user], both))).toEqual(['user-service dev updated']);
    expect(await workspace.valueOf(userSecret)).toBe('{"DATABASE_URL":"postgres://canary-user"}');
  });

  test('where it may not be read, nothing is replaced', async () => {
    await make('{"OLD": "x"}');
    workspace.aws().injectFault({
      operation: 'secretsmanager:GetSecretValue',
      kind: { error: 'AccessDeniedException', status: 400 },
    });
    const [problem] = problems(await workspace.sync([user], adopted()));
    expect(problem).toMatchObject({
      what: expect.stringContaining('the keys that it would lose are unknown') as string,
      fix: expect.stringContaining(`--adopt=${userSecret} --overwrite=${userSecret}`) as string,
    });
    workspace.aws().clearFaults();
    expect(await workspace.valueOf(userSecret)).toBe('{"OLD": "x"}');
  });
});

test('a secret scheduled for deletion is restored where its file changed, or on demand', async () => {
  await workspace.sync([user]);
  await workspace.client().send(new DeleteSecretCommand({ SecretId: userSecret, RecoveryWindowInDays: 7 }));
  expect(problems(await workspace.sync([user]))[0]?.code).toBe('secretDeletionScheduled');
  expect(problems(await workspace.diff([user]))[0]?.code).toBe('secretDeletionScheduled');
  const overrides = {
    overwrite: new Set<string>(),
    adopt: new Set<string>(),
    restore: new Set([userSecret]),
  };
  expect(outcomes(await workspace.sync([user], { overrides }))).toEqual(['user-service dev repaired']);
  await workspace.client().send(new DeleteSecretCommand({ SecretId: userSecret, RecoveryWindowInDays: 7 }));
  await workspace.set(user, 'dev', 'KEY', 'after');
  await workspace.commit();
  expect(outcomes(await workspace.sync([user]))).toEqual(['user-service dev updated']);
  expect(await workspace.valueOf(userSecret)).toBe('{"DATABASE_URL":"postgres://canary-user","KEY":"after"}');
});

test('one damaged file fails alone: the other service is pushed', async () => {
  const text = workspace.read(userFile);
  const at = text.indexOf('data:') + 5;
  const flipped = text[at] === 'A' ? 'B' : 'A';
  await writeFiles(workspace.directory(), { [userFile]: text.slice(0, at) + flipped + text.slice(at + 1) });
  const report = await workspace.sync(both);
  expect(outcomes(report)).toEqual(['payment-service dev created', 'user-service dev failed']);
  expect(problems(report)[0]?.where).toContain(userFile);
  expect(workspace.aws().calls()['secretsmanager:CreateSecret']).toBe(1);
});

test("another service's file is refused before AWS is asked", async () => {
  await writeFiles(workspace.directory(), { [userFile]: workspace.read(`${payment}/secrets/dev.enc.yaml`) });
  expect(problems(await workspace.sync([user]))[0]).toMatchObject({
    what: 'the file can be opened with alias/payment-service-dev, the key of service payment-service, stage dev',
    where: userFile,
  });
  expect(workspace.aws().calls()).toEqual({});
});

test('two runs of the same commit at once: one creates, the other finds it so', async () => {
  const reports = await Promise.all([workspace.sync([user]), workspace.sync([user])]);
  expect(reports.flatMap(outcomes).every((line) => /created|unchanged/.test(line))).toBe(true);
  expect((await workspace.versionsOf(userSecret)).size).toBe(1);
});

test('a lost compare-and-swap is planned again', async () => {
  await workspace.sync([user]);
  await workspace.set(user, 'dev', 'DATABASE_URL', 'postgres://new');
  await workspace.commit();
  workspace.aws().injectFault({
    operation: 'secretsmanager:UpdateSecretVersionStage',
    kind: { error: 'InvalidParameterException', status: 400 },
    count: 1,
  });
  expect(outcomes(await workspace.sync([user]))).toEqual(['user-service dev promoted']);
});

test.each(['throttle', 'server-error', 'drop-before', 'drop-after'] as const)(
  '%s once on every call changes nothing in the result',
  async (kind) => {
    for (const operation of ['DescribeSecret', 'CreateSecret']) {
      workspace.aws().injectFault({ operation: `secretsmanager:${operation}`, kind, count: 1 });
    }
    workspace.aws().injectFault({ operation: 'kms:Decrypt', kind, count: 1 });
    const report = await workspace.sync([user]);
    expect(outcomes(report)).toEqual(['user-service dev created']);
    expect((await workspace.versionsOf(userSecret)).size).toBe(1);
  },
);

describe('wrong surroundings', () => {
  test('no credentials', async () => {
    delete process.env['AWS_ACCESS_KEY_ID'];
    delete process.env['AWS_SECRET_ACCESS_KEY'];
    expect(problems(await workspace.sync([user]))[0]).toMatchObject({
      what: expect.stringContaining('credentials are missing'),
      fix: expect.stringContaining('aws sso login'),
    });
  });

  test("another account's credentials", async () => {
    process.env['AWS_ACCESS_KEY_ID'] = '999988887777';
    expect(problems(await workspace.sync([user]))[0]?.what).toContain(
      'these credentials belong to account 999988887777',
    );
    expect(writes()).toEqual({});
  });

  test('nobody at the endpoint: one answer for all', async () => {
    process.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:1';
    const found = problems(await workspace.sync(both));
    expect(found).toHaveLength(2);
    for (const problem of found) expect(problem.what).toContain('does not answer');
  });

  test('the key is gone', async () => {
    workspace.aws().reset();
    const problem = problems(await workspace.sync([user]))[0];
    expect(problem?.code).toBe('noKey');
    expect(JSON.stringify(problem)).toContain('alias/user-service-dev');
  });

  test('in CI, a file that is not committed is refused', async () => {
    await workspace.set(user, 'dev', 'DATABASE_URL', 'postgres://new');
    expect(problems(await workspace.sync([user], { ci: true }))[0]?.what).toContain(
      'differs from the committed one',
    );
    expect((await workspace.sync([user])).notes).toEqual([expect.stringContaining('is not committed')]);
  });

  test('a stage for CI only is pushed from CI only', async () => {
    const options = { stages: { dev: { ciOnly: true } } };
    await workspace.write({
      'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options }] }),
    });
    expect(problems(await workspace.sync([user]))[0]).toMatchObject({
      what: expect.stringContaining('stage dev is pushed from CI only'),
      where: userFile,
    });
    expect(workspace.aws().calls()).toEqual({});
    expect(outcomes(await workspace.sync([user], { ci: true }))).toEqual(['user-service dev created']);
  });

  test('a stage that nobody has', async () => {
    for (const waiver of ['overwrite', 'adopt'] as const) {
      const overrides = {
        overwrite: new Set<string>(),
        adopt: new Set<string>(),
        [waiver]: new Set(['/services/user-service/dve']),
      };
      await expect(workspace.sync([user], { overrides })).rejects.toMatchObject({
        problem: {
          where: `--${waiver}`,
          fix: expect.stringContaining('Did you mean "/services/user-service/dev"?'),
        },
      });
    }
    await expect(workspace.sync([user], { stages: ['dve'] })).rejects.toThrow('Did you mean "dev"?');
  });
});

test('no value is in any report, whatever the endpoint quotes of the request', async () => {
  const message = 'Value at secretString canary-stripe failed to satisfy constraint';
  workspace.aws().injectFault({
    operation: 'secretsmanager:CreateSecret',
    kind: { error: 'ValidationException', message },
    count: 1,
  });
  const reports = [await workspace.sync([payment]), await workspace.sync(both), await workspace.sync(both)];
  expect(reports.flatMap(outcomes)).toEqual([
    'payment-service dev failed',
    'payment-service dev created',
    'user-service dev created',
    'payment-service dev unchanged',
    'user-service dev unchanged',
  ]);
  expect(reports.map(renderReport).join('\n')).not.toContain('canary');
});

test('an interruption: what is under way ends or is abandoned, what is not begun is named', async () => {
  const interruption = {
    requested: () => (workspace.aws().calls()['secretsmanager:CreateSecret'] ?? 0) > 0,
    during: <T>(step: Promise<T>) => step,
  };
  await workspace.init({ directory: '', stages: 'staging' });
  await workspace.init({ directory: user, stages: 'dev,staging' });
  await workspace.commit();
  const many = await workspace.sync([user, payment], { interruption });
  const kinds = many.entries.map(({ outcome }) => outcome.kind);
  expect(kinds).toContain('created');
  const report = await workspace.sync([user], { interruption: { ...interruption, requested: () => true } });
  expect(problems(report).map(({ what }) => what)).toEqual([
    'interrupted before it started',
    'interrupted before it started',
  ]);
  expect(outcomes(await workspace.sync([user, payment])).some((text) => text.endsWith('failed'))).toBe(false);
});
