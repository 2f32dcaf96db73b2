import {
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms';
import { atRoot, region, useFixes, users, type NamedService } from './fixes.test-kit';

const fixes = useFixes();
const alias = ({ service }: NamedService) => `alias/${service}-dev`;
const idOf = async (one: NamedService) =>
  (await fixes.kms().send(new DescribeKeyCommand({ KeyId: alias(one) }))).KeyMetadata!.KeyId!;
const makeKey = async () => (await fixes.kms().send(new CreateKeyCommand({}))).KeyMetadata!.KeyId!;
const tag = (KeyId: string, tags: Readonly<Record<string, string>>) =>
  fixes.kms().send(
    new TagResourceCommand({
      KeyId,
      Tags: Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
    }),
  );

describe.each<[string, NamedService]>([
  ['in a folder', users],
  ['at the root of the workspace', atRoot],
])('refusals of provision-keys for a service %s: the fix, pasted as it is, works', (_, one) => {
  const provision = () => fixes.target(one, 'provision-keys', { stage: 'dev' });
  const sync = () => fixes.target(one, 'sync-secrets', { stage: 'dev' });
  const refusal = async (what: RegExp) => {
    const [problem] = await provision();
    expect(problem?.what).toMatch(what);
    return problem;
  };
  let own: string;
  beforeEach(async () => {
    if (one.root === '.') await fixes.configure({}, [one]);
    await fixes.setUp(one, 'dev');
    own = await idOf(one);
  });
  afterEach(async () => {
    expect(await provision()).toEqual([]);
    expect(await idOf(one)).toBe(own);
    expect(await sync()).toEqual([]);
  });

  test('a key that is disabled', async () => {
    await fixes.kms().send(new DisableKeyCommand({ KeyId: own }));
    await fixes.pasteFix(await refusal(/is disabled/));
  });

  test('a key that is scheduled for deletion', async () => {
    await fixes.kms().send(new ScheduleKeyDeletionCommand({ KeyId: own, PendingWindowInDays: 7 }));
    await fixes.pasteFix(await refusal(/is scheduled for deletion/));
  });

  test('a key without our tags', async () => {
    await fixes.kms().send(new UntagResourceCommand({ KeyId: own, TagKeys: ['managed-by'] }));
    const refused = await refusal(/which nx-secrets did not create/);
    await fixes.pasteFix(refused, {}, (line) => line.includes('--adopt='));
  });

  test('an alias that was moved to another key', async () => {
    const other = await makeKey();
    await fixes.kms().send(new UpdateAliasCommand({ AliasName: alias(one), TargetKeyId: other }));
    const refused = await refusal(/which nx-secrets did not create/);
    await fixes.pasteFix(refused, { places: { id: own } }, (line) => line.includes('update-alias'));
  });

  test("an alias that was moved to another service's key, and a tag that is wrong", async () => {
    const other = await makeKey();
    await tag(other, { 'managed-by': 'nx-secrets', service: 'somebody', stage: 'dev' });
    await fixes.kms().send(new UpdateAliasCommand({ AliasName: alias(one), TargetKeyId: other }));
    const moved = await refusal(/the key of another service/);
    await fixes.pasteFix(moved, { places: { id: own } }, (line) => line.includes('update-alias'));
    await tag(own, { service: 'somebody' });
    const tagged = await refusal(/the key of another service/);
    await fixes.pasteFix(tagged, {}, (line) => line.includes('tag-resource'));
  });

  test('an alias that is gone, and two keys that it could have had', async () => {
    const other = await makeKey();
    await tag(other, { 'managed-by': 'nx-secrets', service: one.service, stage: 'dev' });
    await fixes.kms().send(new DeleteAliasCommand({ AliasName: alias(one) }));
    await fixes.pasteFix(await refusal(/2 keys could be its target/), { places: { id: own } });
  });
});

test('in a replica region: the alias at another key, the replica disabled', async () => {
  const there = 'us-east-1';
  const kms = new KMSClient({ endpoint: fixes.aws().endpoint, region: there });
  await fixes.configure({ stages: { dev: { region, replicaRegions: [there] } } });
  await fixes.setUp(users, 'dev');
  const provision = () => fixes.target(users, 'provision-keys');
  const own = await idOf(users);
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  await kms.send(new DeleteAliasCommand({ AliasName: alias(users) }));
  await kms.send(new CreateAliasCommand({ AliasName: alias(users), TargetKeyId: KeyMetadata!.KeyId! }));
  const [moved] = await provision();
  expect(moved?.what).toContain('not at a replica of');
  await fixes.pasteFix(moved);
  expect(await provision()).toEqual([]);
  await kms.send(new DisableKeyCommand({ KeyId: own }));
  const [disabled] = await provision();
  expect(disabled?.what).toContain('its state is Disabled');
  await fixes.pasteFix(disabled);
  expect(await provision()).toEqual([]);
  kms.destroy();
});
