import { ReplicateKeyCommand, CreateKeyCommand, DecryptCommand, EncryptCommand } from '@aws-sdk/client-kms';
import { failure, runningAws } from '../running-aws.test-kit';
import { operationCalls } from '../operation-calls.test-kit';

const there = 'us-east-1';
const elsewhere = 'ap-southeast-2';

function withReplica() {
  const aws = operationCalls();
  const { KeyMetadata } = aws.call('kms:CreateKey', { MultiRegion: true }) as {
    KeyMetadata: { KeyId: string };
  };
  const { KeyId } = KeyMetadata;
  aws.call('kms:ReplicateKey', {
    KeyId,
    ReplicaRegion: there,
    Description: 'a replica',
    Tags: [{ TagKey: 'a', TagValue: 'b' }],
  });
  const describe = (region?: string) =>
    (aws.call('kms:DescribeKey', { KeyId }, region) as { KeyMetadata: Record<string, unknown> }).KeyMetadata;
  return { ...aws, KeyId, describe };
}

const arn = (KeyId: string, region: string) => ({
  Arn: `arn:aws:kms:${region}:123456789012:key/${KeyId}`,
  Region: region,
});

describe('a replica key', () => {
  it('has its own description and tags, and says whose replica it is', () => {
    const { call, describe, KeyId } = withReplica();
    const related = { PrimaryKey: arn(KeyId, 'eu-west-1'), ReplicaKeys: [arn(KeyId, there)] };
    expect(describe()).toMatchObject({
      Description: '',
      MultiRegionConfiguration: { MultiRegionKeyType: 'PRIMARY', ...related },
    });
    expect(describe(there)).toMatchObject({
      Arn: arn(KeyId, there).Arn,
      Description: 'a replica',
      KeyState: 'Enabled',
      MultiRegionConfiguration: { MultiRegionKeyType: 'REPLICA', ...related },
    });
    expect(call('kms:ListResourceTags', { KeyId })['Tags']).toEqual([]);
    expect(call('kms:ListResourceTags', { KeyId }, there)['Tags']).toEqual([{ TagKey: 'a', TagValue: 'b' }]);
  });

  it('opens what its primary encrypted, also after a rotation', () => {
    const { call, KeyId } = withReplica();
    call('kms:RotateKeyOnDemand', { KeyId });
    const { CiphertextBlob } = call('kms:Encrypt', { KeyId, Plaintext: 'AAAA' });
    expect(call('kms:Decrypt', { CiphertextBlob }, there)['Plaintext']).toBe('AAAA');
    const back = call('kms:Encrypt', { KeyId, Plaintext: 'BBBB' }, there);
    expect(call('kms:Decrypt', { CiphertextBlob: back['CiphertextBlob'] })['Plaintext']).toBe('BBBB');
  });

  it('rotates with its primary, where rotation is switched', () => {
    const { call, errorOf, KeyId } = withReplica();
    call('kms:EnableKeyRotation', { KeyId, RotationPeriodInDays: 100 });
    expect(call('kms:GetKeyRotationStatus', { KeyId }, there)).toMatchObject({ RotationPeriodInDays: 100 });
    for (const operation of ['EnableKeyRotation', 'DisableKeyRotation', 'RotateKeyOnDemand']) {
      expect(errorOf(`kms:${operation}`, { KeyId }, there)).toBe('UnsupportedOperationException');
    }
  });

  it('keeps its primary from being deleted', () => {
    const { call, describe, errorOf, passDays, KeyId } = withReplica();
    expect(call('kms:ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 })).toMatchObject({
      KeyState: 'PendingReplicaDeletion',
      PendingWindowInDays: 7,
    });
    passDays(30);
    expect(describe()).toMatchObject({ KeyState: 'PendingReplicaDeletion', PendingDeletionWindowInDays: 7 });
    expect(errorOf('kms:EnableKey', { KeyId })).toBe('KMSInvalidStateException');
    call('kms:ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 }, there);
    passDays(7);
    expect(errorOf('kms:DescribeKey', { KeyId }, there)).toBe('NotFoundException');
    expect(describe()).toMatchObject({ KeyState: 'PendingDeletion' });
    passDays(7);
    expect(errorOf('kms:DescribeKey', { KeyId })).toBe('NotFoundException');
  });

  it('becomes the primary by UpdatePrimaryRegion', () => {
    const { call, describe, errorOf, KeyId } = withReplica();
    expect(errorOf('kms:UpdatePrimaryRegion', { KeyId, PrimaryRegion: elsewhere })).toBe('NotFoundException');
    call('kms:UpdatePrimaryRegion', { KeyId, PrimaryRegion: there });
    expect(describe()).toMatchObject({ MultiRegionConfiguration: { MultiRegionKeyType: 'REPLICA' } });
    expect(describe(there)).toMatchObject({
      MultiRegionConfiguration: { MultiRegionKeyType: 'PRIMARY', ReplicaKeys: [arn(KeyId, 'eu-west-1')] },
    });
    expect(errorOf('kms:ReplicateKey', { KeyId, ReplicaRegion: elsewhere })).toBe(
      'UnsupportedOperationException',
    );
    call('kms:ReplicateKey', { KeyId, ReplicaRegion: elsewhere }, there);
    expect(describe(elsewhere)).toMatchObject({
      MultiRegionConfiguration: { PrimaryKey: arn(KeyId, there) },
    });
  });
});

describe('a key is not replicated', () => {
  it.each([
    ['into its own region', 'eu-west-1', 'ValidationException'],
    ['into another partition', 'cn-north-1', 'ValidationException'],
    ['twice into one region', there, 'AlreadyExistsException'],
  ])('%s', (_, ReplicaRegion, code) => {
    const { errorOf, KeyId } = withReplica();
    expect(errorOf('kms:ReplicateKey', { KeyId, ReplicaRegion })).toBe(code);
  });

  it('that is of one region', () => {
    const { call, errorOf } = operationCalls();
    const { KeyMetadata } = call('kms:CreateKey') as { KeyMetadata: { KeyId: string } };
    const { KeyId } = KeyMetadata;
    expect(errorOf('kms:ReplicateKey', { KeyId, ReplicaRegion: there })).toBe(
      'UnsupportedOperationException',
    );
  });

  it('that is disabled', () => {
    const { call, errorOf, KeyId } = withReplica();
    call('kms:DisableKey', { KeyId });
    expect(errorOf('kms:ReplicateKey', { KeyId, ReplicaRegion: elsewhere })).toBe('DisabledException');
  });
});

const local = runningAws();

it('works through the SDK, and the answer says that the replica is being made', async () => {
  const { kms } = local.clients();
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ MultiRegion: true }));
  const KeyId = KeyMetadata?.KeyId;
  const created = await kms.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: there }));
  expect(created.ReplicaKeyMetadata).toMatchObject({ KeyState: 'Creating', KeyId });
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }));
  const client = local.clients({ region: there }).kms;
  expect(Buffer.from((await client.send(new DecryptCommand({ CiphertextBlob }))).Plaintext!)).toEqual(
    Buffer.from('x'),
  );
  const again = kms.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: there }));
  expect(await failure(again)).toMatchObject({ name: 'AlreadyExistsException' });
});
