import * as kms from '@aws-sdk/client-kms';
import { account, region } from './roles.test-kit';

/** A second region, in which nobody has been asked to make replicas. */
export const elsewhere = 'us-east-1';

/** A key of the account as somebody made it, all with the policy that lets IAM policies decide. */
export interface SomeKey {
  readonly tags: Readonly<Record<string, string>>;
  readonly aliases: readonly string[];
  readonly pendingDeletion?: true;
  readonly multiRegion?: true;
}

const own = { 'managed-by': 'nx-secrets', service: 'user-service', stage: 'dev' };
const alias = 'alias/user-service-dev';

/** Keys by what they are to the stage dev of user-service. */
export const someKeys = {
  'its key': { tags: own, aliases: [alias] },
  'its key, pending deletion': { tags: own, aliases: [alias], pendingDeletion: true },
  'its key without tags': { tags: {}, aliases: [alias] },
  'its old key': { tags: { ...own, 'replaced-by': 'x' }, aliases: [] },
  'its old key, revoked': { tags: { ...own, revoked: 'yes' }, aliases: [] },
  'its old key, pending deletion': { tags: own, aliases: [], pendingDeletion: true },
  'its key with a second alias': { tags: own, aliases: [alias, 'alias/other'] },
  'its multi-Region key': { tags: own, aliases: [alias], multiRegion: true },
  "another stage's key": { tags: { ...own, stage: 'prod' }, aliases: ['alias/user-service-prod'] },
  "another service's key": {
    tags: { ...own, service: 'payment-service' },
    aliases: ['alias/payment-service-dev'],
  },
  "another service's key behind its alias": {
    tags: { ...own, service: 'payment-service' },
    aliases: [alias],
  },
  "another service's old key": { tags: { ...own, service: 'payment-service' }, aliases: [] },
  "another service's old key, pending deletion": {
    tags: { ...own, service: 'payment-service' },
    aliases: [],
    pendingDeletion: true,
  },
  "another tool's key": { tags: { 'managed-by': 'terraform' }, aliases: [] },
  "another tool's key behind its alias": { tags: { 'managed-by': 'terraform' }, aliases: [alias] },
  "another service's key without managed-by": { tags: { service: 'payment-service' }, aliases: [] },
  'a key with half its tags': { tags: { service: 'user-service', stage: 'dev' }, aliases: [] },
  'a key with other tags and an alias': { tags: { team: 'data' }, aliases: ['alias/data'] },
  'a key with an alias': { tags: {}, aliases: ['alias/data'] },
  'a key with an alias, and its alias': { tags: {}, aliases: ['alias/data', alias] },
  'a key without tags and aliases': { tags: {}, aliases: [] },
  'a key without tags and aliases, pending deletion': { tags: {}, aliases: [], pendingDeletion: true },
  'a multi-Region key without tags and aliases': { tags: {}, aliases: [], multiRegion: true },
} as const satisfies Readonly<Record<string, SomeKey>>;

export type SomeKeyName = keyof typeof someKeys;

/** What policies are asked: each must be allowed. */
export interface KeyAsk {
  readonly action: string;
  readonly on: 'key' | 'alias';
  readonly context?: Readonly<Record<string, string | string[]>>;
}

/** Something that can be done to a key. */
export interface KeyAction {
  readonly requests: readonly KeyAsk[];
  /** Undefined for what local-aws has no operation for. */
  readonly run?: (client: kms.KMSClient, KeyId: string) => Promise<unknown>;
}

/** A policy that gives its key to everybody in the account. */
export const openPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' },
    { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kms:Decrypt', Resource: '*' },
  ],
});

const on = (name: string, context: KeyAsk['context'] = {}): readonly KeyAsk[] => [
  { action: `kms:${name}`, on: 'key', context },
];
const list = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
const tagging = (tags: Readonly<Record<string, string>>): KeyAction => ({
  requests: on('TagResource', {
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    'aws:TagKeys': Object.keys(tags),
  }),
  run: (client, KeyId) => client.send(new kms.TagResourceCommand({ KeyId, Tags: list(tags) })),
});
const scheduling = (days: number): KeyAction => ({
  requests: on('ScheduleKeyDeletion', { 'kms:ScheduleKeyDeletionPendingWindowInDays': `${days}` }),
  run: (client, KeyId) =>
    client.send(new kms.ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: days })),
});
const replicating = (ReplicaRegion: string): KeyAction => ({
  requests: on('ReplicateKey', { 'kms:ReplicaRegion': ReplicaRegion }),
  run: (client, KeyId) =>
    client.send(new kms.ReplicateKeyCommand({ KeyId, ReplicaRegion, Tags: list(own), Policy: openPolicy })),
});
const plain = (Command: new (input: { KeyId: string }) => never) => (client: kms.KMSClient, KeyId: string) =>
  client.send(new Command({ KeyId }));

/** All actions by name. */
export const keyActions = {
  'tag it as its own': tagging(own),
  'tag it as its own and more': tagging({ ...own, environment: 'prod' }),
  'tag it as one that replaces': tagging({ ...own, replaces: 'x' }),
  'tag it as revoked': tagging({ ...own, revoked: 'yes' }),
  'tag it otherwise': tagging({ team: 'user' }),
  'tag it as another service': tagging({ ...own, service: 'payment-service' }),
  'remove a tag': {
    requests: on('UntagResource', { 'aws:TagKeys': ['service'] }),
    run: (client, KeyId) => client.send(new kms.UntagResourceCommand({ KeyId, TagKeys: ['service'] })),
  },
  'set its policy': {
    requests: on('PutKeyPolicy'),
    run: (client, KeyId) => client.send(new kms.PutKeyPolicyCommand({ KeyId, Policy: openPolicy })),
  },
  'set its policy and lock everybody out': {
    requests: on('PutKeyPolicy', { 'kms:BypassPolicyLockoutSafetyCheck': 'true' }),
    run: (client, KeyId) =>
      client.send(
        new kms.PutKeyPolicyCommand({ KeyId, Policy: openPolicy, BypassPolicyLockoutSafetyCheck: true }),
      ),
  },
  'name it': {
    requests: [...on('CreateAlias'), { action: 'kms:CreateAlias', on: 'alias' }],
    run: (client, TargetKeyId) => client.send(new kms.CreateAliasCommand({ AliasName: alias, TargetKeyId })),
  },
  'move the alias to it': {
    requests: [...on('UpdateAlias'), { action: 'kms:UpdateAlias', on: 'alias' }],
    run: (client, TargetKeyId) => client.send(new kms.UpdateAliasCommand({ AliasName: alias, TargetKeyId })),
  },
  'take its alias': {
    requests: [...on('DeleteAlias'), { action: 'kms:DeleteAlias', on: 'alias' }],
    run: (client) => client.send(new kms.DeleteAliasCommand({ AliasName: alias })),
  },
  'schedule its deletion, 7 days': scheduling(7),
  'schedule its deletion, 30 days': scheduling(30),
  'cancel its deletion': {
    requests: on('CancelKeyDeletion'),
    run: plain(kms.CancelKeyDeletionCommand as never),
  },
  'enable it': { requests: on('EnableKey'), run: plain(kms.EnableKeyCommand as never) },
  'disable it': { requests: on('DisableKey'), run: plain(kms.DisableKeyCommand as never) },
  'let it rotate': { requests: on('EnableKeyRotation'), run: plain(kms.EnableKeyRotationCommand as never) },
  'change its description': {
    requests: on('UpdateKeyDescription'),
    run: (client, KeyId) => client.send(new kms.UpdateKeyDescriptionCommand({ KeyId, Description: 'probe' })),
  },
  'describe it': { requests: on('DescribeKey'), run: plain(kms.DescribeKeyCommand as never) },
  'read its policy': { requests: on('GetKeyPolicy'), run: plain(kms.GetKeyPolicyCommand as never) },
  'read its tags': { requests: on('ListResourceTags'), run: plain(kms.ListResourceTagsCommand as never) },
  'replicate it': replicating('eu-central-1'),
  'replicate it elsewhere': replicating(elsewhere),
  'make another region its primary': {
    requests: on('UpdatePrimaryRegion', { 'kms:PrimaryRegion': elsewhere }),
    run: (client, KeyId) =>
      client.send(new kms.UpdatePrimaryRegionCommand({ KeyId, PrimaryRegion: elsewhere })),
  },
  'grant its use': {
    requests: on('CreateGrant', {
      'kms:GrantOperations': ['Decrypt'],
      'kms:GranteePrincipal': `arn:aws:iam::${account}:role/payment-service-dev-provision`,
    }),
  },
  'encrypt with it': {
    requests: on('Encrypt'),
    run: (client, KeyId) => client.send(new kms.EncryptCommand({ KeyId, Plaintext: Buffer.alloc(1) })),
  },
  'make a data key': {
    requests: on('GenerateDataKey'),
    run: (client, KeyId) => client.send(new kms.GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' })),
  },
} as const satisfies Readonly<Record<string, KeyAction>>;

export type KeyActionName = keyof typeof keyActions;

/** Makes a key with all rights. Gives its ARN. */
export async function makeSomeKey(
  client: kms.KMSClient,
  { tags, aliases, multiRegion, pendingDeletion }: SomeKey,
): Promise<string> {
  const { KeyMetadata } = await client.send(
    new kms.CreateKeyCommand({ Tags: list(tags), MultiRegion: multiRegion ?? false }),
  );
  const TargetKeyId = KeyMetadata?.Arn ?? '';
  for (const AliasName of aliases) await client.send(new kms.CreateAliasCommand({ AliasName, TargetKeyId }));
  if (pendingDeletion) await client.send(new kms.ScheduleKeyDeletionCommand({ KeyId: TargetKeyId }));
  return TargetKeyId;
}

/** Condition keys that every request about a key has. */
export const keyContext = ({ tags, aliases, multiRegion }: SomeKey) => ({
  ...Object.fromEntries(Object.entries(tags).map(([tag, value]) => [`aws:ResourceTag/${tag}`, value])),
  ...(aliases.length > 0 ? { 'kms:ResourceAliases': [...aliases] } : {}),
  'kms:CallerAccount': account,
  'kms:KeySpec': 'SYMMETRIC_DEFAULT',
  'kms:KeyUsage': 'ENCRYPT_DECRYPT',
  'kms:KeyOrigin': 'AWS_KMS',
  'kms:MultiRegion': String(multiRegion ?? false),
  'aws:RequestedRegion': region,
});
