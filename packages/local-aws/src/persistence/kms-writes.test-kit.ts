import * as kms from '@aws-sdk/client-kms';
import { type ClientsOf, policy, type Step, step } from './write-step.test-kit';

/** Every operation of KMS that changes something, in an order in which each can succeed. */
export function kmsSteps(clients: ClientsOf): readonly Step[] {
  const K = (region?: string) => clients(region).kms;
  let KeyId: string;
  let wide: string;
  const describe = async (id = KeyId, region?: string) =>
    (await K(region).send(new kms.DescribeKeyCommand({ KeyId: id }))).KeyMetadata;
  const rotation = () => K().send(new kms.GetKeyRotationStatusCommand({ KeyId }));
  const aliasTarget = async () =>
    (await K().send(new kms.ListAliasesCommand({}))).Aliases?.find(({ AliasName }) => AliasName === 'alias/a')
      ?.TargetKeyId;
  const tags = async () => (await K().send(new kms.ListResourceTagsCommand({ KeyId }))).Tags;
  return [
    step(
      'CreateKey',
      async () => {
        const created = await K().send(new kms.CreateKeyCommand({ MultiRegion: true }));
        wide = created.KeyMetadata!.KeyId!;
        return created;
      },
      async () => expect((await describe(wide))?.MultiRegion).toBe(true),
    ),
    step(
      'CreateKey',
      async () => {
        const created = await K().send(new kms.CreateKeyCommand({ Description: 'first' }));
        KeyId = created.KeyMetadata!.KeyId!;
        return created;
      },
      async () => expect((await describe())?.Description).toBe('first'),
    ),
    step(
      'UpdateKeyDescription',
      () => K().send(new kms.UpdateKeyDescriptionCommand({ KeyId, Description: 'second' })),
      async () => expect((await describe())?.Description).toBe('second'),
    ),
    step(
      'CreateAlias',
      () => K().send(new kms.CreateAliasCommand({ AliasName: 'alias/a', TargetKeyId: KeyId })),
      async () => expect(await aliasTarget()).toBe(KeyId),
    ),
    step(
      'UpdateAlias',
      () => K().send(new kms.UpdateAliasCommand({ AliasName: 'alias/a', TargetKeyId: wide })),
      async () => expect(await aliasTarget()).toBe(wide),
    ),
    step(
      'DeleteAlias',
      () => K().send(new kms.DeleteAliasCommand({ AliasName: 'alias/a' })),
      async () => expect(await aliasTarget()).toBeUndefined(),
    ),
    step(
      'EnableKeyRotation',
      () => K().send(new kms.EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 100 })),
      async () => expect((await rotation()).RotationPeriodInDays).toBe(100),
    ),
    step(
      'DisableKeyRotation',
      () => K().send(new kms.DisableKeyRotationCommand({ KeyId })),
      async () => expect((await rotation()).KeyRotationEnabled).toBe(false),
    ),
    step(
      'RotateKeyOnDemand',
      async () => {
        await K().send(new kms.RotateKeyOnDemandCommand({ KeyId }));
        return K().send(new kms.EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }));
      },
      async ({ CiphertextBlob }) => {
        const { Plaintext } = await K().send(
          new kms.DecryptCommand({ CiphertextBlob: CiphertextBlob as Uint8Array }),
        );
        expect(Buffer.from(Plaintext!).toString()).toBe('x');
      },
    ),
    step(
      'PutKeyPolicy',
      () => K().send(new kms.PutKeyPolicyCommand({ KeyId, Policy: policy })),
      async () => expect((await K().send(new kms.GetKeyPolicyCommand({ KeyId }))).Policy).toBe(policy),
    ),
    step(
      'TagResource',
      () => K().send(new kms.TagResourceCommand({ KeyId, Tags: [{ TagKey: 'a', TagValue: 'b' }] })),
      async () => expect(await tags()).toEqual([{ TagKey: 'a', TagValue: 'b' }]),
    ),
    step(
      'UntagResource',
      () => K().send(new kms.UntagResourceCommand({ KeyId, TagKeys: ['a'] })),
      async () => expect(await tags()).toEqual([]),
    ),
    step(
      'DisableKey',
      () => K().send(new kms.DisableKeyCommand({ KeyId })),
      async () => expect((await describe())?.KeyState).toBe('Disabled'),
    ),
    step(
      'EnableKey',
      () => K().send(new kms.EnableKeyCommand({ KeyId })),
      async () => expect((await describe())?.KeyState).toBe('Enabled'),
    ),
    step(
      'ReplicateKey',
      () => K().send(new kms.ReplicateKeyCommand({ KeyId: wide, ReplicaRegion: 'us-east-1' })),
      async () => expect((await describe(wide, 'us-east-1'))?.KeyState).toBe('Enabled'),
    ),
    step(
      'UpdatePrimaryRegion',
      () => K().send(new kms.UpdatePrimaryRegionCommand({ KeyId: wide, PrimaryRegion: 'us-east-1' })),
      async () =>
        expect((await describe(wide))?.MultiRegionConfiguration?.MultiRegionKeyType).toBe('REPLICA'),
    ),
    step(
      'ScheduleKeyDeletion',
      () => K().send(new kms.ScheduleKeyDeletionCommand({ KeyId })),
      async ({ DeletionDate }) => expect((await describe())?.DeletionDate).toEqual(DeletionDate),
    ),
    step(
      'CancelKeyDeletion',
      () => K().send(new kms.CancelKeyDeletionCommand({ KeyId })),
      async () => expect((await describe())?.KeyState).toBe('Disabled'),
    ),
  ];
}
