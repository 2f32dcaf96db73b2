import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  DescribeSecretCommand,
  ListSecretVersionIdsCommand,
  TagResourceCommand,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { account, outcomes, region, useAwsWorkspace } from '../testing/aws-workspace.test-kit';

const workspace = useAwsWorkspace();
const user = 'services/user-service';
const secret = '/services/user-service/dev';
const alias = `arn:aws:kms:${region}:${account}:alias/user-service-dev`;

const send = workspace.client;
const set = async (value: string) => {
  await workspace.set(user, 'dev', 'A', value);
  await workspace.commit();
};
const sync = async () => outcomes(await workspace.sync([user]));
/** The ARN of the key that an alias points at. */
const keyOf = async (KeyId: string) => {
  const kms = new KMSClient({ endpoint: workspace.aws().endpoint });
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
  kms.destroy();
  return KeyMetadata?.Arn;
};
const keysOfCurrent = async () => {
  const { Versions } = await send().send(new ListSecretVersionIdsCommand({ SecretId: secret }));
  return Versions?.find(({ VersionStages }) => VersionStages?.includes('AWSCURRENT'))?.KmsKeyIds;
};

workspace.prepare(async () => {
  await workspace.init({ directory: user, stages: 'dev' });
  await workspace.init({ directory: 'services/payment-service', stages: 'dev' });
  await set('one');
  await sync();
});

const drift = async () => {
  await send().send(new UpdateSecretCommand({ SecretId: secret, KmsKeyId: 'alias/payment-service-dev' }));
  await send().send(new UpdateSecretCommand({ SecretId: secret, Description: 'of somebody' }));
  await send().send(new TagResourceCommand({ SecretId: secret, Tags: [{ Key: 'team', Value: 'x' }] }));
  expect(await keysOfCurrent()).not.toContain(await keyOf(alias));
};

test.each<[string, () => Promise<unknown>, string]>([
  ['without another change', () => Promise.resolve(), 'repaired'],
  ['with an update', () => set('two'), 'updated'],
  [
    'with a promotion',
    async () => {
      await set('two');
      await sync();
      await workspace.git('revert', '--no-edit', 'HEAD');
    },
    'promoted',
  ],
])(
  'key and description that drifted are repaired %s: the current value is under its own key',
  async (_, change, outcome) => {
    await change();
    await drift();
    expect(await sync()).toEqual([`user-service dev ${outcome}`]);
    const described = await send().send(new DescribeSecretCommand({ SecretId: secret }));
    expect(described).toMatchObject({ KmsKeyId: alias, Description: 'Secrets of user-service, stage dev' });
    expect(described.Tags).toContainEqual({ Key: 'team', Value: 'x' });
    expect(await keysOfCurrent()).toContain(await keyOf(alias));
    expect(await sync()).toEqual(['user-service dev unchanged']);
  },
);
