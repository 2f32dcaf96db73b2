import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ReplicateSecretToRegionsCommand,
  TagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { listManagedSecrets } from '../aws/secrets-manager/list-and-delete-secrets';
import { renderReport } from '../output/text';
import { openSessions } from '../aws/session';
import { uninterrupted } from '../interruption';
import { account, outcomes, problems, region, useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import { writeFiles } from '../testing/workspace.test-kit';
import { deleteSecret } from './delete-secret';

const workspace = useAwsWorkspace();
const user = 'services/user-service';
const payment = 'services/payment-service';
const userSecret = '/services/user-service/dev';
const paymentSecret = '/services/payment-service/dev';
const orphans = { kind: 'orphans' } as const;
const named = (...names: readonly string[]) => ({ kind: 'named', names: new Set(names) }) as const;

const remove = async (path: string, date?: string) => {
  await workspace.git('rm', '-rq', path);
  if (date) process.env['GIT_COMMITTER_DATE'] = date;
  await workspace.commit();
  delete process.env['GIT_COMMITTER_DATE'];
};
const deletedOn = async (SecretId: string) =>
  (await workspace.client().send(new DescribeSecretCommand({ SecretId }))).DeletedDate;
const writes = () =>
  Object.entries(workspace.aws().calls()).filter(([call]) => !/Describe|List|GetCallerIdentity/.test(call));

workspace.prepare(async () => {
  for (const directory of [user, payment]) await workspace.init({ directory, stages: 'dev' });
  await workspace.set(user, 'dev', 'DATABASE_URL', 'canary-url');
  await workspace.commit();
  await workspace.sync([user, payment]);
  workspace.aws().resetCalls();
});

test('while every secret has its file, there is nothing', async () => {
  const report = await workspace.prune({ deletion: orphans });
  expect(report.entries).toEqual([]);
  expect(renderReport(report)).toMatch(/^no secrets without a secret file in/);
  expect(workspace.aws().calls()).toEqual({ 'secretsmanager:ListSecrets': 1 });
});

test('a removed service is listed, and nothing is written', async () => {
  await remove(user);
  const report = await workspace.prune();
  expect(outcomes(report)).toEqual(['user-service dev orphan']);
  const head = (await workspace.git('rev-parse', 'HEAD')).stdout.slice(0, 7);
  expect(renderReport(report)).toContain(`${user}/secrets/dev.enc.yaml removed by ${head} `);
  expect(report.notes).toEqual([expect.stringContaining('--delete schedules the deletion of the orphans')]);
  expect(writes()).toEqual([]);
});

test('--delete schedules the deletion, with the window and the way back; again, it changes nothing', async () => {
  await remove(user);
  const report = await workspace.prune({ deletion: orphans, windowDays: 7 });
  expect(outcomes(report)).toEqual(['user-service dev deletion-scheduled']);
  const gone = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
  expect(renderReport(report)).toContain(`(gone on ${gone})`);
  expect(renderReport(report)).toContain(
    'restore-secret --region eu-west-1 --secret-id /services/user-service/dev',
  );
  expect(report.notes).toEqual([expect.stringContaining('keys are kept: alias/user-service-dev')]);
  expect(writes()).toEqual([['secretsmanager:DeleteSecret', 1]]);
  expect(await deletedOn(userSecret)).toBeDefined();
  expect(await deletedOn(paymentSecret)).toBeUndefined();
  for (const deletion of [orphans, named(userSecret)]) {
    const again = await workspace.prune({ deletion });
    expect(outcomes(again)).toEqual(['user-service dev deletion-scheduled']);
    expect(again.entries[0]?.outcome).toMatchObject({
      note: expect.stringContaining(`restore-secret --region eu-west-1 --secret-id ${userSecret}`),
    });
  }
  expect(writes()).toEqual([['secretsmanager:DeleteSecret', 1]]);
});

test('a removed stage; --stage looks at others only; a dry run writes nothing', async () => {
  await workspace.init({ directory: '', stages: 'old' });
  await workspace.init({ directory: user, stages: 'dev,old' });
  await workspace.commit();
  await workspace.sync([user]);
  await remove(`${user}/secrets/old.enc.yaml`);
  workspace.aws().resetCalls();
  expect(outcomes(await workspace.prune({ stages: ['dev'], deletion: orphans }))).toEqual([]);
  expect(outcomes(await workspace.prune({ stages: ['old'], deletion: orphans, dryRun: true }))).toEqual([
    'user-service old would-delete',
  ]);
  expect(writes()).toEqual([]);
});

test('what is not committed proves nothing: a file that is only missing here is in use', async () => {
  await workspace.git('rm', '-rq', user);
  expect(outcomes(await workspace.prune({ deletion: orphans }))).toEqual([]);
  const refused = await workspace.prune({ deletion: named(userSecret) });
  expect(problems(refused)[0]?.what).toContain('is in use');
  // It has a file: it does not count as one without.
  expect(renderReport(refused)).toMatch(/^1 secret: 1 failed in/m);
  expect(writes()).toEqual([]);
});

test('an older checkout, or a branch without the service, proves nothing', async () => {
  await workspace.git('checkout', '-q', '--orphan', 'elsewhere');
  await workspace.git('rm', '-rqf', '.');
  await workspace.write({ 'nx.json': '{}', 'package.json': '{}' });
  await workspace.commit();
  const report = await workspace.prune({ deletion: orphans });
  expect(outcomes(report)).toEqual(['payment-service dev uncertain', 'user-service dev uncertain']);
  expect(writes()).toEqual([]);
});

test('two repositories in one account: neither touches the secrets of the other, but by name', async () => {
  await remove(user);
  // The other repository has had a service of the same name, and removed it, too.
  await writeFiles(workspace.directory(), { 'package.json': '{"name": "other"}' });
  await workspace.git('checkout', '-q', '--orphan', 'other-repository');
  await workspace.init({ directory: user, stages: 'dev' });
  await workspace.commit();
  await remove(user);
  const report = await workspace.prune({ deletion: orphans });
  expect(outcomes(report)).toEqual(['user-service dev uncertain']);
  expect(renderReport(report)).toContain('of unknown origin');
  expect(report.notes).toEqual([expect.stringContaining('--delete=<secret name>')]);
  expect(await deletedOn(userSecret)).toBeUndefined();
  expect(outcomes(await workspace.prune({ deletion: named(userSecret) }))).toEqual([
    'user-service dev deletion-scheduled',
  ]);
});

test('a value that was changed by hand is uncertain', async () => {
  await workspace.client().send(new PutSecretValueCommand({ SecretId: userSecret, SecretString: 'by hand' }));
  await remove(user);
  expect(outcomes(await workspace.prune({ deletion: orphans }))).toEqual(['user-service dev uncertain']);
});

test('a secret that is still read after the removal is uncertain', async () => {
  await remove(user, '2026-01-01T12:00:00Z');
  await workspace.client().send(new GetSecretValueCommand({ SecretId: userSecret }));
  const report = await workspace.prune({ deletion: orphans });
  expect(outcomes(report)).toEqual(['user-service dev uncertain']);
  expect(renderReport(report)).toContain('still read: on 20');
  expect(outcomes(await workspace.prune({ deletion: named(userSecret) }))).toEqual([
    'user-service dev deletion-scheduled',
  ]);
});

test('a service that has moved, or has another name in nx.json, is not an orphan', async () => {
  await workspace.git('mv', user, 'services/accounts');
  await workspace.write({
    'nx.json': JSON.stringify({
      plugins: [{ plugin: 'nx-secrets', options: { services: { 'services/accounts': 'user-service' } } }],
    }),
  });
  await workspace.commit();
  expect(outcomes(await workspace.prune({ deletion: orphans }))).toEqual([]);
  await workspace.write({ 'nx.json': '{}' });
  await workspace.commit();
  // Its file goes on there, and is not pushed to another secret yet.
  expect(outcomes(await workspace.prune())).toEqual(['user-service dev uncertain']);
});

test('secrets that other tools or other patterns made are not touched, not even by name', async () => {
  const make = (Name: string, tags: Readonly<Record<string, string>>) =>
    workspace.client().send(
      new CreateSecretCommand({
        Name,
        SecretString: 'x',
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
  await make('/services/by-hand/dev', { service: 'by-hand', stage: 'dev' });
  await make('/services/likewise/dev', {
    'managed-by': 'nx-secrets-fork',
    service: 'likewise',
    stage: 'dev',
  });
  await make('/apps/other/dev', { 'managed-by': 'nx-secrets', service: 'other', stage: 'dev' });
  const report = await workspace.prune({
    deletion: named('/services/by-hand/dev', '/services/likewise/dev', '/apps/other/dev'),
  });
  expect(problems(report).map(({ what }) => what)).toEqual([
    expect.stringContaining('no managed secret /services/by-hand/dev'),
    expect.stringContaining('no managed secret /services/likewise/dev'),
    '/apps/other/dev is not deleted: its name is not "/services/{service}/{stage}" with its tags service and stage, nor an earlier pattern of nx.json',
  ]);
  expect(outcomes(await workspace.prune())).toEqual(['other dev skipped']);
  expect(await deletedOn('/apps/other/dev')).toBeUndefined();
});

test('more secrets than a page holds', async () => {
  await remove(user);
  const tags = [
    { Key: 'managed-by', Value: 'nx-secrets' },
    { Key: 'stage', Value: 'dev' },
  ];
  await Promise.all(
    Array.from({ length: 120 }, (_, index) =>
      workspace.client().send(
        new CreateSecretCommand({
          Name: `/services/s${index}/dev`,
          SecretString: 'x',
          Tags: [...tags, { Key: 'service', Value: `s${index}` }],
        }),
      ),
    ),
  );
  const report = await workspace.prune();
  expect(report.entries).toHaveLength(121);
  expect(report.entries[0]?.name).toBe(userSecret);
});

describe('between the list and the deletion', () => {
  const tag = (Key: string, Value: string) => () =>
    workspace.client().send(new TagResourceCommand({ SecretId: userSecret, Tags: [{ Key, Value }] }));
  const removeForGood = async () => {
    await workspace
      .client()
      .send(new DeleteSecretCommand({ SecretId: userSecret, ForceDeleteWithoutRecovery: true }));
  };

  test.each<[string, () => Promise<unknown>, string]>([
    ['a tag', tag('managed-by', 'somebody'), 'was changed, read or deleted since'],
    ['another tag', tag('team', 'payments'), 'was changed'],
    [
      'the value',
      () => workspace.client().send(new PutSecretValueCommand({ SecretId: userSecret, SecretString: 'new' })),
      'was changed',
    ],
    [
      'a read',
      () => workspace.client().send(new GetSecretValueCommand({ SecretId: userSecret })),
      'was changed, read',
    ],
    ['the secret itself', removeForGood, 'deleted since it was listed'],
  ])('%s: nothing is deleted', async (_, change, what) => {
    const sessions = openSessions({ workspaceRoot: workspace.directory(), task: 'prune' });
    const session = sessions.of({ region, accountId: account });
    const [secret] = (await listManagedSecrets(session.clients)).filter(({ name }) => name === userSecret);
    await change();
    const done = await deleteSecret({ secret: secret!, session }, 30, uninterrupted);
    expect(done).toMatchObject({ kind: 'failed', problem: { what: expect.stringContaining(what) } });
    expect(workspace.aws().calls()['secretsmanager:DeleteSecret'] ?? 0).toBe(
      change === removeForGood ? 1 : 0,
    );
    sessions.close();
  });

  test('a secret with replicas is refused, with the command that removes them', async () => {
    await workspace.client().send(
      new ReplicateSecretToRegionsCommand({
        SecretId: userSecret,
        AddReplicaRegions: [{ Region: 'us-east-1' }],
      }),
    );
    await remove(user);
    const [problem] = problems(await workspace.prune({ deletion: orphans }));
    expect(problem?.what).toContain('has replicas in us-east-1');
    expect(problem?.fix).toContain('--remove-replica-regions us-east-1');
    expect(await deletedOn(userSecret)).toBeUndefined();
  });
});

describe('where it is looked', () => {
  const configure = async (stages: object) => {
    await workspace.write({
      'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options: { stages } }] }),
    });
    await workspace.commit();
  };

  test('the stage is gone from nx.json, and the region from the environment: its file has named the key', async () => {
    await remove(user);
    process.env['AWS_REGION'] = 'us-east-1';
    await configure({ prod: { region: 'us-east-1' } });
    expect(outcomes(await workspace.prune())).toEqual(['user-service dev orphan']);
  });

  test('a stage of another account fails; the key of a removed file there is only noted', async () => {
    await remove(user);
    await configure({ prod: { region, accountId: '999988887777' }, dev: { region } });
    const report = await workspace.prune({ deletion: orphans });
    expect(outcomes(report)).toEqual([
      'user-service dev deletion-scheduled',
      `account 999988887777, ${region}  failed`,
    ]);
    expect(problems(report)[0]?.fix).toContain('--stage=<others>');
    process.env['AWS_ACCESS_KEY_ID'] = '999988887777';
    const elsewhere = await workspace.prune({ stages: ['prod', 'dev'] });
    expect(outcomes(elsewhere)).toEqual([]);
    expect(elsewhere.notes).toEqual([]);
  });

  test('nobody answers', async () => {
    process.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:1';
    expect(problems(await workspace.prune())[0]?.what).toContain('does not answer');
  });

  test('a window that AWS does not take', async () => {
    for (const windowDays of [6, 31, 7.5, Number.NaN]) {
      await expect(workspace.prune({ windowDays })).rejects.toThrow('--window=30');
    }
  });
});
