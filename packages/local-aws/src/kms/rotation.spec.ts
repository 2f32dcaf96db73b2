import { operationCalls } from '../operation-calls.test-kit';

function withKey() {
  const aws = operationCalls();
  const { KeyMetadata } = aws.call('kms:CreateKey') as { KeyMetadata: { KeyId: string; Arn: string } };
  return { ...aws, KeyId: KeyMetadata.KeyId, arn: KeyMetadata.Arn };
}

const day = 24 * 60 * 60;

describe('automatic rotation', () => {
  it('is off for a new key', () => {
    const { call, KeyId, arn } = withKey();
    expect(call('kms:GetKeyRotationStatus', { KeyId })).toEqual({ KeyId: arn, KeyRotationEnabled: false });
  });

  it('is yearly, or as often as configured, and goes on in periods', () => {
    const { call, passDays, KeyId } = withKey();
    const start = Date.UTC(2026, 0, 1) / 1000;
    call('kms:EnableKeyRotation', { KeyId });
    expect(call('kms:GetKeyRotationStatus', { KeyId })).toMatchObject({
      KeyRotationEnabled: true,
      RotationPeriodInDays: 365,
      NextRotationDate: start + 365 * day,
    });
    passDays(10);
    call('kms:EnableKeyRotation', { KeyId, RotationPeriodInDays: 90 });
    passDays(100);
    expect(call('kms:GetKeyRotationStatus', { KeyId })).toMatchObject({
      RotationPeriodInDays: 90,
      NextRotationDate: start + (10 + 180) * day,
    });
    call('kms:DisableKeyRotation', { KeyId });
    expect(call('kms:GetKeyRotationStatus', { KeyId })).toMatchObject({ KeyRotationEnabled: false });
  });

  it('does not start again when it is switched on once more', () => {
    const { call, passDays, KeyId } = withKey();
    call('kms:EnableKeyRotation', { KeyId });
    const before = call('kms:GetKeyRotationStatus', { KeyId });
    passDays(5);
    call('kms:EnableKeyRotation', { KeyId });
    expect(call('kms:GetKeyRotationStatus', { KeyId })).toEqual(before);
  });

  it.each([89, 2561])('refuses a period of %d days', (RotationPeriodInDays) => {
    const { errorOf, KeyId } = withKey();
    expect(errorOf('kms:EnableKeyRotation', { KeyId, RotationPeriodInDays })).toBe('ValidationException');
  });

  it.each(['EnableKeyRotation', 'DisableKeyRotation', 'RotateKeyOnDemand'])(
    '%s needs a usable key',
    (operation) => {
      const { call, errorOf, KeyId } = withKey();
      call('kms:DisableKey', { KeyId });
      expect(errorOf(`kms:${operation}`, { KeyId })).toBe('DisabledException');
      call('kms:ScheduleKeyDeletion', { KeyId });
      expect(errorOf(`kms:${operation}`, { KeyId })).toBe('KMSInvalidStateException');
    },
  );

  it('counts as off while the key is pending deletion', () => {
    const { call, KeyId } = withKey();
    call('kms:EnableKeyRotation', { KeyId });
    call('kms:ScheduleKeyDeletion', { KeyId });
    expect(call('kms:GetKeyRotationStatus', { KeyId })).toMatchObject({ KeyRotationEnabled: false });
  });
});

describe('rotation on demand', () => {
  it('is listed, over pages, oldest first', () => {
    const { call, passDays, KeyId, arn } = withKey();
    for (let count = 0; count < 3; count += 1) {
      passDays(1);
      expect(call('kms:RotateKeyOnDemand', { KeyId })).toEqual({ KeyId: arn });
    }
    const first = call('kms:ListKeyRotations', { KeyId, Limit: 2 });
    const second = call('kms:ListKeyRotations', { KeyId, Limit: 2, Marker: first['NextMarker'] });
    const rotations = [first, second].flatMap(
      (page) => page['Rotations'] as { RotationDate: number; KeyMaterialState: string }[],
    );
    expect(second['Truncated']).toBe(false);
    expect(rotations.map(({ RotationDate }) => RotationDate)).toEqual(
      [1, 2, 3].map((days) => Date.UTC(2026, 0, 1 + days) / 1000),
    );
    expect(rotations.map(({ KeyMaterialState }) => KeyMaterialState)).toEqual([
      'NON_CURRENT',
      'NON_CURRENT',
      'CURRENT',
    ]);
    const all = call('kms:ListKeyRotations', { KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' });
    expect(all['Rotations']).toHaveLength(4);
  });

  it('is possible 25 times', () => {
    const { call, errorOf, KeyId } = withKey();
    for (let count = 0; count < 25; count += 1) call('kms:RotateKeyOnDemand', { KeyId });
    expect(errorOf('kms:RotateKeyOnDemand', { KeyId })).toBe('LimitExceededException');
  });
});
