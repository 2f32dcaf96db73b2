import { operationCalls } from '../operation-calls.test-kit';

function withKey() {
  const aws = operationCalls();
  const { KeyMetadata } = aws.call('kms:CreateKey') as { KeyMetadata: { KeyId: string; Arn: string } };
  const { KeyId, Arn } = KeyMetadata;
  aws.call('kms:CreateAlias', { AliasName: 'alias/a', TargetKeyId: KeyId });
  return { ...aws, KeyId, Arn };
}

describe('deletion of a key', () => {
  it.each([
    [{}, 30],
    [{ PendingWindowInDays: 7 }, 7],
  ])('with %j happens after %d days, and the aliases go with it', (window, days) => {
    const { call, errorOf, passDays, KeyId, Arn } = withKey();
    const DeletionDate = Date.UTC(2026, 0, 1 + days) / 1000;
    expect(call('kms:ScheduleKeyDeletion', { KeyId, ...window })).toEqual({
      KeyId: Arn,
      KeyState: 'PendingDeletion',
      PendingWindowInDays: days,
      DeletionDate,
    });
    passDays(days - 1);
    expect(call('kms:DescribeKey', { KeyId })).toMatchObject({
      KeyMetadata: { KeyState: 'PendingDeletion', Enabled: false, DeletionDate },
    });
    passDays(1);
    expect(errorOf('kms:DescribeKey', { KeyId: 'alias/a' })).toBe('NotFoundException');
    expect(errorOf('kms:DescribeKey', { KeyId })).toBe('NotFoundException');
    expect(call('kms:ListKeys')['Keys']).toEqual([]);
    expect(call('kms:ListAliases')['Aliases']).toEqual([]);
  });

  it('can be cancelled; the key is disabled then', () => {
    const { call, errorOf, KeyId, Arn } = withKey();
    expect(errorOf('kms:CancelKeyDeletion', { KeyId })).toBe('KMSInvalidStateException');
    call('kms:ScheduleKeyDeletion', { KeyId });
    expect(call('kms:CancelKeyDeletion', { KeyId })).toEqual({ KeyId: Arn });
    expect(call('kms:DescribeKey', { KeyId })).toMatchObject({ KeyMetadata: { KeyState: 'Disabled' } });
  });

  it.each(['ScheduleKeyDeletion', 'EnableKey', 'DisableKey'])(
    'leaves no room for %s meanwhile',
    (operation) => {
      const { call, errorOf, KeyId } = withKey();
      call('kms:ScheduleKeyDeletion', { KeyId });
      expect(errorOf(`kms:${operation}`, { KeyId })).toBe('KMSInvalidStateException');
    },
  );

  it.each([6, 31])('is not possible in %d days', (PendingWindowInDays) => {
    const { errorOf, KeyId } = withKey();
    expect(errorOf('kms:ScheduleKeyDeletion', { KeyId, PendingWindowInDays })).toBe('ValidationException');
  });

  it('frees the alias name for another key', () => {
    const { call, passDays, KeyId } = withKey();
    call('kms:ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
    passDays(7);
    const other = call('kms:CreateKey') as { KeyMetadata: { KeyId: string } };
    call('kms:CreateAlias', { AliasName: 'alias/a', TargetKeyId: other.KeyMetadata.KeyId });
    expect(call('kms:DescribeKey', { KeyId: 'alias/a' })).toMatchObject(other);
  });
});
