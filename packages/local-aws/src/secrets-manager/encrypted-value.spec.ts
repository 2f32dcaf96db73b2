import { operationCalls } from '../operation-calls.test-kit';

const Name = 'a';

function withKeyedSecret() {
  const aws = operationCalls();
  const { KeyMetadata } = aws.call('kms:CreateKey') as { KeyMetadata: { KeyId: string; Arn: string } };
  aws.call('secretsmanager:CreateSecret', { Name, SecretString: 'value', KmsKeyId: KeyMetadata.KeyId });
  return { ...aws, key: { KeyId: KeyMetadata.KeyId }, Arn: KeyMetadata.Arn };
}

describe('a value under a KMS key', () => {
  it('cannot be read or written while the key is disabled, and can again afterwards', () => {
    const { call, errorOf, key } = withKeyedSecret();
    call('kms:DisableKey', key);
    expect(errorOf('secretsmanager:GetSecretValue', { SecretId: Name })).toBe('DecryptionFailure');
    const put = { SecretId: Name, SecretString: 'new' };
    expect(errorOf('secretsmanager:PutSecretValue', put)).toBe('EncryptionFailure');
    expect(errorOf('secretsmanager:UpdateSecret', put)).toBe('EncryptionFailure');
    expect(call('secretsmanager:DescribeSecret', { SecretId: Name })).toMatchObject({ Name });
    call('kms:EnableKey', key);
    expect(call('secretsmanager:GetSecretValue', { SecretId: Name })).toMatchObject({
      SecretString: 'value',
    });
  });

  it('is lost when the key is deleted', () => {
    const { call, errorOf, passDays, key } = withKeyedSecret();
    call('kms:ScheduleKeyDeletion', { ...key, PendingWindowInDays: 7 });
    expect(errorOf('secretsmanager:GetSecretValue', { SecretId: Name })).toBe('DecryptionFailure');
    passDays(7);
    expect(errorOf('secretsmanager:GetSecretValue', { SecretId: Name })).toBe('DecryptionFailure');
  });

  it('stays readable when the key has rotated', () => {
    const { call, key } = withKeyedSecret();
    call('kms:RotateKeyOnDemand', key);
    expect(call('secretsmanager:GetSecretValue', { SecretId: Name })).toMatchObject({
      SecretString: 'value',
    });
  });

  it('belongs to its secret and version: SecretARN and SecretVersionId are its encryption context', () => {
    const { call, errorOf, accounts, Arn } = withKeyedSecret();
    const store = accounts.region('123456789012', 'eu-west-1');
    const secret = store.secrets.get(Name)!;
    const [version] = secret.versions;
    const CiphertextBlob = version!.value.dataKey;
    const EncryptionContext = { SecretARN: secret.arn, SecretVersionId: version!.id };
    expect(call('kms:Decrypt', { CiphertextBlob, EncryptionContext })).toMatchObject({ KeyId: Arn });

    const other = call('secretsmanager:CreateSecret', { Name: 'b', SecretString: 'other', KmsKeyId: Arn });
    const stolen = store.secrets.get('b')!;
    store.secrets.put('b', { ...stolen, versions: [{ ...version!, id: other['VersionId'] as string }] });
    expect(errorOf('secretsmanager:GetSecretValue', { SecretId: 'b' })).toBe('DecryptionFailure');
  });

  it("is under the account's own key for Secrets Manager where none is named", () => {
    const { call, accounts } = operationCalls();
    call('secretsmanager:CreateSecret', { Name, SecretString: 'hidden-value' });
    expect(call('kms:DescribeKey', { KeyId: 'alias/aws/secretsmanager' })).toMatchObject({
      KeyMetadata: { KeyManager: 'AWS' },
    });
    const records = JSON.stringify(accounts.region('123456789012', 'eu-west-1').secrets.all());
    expect(records).not.toContain('hidden-value');
    expect(records).not.toContain(Buffer.from('hidden-value').toString('base64'));
  });
});
