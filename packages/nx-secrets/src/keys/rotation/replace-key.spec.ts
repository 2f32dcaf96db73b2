import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { createKeyring, decrypt } from 'sops-codec';
import { createClients } from '../../aws/clients';
import { account, outcomes, region, useAwsWorkspace } from '../../testing/aws-workspace.test-kit';
import { readOptions } from '../../config/options';
import { readSecretFile } from '../../secret-file/read-write';
import { readServices } from '../../config/services';
import { isDesired, readDesiredKeys } from '../desired';
import { replaceKey } from './replace-key';
import { readReplacement } from './replacement';

const workspace = useAwsWorkspace();
const user = 'services/user-service';
const path = `${user}/secrets/dev.enc.yaml`;
const alias = 'alias/user-service-dev';
const aliasArn = `arn:aws:kms:${region}:${account}:${alias}`;

let kms: KMSClient;
beforeEach(() => {
  kms = new KMSClient({ endpoint: workspace.aws().endpoint });
});
workspace.prepare(async () => {
  await workspace.init({ directory: user, stages: 'dev' });
  await workspace.set(user, 'dev', 'A', 'one');
  await workspace.commit();
});
afterEach(() => kms.destroy());

const keyBehindAlias = async () =>
  (await kms.send(new DescribeKeyCommand({ KeyId: alias }))).KeyMetadata?.KeyId;

test('a run that looked before another one replaced the key leaves alias and file to that one', async () => {
  const workspaceRoot = workspace.directory();
  const options = readOptions({});
  const [service] = await readServices(workspaceRoot, [user], options);
  const desired = (await readDesiredKeys(workspaceRoot, service!, options, ['dev'], 'rotate'))
    .map(({ state }) => state)
    .find(isDesired)!;
  const clients = createClients({ region });
  const before = await readReplacement(clients, desired);
  await workspace.rotate({ directory: user, stage: 'dev', key: true });
  const [key, text] = [await keyBehindAlias(), workspace.read(path)];
  expect(before.key.id).not.toBe(key);
  const own = { arn: aliasArn, service: 'user-service', stage: 'dev' };
  const file = { workspaceRoot, path, own, keyring: createKeyring() };
  const late = replaceKey(before, desired, { clientsIn: () => clients, file }, false);
  await expect(late).rejects.toThrow(`another run is replacing the key behind ${alias}`);
  expect([await keyBehindAlias(), workspace.read(path)]).toEqual([key, text]);
  const opened = await decrypt((await readSecretFile(workspaceRoot, path)).file, createKeyring());
  expect(opened.documents).toHaveLength(1);
  clients.destroy();
});

test('after --revoke the secret names the alias, as a sync wants it', async () => {
  await workspace.sync([user]);
  await workspace.rotate({ directory: user, stage: 'dev', revoke: true });
  const command = new DescribeSecretCommand({ SecretId: '/services/user-service/dev' });
  expect((await workspace.client().send(command)).KmsKeyId).toBe(aliasArn);
  await workspace.commit();
  expect(outcomes(await workspace.sync([user]))).toEqual(['user-service dev updated']);
});
