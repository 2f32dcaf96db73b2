import { CreateKeyCommand, DescribeKeyCommand, KMSClient, ListKeysCommand } from '@aws-sdk/client-kms';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { logger } from '@nx/devkit';
import { namesOf } from '../../config/names';
import { readOptions } from '../../config/options';
import { rotatePolicy } from '../../policies/rotate-policy';
import { policySubject } from '../../policies/subject';
import { asActor, withoutAction } from '../../policies/actor.test-kit';
import { commandsOf, pasteInto } from '../../testing/pasted.test-kit';
import { account, region, useAwsWorkspace } from '../../testing/aws-workspace.test-kit';
import { mayUseEveryKey, steal, wrappedOf, type Loot } from './thief.test-kit';

const workspace = useAwsWorkspace();
const { paste } = pasteInto(workspace);
const user = 'services/user-service';
const file = `${user}/secrets/dev.enc.yaml`;
const alias = 'alias/user-service-dev';
const secret = '/services/user-service/dev';
const there = 'eu-central-1';
const regions = [region, there];

let kms: KMSClient;
let wrapped: string[];
let leaked: string;
let ownKey: string;
beforeEach(() => {
  kms = new KMSClient({ endpoint: workspace.aws().endpoint });
  wrapped = [];
});
afterEach(() => kms.destroy());

const keyOf = async (KeyId = alias) => (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata!;
const push = async (value: string) => {
  await workspace.set(user, 'dev', 'A', value);
  await workspace.commit();
  await workspace.sync([user]);
};
const setUp = async (replicaRegions: readonly string[]) => {
  const options = { stages: { dev: { region, replicaRegions } } };
  await workspace.write({ 'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options }] }) });
  await workspace.init({ directory: user, stages: 'dev' });
  for (const value of ['one', 'two']) {
    await push(value);
    // Git's history keeps each of them.
    wrapped.push(...wrappedOf(workspace.read(file)));
    await workspace.rotate({ directory: user, dataKey: true });
  }
  wrapped.push(...wrappedOf(workspace.read(file)));
  await workspace.commit();
  await workspace.sync([user]);
  leaked = (await keyOf()).Arn!;
  ownKey = (await kms.send(new CreateKeyCommand({}))).KeyMetadata!.Arn!;
};
const loot = (): Loot => ({
  policies: [mayUseEveryKey],
  wrapped,
  names: [leaked, leaked.split('/')[1]!, alias],
  context: { service: 'user-service', stage: 'dev' },
  ownKey,
});
const stolen = () => steal(workspace.aws(), loot(), regions);
const rotate = (how: object) => workspace.rotate({ directory: user, stage: 'dev', ...how });
const stopAt = async (operation: string, skip = 0) => {
  workspace.aws().injectFault({ operation, skip, count: 9, kind: { error: 'AccessDeniedException' } });
  await rotate({ revoke: true }).catch(() => undefined);
  workspace.aws().clearFaults();
};
const readIn = async (inRegion: string, VersionStage = 'AWSCURRENT') => {
  const client = new SecretsManagerClient({ endpoint: workspace.aws().endpoint, region: inRegion });
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secret, VersionStage }));
  client.destroy();
  return SecretString;
};

describe.each([
  ['a key of one region', []],
  ['a key with a replica', [there]],
] as const)('%s that leaked', (_, replicaRegions) => {
  beforeEach(() => setUp(replicaRegions));

  test('opens every data key of the history before --revoke, and none after it', async () => {
    const before = await stolen();
    // ReEncrypt is in no key policy; it is tried anyway.
    for (const inRegion of [region, ...replicaRegions])
      for (const name of ['no key named', alias, leaked.split('/')[1]!])
        expect(before).toContain(`Decrypt, ${name}, ${inRegion}`);
    await rotate({ revoke: true });
    expect(await stolen()).toEqual([]);
  });

  test.each([
    // How often it is asked before anything is done: once, or once in each region.
    ['secretsmanager:UpdateSecret', 1],
    ['secretsmanager:ListSecretVersionIds', 1 + replicaRegions.length],
    ['kms:ListAliases', 1 + replicaRegions.length],
    ['kms:ScheduleKeyDeletion', 0],
    // Twice in each region. The old key is closed although its policy cannot be read, and before the new key gets its own.
    ['kms:GetKeyPolicy', 2 * (1 + replicaRegions.length)],
  ])('opens none where the run is stopped at %s after the file', async (operation, asked) => {
    await stopAt(operation, asked);
    expect((await keyOf()).Arn).not.toBe(leaked);
    expect(await stolen()).toEqual([]);
    await rotate({ key: true });
    expect(await stolen()).toEqual([]);
    expect(await readIn(region)).toBe('{"A":"two"}');
  });

  test('the secret is readable all the time, each replica and version', async () => {
    await rotate({ revoke: true });
    for (const inRegion of [region, ...replicaRegions])
      for (const label of ['AWSCURRENT', 'AWSPREVIOUS']) expect(await readIn(inRegion, label)).toMatch(/two/);
    await workspace.commit();
    for (const value of ['three', 'four']) await push(value);
    for (const inRegion of [region, ...replicaRegions]) expect(await readIn(inRegion)).toBe('{"A":"four"}');
    if (replicaRegions.length > 0) await rotate({ key: true });
    expect((await keyOf(leaked)).KeyState).toMatch(/^Pending/);
    expect(await stolen()).toEqual([]);
  });

  test('a deletion that is cancelled leaves it closed, until the printed commands open it', async () => {
    await workspace.write({ [`${user}/project.json`]: JSON.stringify({ name: 'user-service' }) });
    await rotate({ revoke: true });
    await workspace.commit();
    if (replicaRegions.length > 0) {
      for (const value of ['three', 'four']) await push(value);
      await rotate({ key: true });
    }
    const said = jest.mocked(logger.info).mock.calls.flat().join('\n').replaceAll(/^ +/gm, '');
    const restoring = commandsOf(said);
    const [taking, opening] = [
      restoring.filter((line) => / (?:cancel-key-deletion|enable-key) /.test(line)),
      restoring.filter((line) => / (?:put-key-policy|untag-resource) |:policy/.test(line)),
    ];
    expect(taking).toHaveLength(2 * (1 + replicaRegions.length));
    for (const line of taking) await paste(line);
    expect((await keyOf(leaked)).KeyState).toBe('Enabled');
    expect(await stolen()).toEqual([]);
    for (const line of opening) await paste(line);
    for (const inRegion of [region, ...replicaRegions])
      expect(await stolen()).toContain(`Decrypt, no key named, ${inRegion}`);
  });
});

test('a run that is refused a permission changes nothing, and the key opens what it did', async () => {
  await setUp([]);
  const before = { opened: await stolen(), file: workspace.read(file), key: (await keyOf()).KeyId };
  await stopAt('kms:PutKeyPolicy');
  const after = { opened: await stolen(), file: workspace.read(file), key: (await keyOf()).KeyId };
  expect(after).toEqual(before);
  expect((await kms.send(new ListKeysCommand({}))).Keys).toHaveLength(2);
});

test('all that is missing is named at once, and nothing is changed', async () => {
  await setUp([]);
  const before = { file: workspace.read(file), key: await keyOf() };
  const missing = ['kms:Encrypt', 'kms:PutKeyPolicy', 'kms:TagResource', 'secretsmanager:UpdateSecret'];
  const subject = policySubject(
    namesOf('user-service', 'dev', readOptions({}), user),
    {},
    { region, accountId: account },
  );
  const policies = missing.reduce(withoutAction, [rotatePolicy(subject)]);
  jest.mocked(logger.info).mockClear();
  await expect(asActor(workspace.aws(), policies, () => rotate({ revoke: true }))).rejects.toThrow();
  const said = jest.mocked(logger.info).mock.calls.flat().join('\n');
  expect(said).toContain('4 permissions are missing, so nothing was changed');
  for (const action of missing) expect(said).toContain(`${action} on `);
  expect(said).toContain(':policy --for=rotate --stage=dev');
  expect({ file: workspace.read(file), key: await keyOf() }).toEqual(before);
  expect((await kms.send(new ListKeysCommand({}))).Keys).toHaveLength(2);
});
