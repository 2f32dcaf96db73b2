import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { logger } from '@nx/devkit';
import { outcomes, region, useAwsWorkspace } from '../../testing/aws-workspace.test-kit';

const workspace = useAwsWorkspace();
const user = 'services/user-service';
const alias = 'alias/user-service-dev';
const secret = '/services/user-service/dev';
const elsewhere = 'us-east-1';

let kms: KMSClient;
let there: SecretsManagerClient;
const configure = (replicaRegions: readonly string[]) =>
  workspace.write({
    'nx.json': JSON.stringify({
      plugins: [{ plugin: 'nx-secrets', options: { stages: { dev: { region, replicaRegions } } } }],
    }),
  });
beforeEach(async () => {
  const { endpoint } = workspace.aws();
  kms = new KMSClient({ endpoint });
  there = new SecretsManagerClient({ endpoint, region: elsewhere });
  await configure([elsewhere]);
  await workspace.init({ directory: user, stages: 'dev' });
  await push('one');
});
afterEach(() => {
  kms.destroy();
  there.destroy();
});

const push = async (value: string) => {
  await workspace.set(user, 'dev', 'A', value);
  await workspace.commit();
  return outcomes(await workspace.sync([user]));
};
const valueThere = async () =>
  (await there.send(new GetSecretValueCommand({ SecretId: secret }))).SecretString;
const keyOf = async (KeyId = alias) => (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata!;
const said = () => jest.mocked(logger.info).mock.calls.flat().join('\n');
const rotate = (how: 'key' | 'revoke') => workspace.rotate({ directory: user, stage: 'dev', [how]: true });

test.each(['key', 'revoke'] as const)(
  '--%s: a replica of the secret is readable all the time',
  async (how) => {
    const { KeyId: old } = await keyOf();
    await rotate(how).catch(() => undefined);
    await rotate('key').catch(() => undefined);
    expect(await valueThere()).toBe('{"A":"one"}');
    expect(said()).toContain(`${secret} in ${elsewhere}, version`);
    await push('two');
    await rotate('key').catch(() => undefined);
    expect(await keyOf(old)).toMatchObject({ KeyState: 'Enabled' });
    expect(await valueThere()).toBe('{"A":"two"}');
    await push('three');
    await rotate('key');
    expect(await keyOf(old)).not.toMatchObject({ KeyState: 'Enabled' });
    expect(await valueThere()).toBe('{"A":"three"}');
  },
);

test('an alias of a region that nx.json does not name any more still needs the old key', async () => {
  const { KeyId: old } = await keyOf();
  await configure([]);
  await rotate('key');
  for (const value of ['two', 'three']) await push(value);
  await rotate('key');
  expect(said()).toContain(`${alias} in ${elsewhere}`);
  expect(await keyOf(old)).toMatchObject({ KeyState: 'Enabled' });
  expect(await valueThere()).toBe('{"A":"three"}');
});
