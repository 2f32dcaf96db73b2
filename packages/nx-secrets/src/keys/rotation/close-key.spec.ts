import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  KMSClient,
  ListResourceTagsCommand,
} from '@aws-sdk/client-kms';
import { createClients, type Clients } from '../../aws/clients';
import { describeKey, keyTags } from '../../aws/kms/keys';
import { revokedTag } from '../../aws/tags';
import { readOptions } from '../../config/options';
import { readServices } from '../../config/services';
import { region, useAwsWorkspace } from '../../testing/aws-workspace.test-kit';
import { isDesired, readDesiredKeys } from '../desired';
import type { DesiredKey, KeyIdentity } from '../states';
import { closeKey } from './close-key';

const workspace = useAwsWorkspace();
const user = 'services/user-service';
const elsewhere = 'us-east-1';
const stages = { dev: { region, replicaRegions: [elsewhere] } };

let clients: ReadonlyMap<string, Clients>;
let kms: ReadonlyMap<string, KMSClient>;
let desired: DesiredKey;
let old: KeyIdentity;
beforeEach(async () => {
  const { endpoint } = workspace.aws();
  await workspace.write({
    'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options: { stages } }] }),
  });
  await workspace.init({ directory: user, stages: 'dev' });
  clients = new Map([region, elsewhere].map((one) => [one, createClients({ region: one })]));
  kms = new Map([region, elsewhere].map((one) => [one, new KMSClient({ endpoint, region: one })]));
  const options = readOptions({ stages });
  const [service] = await readServices(workspace.directory(), [user], options);
  desired = (await readDesiredKeys(workspace.directory(), service!, options, ['dev'], 'rotate'))
    .map(({ state }) => state)
    .find(isDesired)!;
  const key = (await describeKey(clients.get(region)!, desired.names.keyAlias))!;
  old = { ...key, tags: await keyTags(clients.get(region)!, key.id) };
});
afterEach(() => {
  for (const client of [...clients.values(), ...kms.values()]) client.destroy();
});

const close = (key: KeyIdentity) => closeKey((one) => clients.get(one)!, desired, key);
const tagIn = async (where: string) =>
  (await kms.get(where)!.send(new ListResourceTagsCommand({ KeyId: old.id }))).Tags?.find(
    ({ TagKey }) => TagKey === revokedTag,
  )?.TagValue;
const policyIn = async (where: string) =>
  JSON.parse((await kms.get(where)!.send(new GetKeyPolicyCommand({ KeyId: old.id }))).Policy!) as unknown;
const writes = () =>
  Object.entries(workspace.aws().calls()).filter(([call]) => !/Describe|Get|List/.test(call));

test.each<[string, (key: KeyIdentity) => KeyIdentity]>([
  ['a key without the tag of leaked keys gets it, and its replica', (key) => key],
  [
    'where the key has it, its replica gets it anyway',
    (key) => ({ ...key, tags: { ...key.tags, [revokedTag]: 'yes' } }),
  ],
])('%s; each gets the policy', async (_, known) => {
  const key = known(old);
  await close(key);
  const isTagged = key !== old;
  expect([await tagIn(region), await tagIn(elsewhere)]).toEqual([isTagged ? undefined : 'yes', 'yes']);
  for (const where of [region, elsewhere]) {
    expect(await policyIn(where)).toEqual(JSON.parse(JSON.stringify(desired.revokedPolicy)));
    const { KeyMetadata } = await kms.get(where)!.send(new DescribeKeyCommand({ KeyId: old.id }));
    expect(KeyMetadata).toMatchObject({ KeyState: 'Enabled' });
  }
  workspace.aws().resetCalls();
  await close(key);
  expect(writes()).toEqual([]);
});
