import {
  CreateAliasCommand,
  DeleteAliasCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyRotationCommand,
  GetKeyPolicyCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
  UpdatePrimaryRegionCommand,
} from '@aws-sdk/client-kms';
import { alias, playChapter, there, type Drift, type DriftWorkspace } from './drift.test-kit';

const own = { 'managed-by': 'nx-secrets', service: 'accounts', stage: 'dev' };

const tag =
  (TagKey: string, TagValue: string): Drift =>
  async ({ at, keyId }) =>
    at().kms.send(new TagResourceCommand({ KeyId: await keyId(), Tags: [{ TagKey, TagValue }] }));
const untag =
  (...TagKeys: string[]): Drift =>
  async ({ at, keyId }) =>
    at().kms.send(new UntagResourceCommand({ KeyId: await keyId(), TagKeys }));
const move =
  (tags: Readonly<Record<string, string>>): Drift =>
  async ({ at, makeKey }) =>
    at().kms.send(new UpdateAliasCommand({ AliasName: alias, TargetKeyId: await makeKey(tags) }));

interface Policy {
  readonly Statement: readonly { readonly Sid: string }[];
}

async function changePolicy(
  { at, keyId }: DriftWorkspace,
  change: (policy: Policy) => object,
): Promise<void> {
  const KeyId = await keyId();
  const { Policy: text = '' } = await at().kms.send(new GetKeyPolicyCommand({ KeyId }));
  const Policy = JSON.stringify(change(JSON.parse(text) as Policy));
  await at().kms.send(new PutKeyPolicyCommand({ KeyId, Policy }));
}

const everything = {
  Sid: 'ByHand',
  Effect: 'Allow',
  Principal: { AWS: '123456789012' },
  Action: 'kms:*',
  Resource: '*',
};

playChapter('The key', {
  'it is disabled': async ({ at, keyId }) => at().kms.send(new DisableKeyCommand({ KeyId: await keyId() })),
  'its deletion is scheduled': async ({ at, keyId }) =>
    at().kms.send(new ScheduleKeyDeletionCommand({ KeyId: await keyId(), PendingWindowInDays: 7 })),
  'its deletion is scheduled, in all regions': async ({ at, keyId }) => {
    const input = { KeyId: await keyId(), PendingWindowInDays: 7 };
    await at(there).kms.send(new ScheduleKeyDeletionCommand(input));
    await at().kms.send(new ScheduleKeyDeletionCommand(input));
  },
  'it does not rotate any more': async ({ at, keyId }) =>
    at().kms.send(new DisableKeyRotationCommand({ KeyId: await keyId() })),
  'it rotates in another period': async ({ at, keyId }) =>
    at().kms.send(new EnableKeyRotationCommand({ KeyId: await keyId(), RotationPeriodInDays: 90 })),
  'its description is another': async ({ at, keyId }) =>
    at().kms.send(new UpdateKeyDescriptionCommand({ KeyId: await keyId(), Description: 'by hand' })),
  'its tag managed-by is gone': untag('managed-by'),
  'its tag managed-by names another tool': tag('managed-by', 'terraform'),
  'its tag service is gone': untag('service'),
  'its tag service is another': tag('service', 'somebody'),
  'its tag stage is gone': untag('stage'),
  'its tag stage is another': tag('stage', 'prod'),
  'all its tags are gone': untag(...Object.keys(own)),
  'a tag of nx.json is gone': untag('team'),
  'a tag of nx.json is another': tag('team', 'somebody'),
  'it has a tag of others': tag('cost-centre', '42'),
  'its policy lets others in': (at) =>
    changePolicy(at, (policy) => ({ ...policy, Statement: [...policy.Statement, everything] })),
  'its policy lacks a statement': (at) =>
    changePolicy(at, (policy) => ({
      ...policy,
      Statement: policy.Statement.filter(({ Sid }) => Sid !== 'ServiceReadsSecret'),
    })),
  'its policy is another': (at) => changePolicy(at, (policy) => ({ ...policy, Statement: [everything] })),
  'another region is its primary': async ({ at, keyId }) =>
    at().kms.send(new UpdatePrimaryRegionCommand({ KeyId: await keyId(), PrimaryRegion: there })),
});

playChapter('Its alias', {
  'it is gone': ({ at }) => at().kms.send(new DeleteAliasCommand({ AliasName: alias })),
  'it is gone, and two keys could have had it': async ({ at, makeKey }) => {
    await makeKey(own);
    await at().kms.send(new DeleteAliasCommand({ AliasName: alias }));
  },
  'it is at a key of nobody': move({}),
  'it is at the key of another service': move({ ...own, service: 'somebody' }),
  'it is at the key of another stage': move({ ...own, stage: 'prod' }),
  'the key has a second one': async ({ at, keyId }) =>
    at().kms.send(new CreateAliasCommand({ AliasName: 'alias/second', TargetKeyId: await keyId() })),
});
