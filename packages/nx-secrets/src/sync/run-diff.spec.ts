import { CreateSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { renderReport } from '../output/text';
import { outcomes, problems, useAwsWorkspace } from '../testing/aws-workspace.test-kit';

const workspace = useAwsWorkspace();
const user = 'services/user-service';
const payment = 'services/payment-service';
const both = [user, payment];
const userSecret = '/services/user-service/dev';
const userFile = `${user}/secrets/dev.enc.yaml`;

/** Details and note of the first entry. */
const first = async (roots: readonly string[] = [user]) => {
  const { entries } = await workspace.diff(roots);
  const { outcome } = entries[0]!;
  return { kind: outcome.kind, details: outcome.details, note: 'note' in outcome ? outcome.note : undefined };
};
const headShort = async () => (await workspace.git('rev-parse', 'HEAD')).stdout.slice(0, 7);
const today = new Date().toISOString().slice(0, 10);

workspace.prepare(async () => {
  for (const directory of both) await workspace.init({ directory, stages: 'dev' });
  await workspace.set(user, 'dev', 'DATABASE_URL', 'postgres://canary-one');
  await workspace.set(user, 'dev', 'OLD_KEY', 'canary-two');
  await workspace.commit();
  workspace.aws().resetCalls();
});

test('where nothing is deployed, every key is new', async () => {
  expect(await first()).toEqual({
    kind: 'would-create',
    details: ['+ DATABASE_URL', '+ OLD_KEY'],
    note: undefined,
  });
});

test('a file that has no keys yet says so', async () => {
  expect(await first([payment])).toEqual({ kind: 'would-create', details: ['no keys yet'], note: undefined });
});

test('keys that were added, changed and removed since the deployed revision, by commit and date', async () => {
  await workspace.sync(both);
  const deployed = await headShort();
  await workspace.set(user, 'dev', 'DATABASE_URL', 'postgres://canary-three');
  await workspace.commit();
  await workspace.set(user, 'dev', 'NEW_KEY', 'canary-four');
  await workspace.unset(user, 'dev', 'OLD_KEY');
  await workspace.commit();
  workspace.aws().resetCalls();
  const report = await workspace.diff(both);
  expect(outcomes(report)).toEqual(['payment-service dev unchanged', 'user-service dev would-update']);
  expect(report.entries[1]?.outcome).toEqual({
    kind: 'would-update',
    note: `deployed: ${deployed} ${today}`,
    details: ['+ NEW_KEY', '~ DATABASE_URL', '- OLD_KEY'],
  });
  expect(workspace.aws().calls()).toEqual({ 'kms:DescribeKey': 2, 'secretsmanager:DescribeSecret': 2 });
  expect(renderReport(report)).not.toMatch(/canary|ENC\[/);
});

test('a file that is not committed is compared as it is', async () => {
  await workspace.sync([user]);
  await workspace.set(user, 'dev', 'NEW_KEY', 'canary');
  const { entries, notes } = await workspace.diff([user]);
  expect(entries[0]?.outcome.details).toEqual(['+ NEW_KEY']);
  expect(notes).toEqual([`${userFile} is not committed; your uncommitted file is compared`]);
});

test('recipients that changed are no keys', async () => {
  await workspace.sync([user]);
  const text = workspace.read(userFile);
  await workspace.write({
    [userFile]: text.replace(/created_at: "?[^"\n]*"?/, 'created_at: "2020-01-01T00:00:00Z"'),
  });
  await workspace.commit();
  expect((await first()).details).toEqual(['no key differs']);
});

test('a file that was made again has another data key', async () => {
  await workspace.sync([user]);
  await workspace.git('rm', '-q', userFile);
  await workspace.commit();
  await workspace.init({ directory: user, stages: 'dev' });
  await workspace.set(user, 'dev', 'DATABASE_URL', 'postgres://canary-one');
  await workspace.set(user, 'dev', 'NEW_KEY', 'canary-one');
  await workspace.commit();
  expect((await first()).details).toEqual([
    're-encrypted with another data key: any value may have changed',
    '+ NEW_KEY',
    '- OLD_KEY',
  ]);
});

describe('what a sync would refuse', () => {
  test('a deployed value that is not a revision: what and fix, no keys', async () => {
    await workspace.sync([user]);
    await workspace
      .client()
      .send(new PutSecretValueCommand({ SecretId: userSecret, SecretString: 'canary-by-hand' }));
    const report = await workspace.diff([user]);
    expect(problems(report)[0]).toMatchObject({
      what: expect.stringContaining('not a revision of this file'),
      fix: expect.stringContaining('npx nx g nx-secrets:import --from=aws'),
    });
    expect(report.entries[0]?.outcome.details).toBeUndefined();
    expect(renderReport(report)).not.toContain('canary');
  });

  test("somebody else's secret", async () => {
    await workspace.client().send(new CreateSecretCommand({ Name: userSecret, SecretString: 'x' }));
    expect(problems(await workspace.diff([user]))[0]?.what).toContain('was not created by nx-secrets');
  });

  test('a roll-back: the deployed revision is known, so its keys are compared', async () => {
    await workspace.sync([user]);
    const earlier = await headShort();
    await workspace.set(user, 'dev', 'NEW_KEY', 'canary');
    await workspace.commit();
    await workspace.sync([user]);
    await workspace.git('checkout', '-q', 'HEAD~1');
    await workspace.sync([user], { overrides: { overwrite: new Set([userSecret]), adopt: new Set() } });
    await workspace.git('checkout', '-q', 'main');
    await workspace.set(user, 'dev', 'THIRD', 'canary');
    await workspace.commit();
    const { outcome } = (await workspace.diff([user])).entries[0]!;
    expect(outcome.kind).toBe('failed');
    expect(outcome.details).toEqual([`deployed: ${earlier} ${today}`, '+ NEW_KEY', '+ THIRD']);
  });
});

test('without credentials it says so', async () => {
  delete process.env['AWS_ACCESS_KEY_ID'];
  delete process.env['AWS_SECRET_ACCESS_KEY'];
  expect(problems(await workspace.diff([user]))[0]?.what).toContain('credentials are missing');
});

test('stages of CI only are compared everywhere', async () => {
  await workspace.write({
    'nx.json': JSON.stringify({
      plugins: [{ plugin: 'nx-secrets', options: { stages: { dev: { ciOnly: true } } } }],
    }),
  });
  expect(outcomes(await workspace.sync([user]))).toEqual(['user-service dev failed']);
  expect(outcomes(await workspace.diff([user]))).toEqual(['user-service dev would-create']);
});
