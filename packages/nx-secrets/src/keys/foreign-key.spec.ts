import {
  DescribeKeyCommand,
  DisableKeyCommand,
  KMSClient,
  ReplicateKeyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { logger } from '@nx/devkit';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { outcomes, problems } from '../testing/aws-workspace.test-kit';
import rename from '../generators/rename/generator';
import stage from '../generators/stage/generator';
import { useForeignKey, user } from './foreign-key.test-kit';

const workspace = useForeignKey();
let arn: string;
workspace.prepare(async () => {
  arn = await workspace.makeKey();
  await workspace.configure({ dev: arn });
});
beforeEach(() => workspace.aws().resetCalls());

const SecretId = '/services/user-service/dev';

test('init, set and sync use the key as it is, and change nothing of it', async () => {
  await workspace.init({ directory: user, stages: 'dev' });
  expect(workspace.read(`${user}/.sops.yaml`)).toContain(`arn: ${arn}\n`);
  await workspace.set(user, 'dev', 'A', 'one');
  expect(workspace.read(`${user}/secrets/dev.enc.yaml`)).toContain(`arn: ${arn}\n`);
  await workspace.commit();
  const provisioned = await workspace.provision([user]);
  expect(provisioned.entries[0]).toMatchObject({
    name: arn.slice(arn.indexOf('key/')),
    outcome: { kind: 'unchanged', note: 'a key that somebody else makes: not changed' },
  });
  const synced = await workspace.sync([user]);
  expect(problems(synced)).toEqual([]);
  expect(outcomes(synced)).toEqual(['user-service dev created']);
  expect(await workspace.valueOf(SecretId)).toBe('{"A":"one"}');
  const { KmsKeyId } = await workspace.client().send(new DescribeSecretCommand({ SecretId }));
  expect(KmsKeyId).toBe(arn);
  expect(outcomes(await workspace.sync([user]))).toEqual(['user-service dev unchanged']);
  expect(workspace.keyChanges()).toEqual([]);
});

/** A service whose file and secret are under a key: as `kmsKeyArn` names it, or the own one. */
async function deployed(kmsKeyArn: string | undefined) {
  await workspace.configure(kmsKeyArn === undefined ? undefined : { dev: kmsKeyArn });
  await workspace.init({ directory: user, stages: 'dev' });
  await workspace.set(user, 'dev', 'A', 'one');
  await workspace.commit();
  await workspace.sync([user]);
}
const said = () => jest.mocked(logger.info).mock.calls.flat().join('\n');
const ownAlias = 'arn:aws:kms:eu-west-1:123456789012:alias/user-service-dev';
const file = () => workspace.read(`${user}/secrets/dev.enc.yaml`);

describe('the key of nx.json becomes another one', () => {
  test.each([
    ['from the own key to one of somebody else', () => undefined, () => arn],
    ['back to the own key', () => arn, () => undefined],
    ['from one of somebody else to another', () => arn, () => workspace.makeKey({ MultiRegion: true })],
  ])('%s: rotate --data-key moves the file, sync the secret', async (_, before, after) => {
    const [from, to] = [before(), await after()];
    await deployed(from);
    const [oldArn, newArn] = [from ?? ownAlias, to ?? ownAlias];
    await workspace.configure(to === undefined ? undefined : { dev: to });
    const [refused] = problems(await workspace.sync([user]));
    expect(refused).toMatchObject({ code: 'notOwnKey', fix: expect.stringContaining('rotate --data-key') });
    if (to === undefined) {
      // As the message says: the rule names the key, the key is made, the file is put under it.
      await expect(workspace.rotate({ directory: user, stage: 'dev', dataKey: true })).rejects.toThrow();
      expect(said()).toContain('does not exist yet, so the file stays under its key');
      expect(outcomes(await workspace.provision([user]))).toEqual(['user-service dev created']);
    }
    workspace.aws().resetCalls();
    await workspace.rotate({ directory: user, stage: 'dev', dataKey: true });
    expect(file()).toContain(`arn: ${newArn}\n`);
    expect(file()).not.toContain(oldArn);
    expect(workspace.read(`${user}/.sops.yaml`)).toContain(`arn: ${newArn}\n`);
    expect(workspace.read(`${user}/.sops.yaml`)).not.toContain(oldArn);
    await workspace.commit();
    expect(outcomes(await workspace.sync([user]))).toEqual(['user-service dev updated']);
    expect(await workspace.valueOf(SecretId)).toBe('{"A":"one"}');
    const { KmsKeyId } = await workspace.client().send(new DescribeSecretCommand({ SecretId }));
    expect(KmsKeyId).toBe(newArn);
    expect(workspace.keyChanges()).toEqual([]);
  });
});

test.each([{ key: true }, { revoke: true }])('rotate %j is refused, with the way out', async (mode) => {
  await deployed(arn);
  const before = file();
  workspace.aws().resetCalls();
  await expect(workspace.rotate({ directory: user, stage: 'dev', ...mode })).rejects.toThrow();
  expect([file(), workspace.keyChanges()]).toEqual([before, []]);
  expect(said()).toContain('is one that somebody else makes');
  expect(said()).toContain('kmsKeyArn');
  expect(said()).toContain('rotate --data-key --stage=dev');
});

describe('a file says nothing of which key it may be under', () => {
  test('one under a key that nx.json never named for the stage is not opened, whatever file and rule say', async () => {
    await deployed(arn);
    const stranger = await workspace.makeKey();
    const forged = [`${user}/secrets/dev.enc.yaml`, `${user}/.sops.yaml`].map(
      (path) => [path, workspace.read(path).replaceAll(arn, stranger)] as const,
    );
    await workspace.write(Object.fromEntries(forged));
    await workspace.commit();
    workspace.aws().resetCalls();
    expect(problems(await workspace.sync([user]))).toMatchObject([{ code: 'notOwnKey' }]);
    expect(problems(await workspace.provision([user]))).toMatchObject([{ code: 'keyNotNamed' }]);
    await expect(workspace.rotate({ directory: user, stage: 'dev', dataKey: true })).rejects.toThrow();
    await expect(workspace.set(user, 'dev', 'B', 'two')).rejects.toMatchObject({
      problem: { code: 'notOwnKey' },
    });
    expect(workspace.aws().calls()['kms:Decrypt']).toBeUndefined();
  });

  test.each([
    ['named, and removed by the next one', true],
    ['given up by a commit', false],
  ])('a key that only an older commit of nx.json names (%s) is not opened', async (_, isBack) => {
    const theirs = await workspace.makeKey();
    if (isBack) {
      await deployed(arn);
      await workspace.configure({ dev: theirs });
      await workspace.rotate({ directory: user, stage: 'dev', dataKey: true });
      const evil = file();
      await workspace.commit();
      await workspace.configure({ dev: arn });
      await workspace.write({ [`${user}/secrets/dev.enc.yaml`]: evil });
    } else {
      await deployed(theirs);
      await workspace.configure({ dev: arn });
    }
    await workspace.commit();
    workspace.aws().resetCalls();
    await expect(workspace.rotate({ directory: user, stage: 'dev', dataKey: true })).rejects.toThrow();
    expect(problems(await workspace.sync([user]))).toMatchObject([
      { code: 'notOwnKey', fix: expect.stringContaining('put its ARN back into nx.json') as string },
    ]);
    expect(workspace.aws().calls()['kms:Decrypt']).toBeUndefined();
  });

  test('the key of another service, which nx.json named for this stage before, is not opened any more', async () => {
    await deployed(arn);
    const other = await workspace.makeKey();
    const services = {
      [user]: { kmsKeyArn: { dev: other } },
      'services/payment-service': { kmsKeyArn: { dev: arn } },
    };
    const stages = { dev: {} };
    await workspace.write({
      'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options: { stages, services } }] }),
    });
    await workspace.commit();
    workspace.aws().resetCalls();
    await expect(workspace.rotate({ directory: user, stage: 'dev', dataKey: true })).rejects.toThrow();
    expect(workspace.aws().calls()['kms:Decrypt']).toBeUndefined();
    // Nor does a copy of its file open as the other service's: the context says whose it is.
    await workspace.write({
      'services/payment-service/.sops.yaml': workspace
        .read(`${user}/.sops.yaml`)
        .replaceAll('user-service', 'payment-service'),
      'services/payment-service/secrets/dev.enc.yaml': file(),
    });
    await workspace.commit();
    expect(problems(await workspace.sync(['services/payment-service']))).toMatchObject([
      { code: 'wrongContext' },
    ]);
  });
});

describe('the key that nx-secrets made for another service', () => {
  const pay = 'services/payment-service';
  /** Payment's own key, which nx.json then names for the user service. */
  const ownKeyOfPay = async () => {
    await workspace.configure(undefined);
    await workspace.init({ directory: pay, stages: 'dev' });
    await workspace.set(pay, 'dev', 'A', 'theirs');
    await workspace.commit();
    await workspace.sync([pay]);
    const kms = new KMSClient({ region: 'eu-west-1' });
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: 'alias/payment-service-dev' }));
    kms.destroy();
    return KeyMetadata?.Arn ?? '';
  };

  test('is changed and deleted by nobody while nx.json names it for another', async () => {
    const key = await ownKeyOfPay();
    await workspace.configure({ dev: key });
    await workspace.commit();
    workspace.aws().resetCalls();
    expect(problems(await workspace.provision([pay]))).toMatchObject([{ code: 'keyNotOurs' }]);
    await expect(workspace.rotate({ directory: pay, stage: 'dev', revoke: true })).rejects.toThrow();
    expect(workspace.keyChanges()).toEqual([]);
  });

  test('takes no file of another service', async () => {
    const key = await ownKeyOfPay();
    await deployed(undefined);
    await workspace.configure({ dev: key });
    const before = file();
    await expect(workspace.rotate({ directory: user, stage: 'dev', dataKey: true })).rejects.toThrow();
    expect(said()).toContain('is the key of service payment-service, stage dev');
    expect(file()).toBe(before);
  });

  test('does not open its file for a service of the same name with patterns of its own', async () => {
    const key = await ownKeyOfPay();
    const services = {
      'services/x': {
        name: 'payment-service',
        secretName: '/x/{stage}',
        keyAlias: 'x-{stage}',
        kmsKeyArn: { dev: key },
      },
    };
    await workspace.write({
      'nx.json': JSON.stringify({
        plugins: [{ plugin: 'nx-secrets', options: { stages: { dev: {} }, services } }],
      }),
      'services/x/project.json': '{"name": "x"}',
      'services/x/.sops.yaml': workspace
        .read(`${pay}/.sops.yaml`)
        .replace(/alias\/payment-service-dev/, key.replace(/^.*:/, '')),
      'services/x/secrets/dev.enc.yaml': workspace
        .read(`${pay}/secrets/dev.enc.yaml`)
        .replace(/alias\/payment-service-dev/, key.replace(/^.*:/, '')),
    });
    await workspace.commit();
    workspace.aws().resetCalls();
    expect(problems(await workspace.sync(['services/x', pay]))).toMatchObject([
      { code: 'nameClash' },
      { code: 'nameClash' },
    ]);
    expect(workspace.aws().calls()['kms:Decrypt']).toBeUndefined();
  });
});

describe('drift', () => {
  let kms: KMSClient;
  beforeEach(() => {
    kms = new KMSClient({ endpoint: workspace.aws().endpoint });
  });
  afterEach(() => kms.destroy());

  test.each([
    ['it is disabled', 'keyDisabled', () => kms.send(new DisableKeyCommand({ KeyId: arn }))],
    [
      'its deletion is scheduled',
      'keyDeletionScheduled',
      () => kms.send(new ScheduleKeyDeletionCommand({ KeyId: arn })),
    ],
  ])('%s: each target says whom to ask', async (_, code, drift) => {
    await deployed(arn);
    await drift();
    workspace.aws().resetCalls();
    const reports = [
      await workspace.diff([user]),
      await workspace.sync([user]),
      await workspace.provision([user], { overrides: { adopt: new Set(), enable: true } }),
    ];
    for (const report of reports) {
      const [found] = problems(report);
      expect(found).toMatchObject({ code, fix: expect.stringContaining('Whoever administers it') });
      expect(found?.fix).not.toContain('provision-keys');
    }
    await expect(workspace.set(user, 'dev', 'B', 'two')).rejects.toMatchObject({
      problem: { fix: expect.not.stringContaining('provision-keys') },
    });
    expect(workspace.keyChanges()).toEqual([]);
  });

  test('replicas: those of the key are its owner’s, those of the secret follow', async () => {
    const there = 'us-east-1';
    const multi = await workspace.makeKey({ MultiRegion: true });
    await workspace.configure({ dev: multi }, { dev: { region: 'eu-west-1', replicaRegions: [there] } });
    await workspace.init({ directory: user, stages: 'dev' }).catch(() => undefined);
    expect(problems(await workspace.provision([user]))).toMatchObject([{ code: 'noReplicaKey' }]);
    await kms.send(new ReplicateKeyCommand({ KeyId: multi, ReplicaRegion: there }));
    workspace.aws().resetCalls();
    await workspace.init({ directory: user, stages: 'dev' });
    await workspace.set(user, 'dev', 'A', 'one');
    await workspace.commit();
    expect(problems(await workspace.provision([user]))).toEqual([]);
    expect(problems(await workspace.sync([user]))).toEqual([]);
    const { ReplicationStatus } = await workspace.client().send(new DescribeSecretCommand({ SecretId }));
    expect(ReplicationStatus).toMatchObject([
      { Region: there, KmsKeyId: multi.replace('eu-west-1', there), Status: 'InSync' },
    ]);
    expect(outcomes(await workspace.sync([user]))).toEqual(['user-service dev unchanged']);
    expect(workspace.keyChanges()).toEqual([]);
  });

  test('a single-region key cannot have the replicas that nx.json wants', async () => {
    await deployed(arn);
    await workspace.configure({ dev: arn }, { dev: { region: 'eu-west-1', replicaRegions: ['us-east-1'] } });
    for (const report of [await workspace.provision([user]), await workspace.sync([user])])
      expect(problems(report)).toMatchObject([{ code: 'singleRegionKey' }]);
  });
});

test('rename keeps the key: file and rule get the new context, and the values stay', async () => {
  await deployed(arn);
  workspace.aws().resetCalls();
  await workspace.generate((tree) => rename(tree, { directory: user, newName: 'accounts' }));
  expect(JSON.parse(workspace.read('nx.json'))).toMatchObject({
    plugins: [{ options: { services: { [user]: { name: 'accounts', kmsKeyArn: { dev: arn } } } } }],
  });
  for (const path of ['.sops.yaml', 'secrets/dev.enc.yaml'])
    expect(workspace.read(`${user}/${path}`)).toMatch(/service: accounts/);
  await workspace.commit();
  expect(problems(await workspace.sync([user]))).toEqual([]);
  expect(await workspace.valueOf('/services/accounts/dev')).toBe('{"A":"one"}');
  expect(workspace.keyChanges()).toEqual([]);
});

test('stage remove and prune leave the key alone', async () => {
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
  await deployed(arn);
  workspace.aws().resetCalls();
  await workspace.generate((tree) => stage(tree, { action: 'remove', stage: 'dev', all: true }));
  expect(workspace.read('nx.json')).not.toContain('kmsKeyArn');
  await workspace.commit();
  expect(problems(await workspace.prune({ deletion: { kind: 'orphans' } }))).toEqual([]);
  expect(workspace.keyChanges()).toEqual([]);
});
