import { operationCalls } from '../operation-calls.test-kit';

const put = 'ssm:PutParameter';
const Name = '/user-service/prod/URL';
const text = { Name, Value: 'x', Type: 'String' };

describe('PutParameter', () => {
  it('counts versions, and reads each of them by its number', () => {
    const { call, errorOf } = operationCalls();
    expect(call(put, text)).toEqual({ Version: 1, Tier: 'Standard' });
    expect(errorOf(put, text)).toBe('ParameterAlreadyExists');
    expect(call(put, { Name, Value: 'y', Overwrite: true })).toMatchObject({ Version: 2 });
    const read = (suffix: string) => call('ssm:GetParameter', { Name: `${Name}${suffix}` })['Parameter'];
    expect(read('')).toMatchObject({ Value: 'y', Version: 2, Type: 'String', DataType: 'text' });
    expect(read('')).not.toHaveProperty('Selector');
    expect(read(':1')).toMatchObject({ Name, Value: 'x', Version: 1, Selector: ':1' });
    for (const suffix of [':3', ':0', ':01', ':label', ':']) {
      expect(errorOf('ssm:GetParameter', { Name: `${Name}${suffix}` })).toBe('ParameterVersionNotFound');
    }
  });

  it('keeps a hundred versions', () => {
    const { call, errorOf } = operationCalls();
    for (let count = 1; count <= 101; count += 1)
      call(put, { ...text, Value: String(count), Overwrite: true });
    expect(errorOf('ssm:GetParameter', { Name: `${Name}:1` })).toBe('ParameterVersionNotFound');
    expect(call('ssm:GetParameter', { Name: `${Name}:2` })['Parameter']).toMatchObject({ Value: '2' });
  });

  it.each([
    ['no/slash/first', 'ValidationException'],
    ['/a//b', 'ValidationException'],
    ['/a/', 'ValidationException'],
    ['/a b', 'ValidationException'],
    ['/a/ü', 'ValidationException'],
    ['aws', 'ValidationException'],
    ['/SSM/a', 'ValidationException'],
    ['/aws/a', 'AccessDeniedException'],
    [`/${'a/'.repeat(15)}a`, 'HierarchyLevelLimitExceededException'],
    [`/${'a'.repeat(1000)}`, 'ValidationException'],
    [`/${'a/'.repeat(14)}a`, 'no error'],
    ['plain', 'no error'],
    ['/__proto__/constructor', 'no error'],
  ])('to a parameter named %s ends in %s', (name, expected) => {
    expect(operationCalls().errorOf(put, { ...text, Name: name })).toBe(expected);
  });

  it.each<[string, object, string]>([
    ['no type', { Type: undefined }, 'ValidationException'],
    ['an unknown type', { Type: 'Secret' }, 'ValidationException'],
    ['an empty value', { Value: '' }, 'ValidationException'],
    ['another parameter in its value', { Value: 'a {{ssm:b}} c' }, 'ValidationException'],
    ['4,096 bytes', { Value: 'x'.repeat(4096) }, 'no error'],
    ['4,097 bytes', { Value: 'x'.repeat(4097) }, 'ValidationException'],
    ['4,098 bytes in fewer characters', { Value: 'ü'.repeat(2049) }, 'ValidationException'],
    ['8,192 bytes as an advanced one', { Value: 'x'.repeat(8192), Tier: 'Advanced' }, 'no error'],
    ['8,193 bytes as an advanced one', { Value: 'x'.repeat(8193), Tier: 'Advanced' }, 'ValidationException'],
    ['a key for a String', { KeyId: 'alias/aws/ssm' }, 'ValidationException'],
    ['a key that does not exist', { Type: 'SecureString', KeyId: 'alias/none' }, 'InvalidKeyId'],
    ['an unknown data type', { DataType: 'number' }, 'ValidationException'],
    ['a reserved tag', { Tags: [{ Key: 'aws:a', Value: 'b' }] }, 'ValidationException'],
    ['tags and Overwrite', { Tags: [{ Key: 'a', Value: 'b' }], Overwrite: true }, 'ValidationException'],
    [
      'too many tags',
      { Tags: Array.from({ length: 51 }, (_, index) => ({ Key: String(index), Value: '' })) },
      'TooManyTagsError',
    ],
  ])('with %s ends in %3$s', (_what, change, expected) => {
    expect(operationCalls().errorOf(put, { ...text, ...change })).toBe(expected);
  });

  it('makes an advanced parameter where the value needs one, and never a standard one of it again', () => {
    const { call, errorOf } = operationCalls();
    const write = (length: number, Tier?: string) => ({
      ...text,
      Value: 'x'.repeat(length),
      Overwrite: true,
      Tier,
    });
    expect(call(put, write(10, 'Intelligent-Tiering'))).toMatchObject({ Tier: 'Standard' });
    expect(call(put, write(5000, 'Intelligent-Tiering'))).toMatchObject({ Tier: 'Advanced' });
    expect(call(put, write(10))).toMatchObject({ Tier: 'Advanced' });
    expect(errorOf(put, write(10, 'Standard'))).toBe('ValidationException');
  });
});

describe('a SecureString', () => {
  function withSecure(input: object = {}) {
    const aws = operationCalls();
    const { KeyId, Arn } = aws.call('kms:CreateKey')['KeyMetadata'] as { KeyId: string; Arn: string };
    aws.call(put, { Name, Value: 'hidden-value', Type: 'SecureString', KeyId, ...input });
    const read = (WithDecryption?: boolean) =>
      aws.call('ssm:GetParameter', { Name, WithDecryption })['Parameter'] as { Value: string; ARN: string };
    return { ...aws, KeyId, Arn, read };
  }

  it.each(['Standard', 'Advanced'])('of the tier %s is decrypted on demand only', (Tier) => {
    const { accounts, read } = withSecure({ Tier });
    expect(read(true).Value).toBe('hidden-value');
    const encrypted = read().Value;
    expect(Buffer.from(encrypted, 'base64').toString()).not.toContain('hidden-value');
    expect(read(false).Value).toBe(encrypted);
    const records = JSON.stringify(accounts.region('123456789012', 'eu-west-1').parameters.all());
    expect(records).not.toContain('hidden-value');
  });

  it('belongs to its parameter: PARAMETER_ARN is its encryption context', () => {
    const { call, errorOf, read, Arn } = withSecure();
    const { Value, ARN } = read();
    expect(ARN).toBe('arn:aws:ssm:eu-west-1:123456789012:parameter/user-service/prod/URL');
    const opened = { CiphertextBlob: Value, EncryptionContext: { PARAMETER_ARN: ARN } };
    expect(call('kms:Decrypt', opened)).toMatchObject({
      KeyId: Arn,
      Plaintext: Buffer.from('hidden-value').toString('base64'),
    });
    expect(errorOf('kms:Decrypt', { CiphertextBlob: Value })).toBe('InvalidCiphertextException');
  });

  it.each(['Standard', 'Advanced'])('of the tier %s is lost with its key, its ciphertext is not', (Tier) => {
    const { call, errorOf, KeyId, read } = withSecure({ Tier });
    call('kms:DisableKey', { KeyId });
    expect(errorOf('ssm:GetParameter', { Name, WithDecryption: true })).toBe('InvalidKeyId');
    expect(read().Value).not.toBe('');
    expect(errorOf(put, { Name, Value: 'x', Overwrite: true, KeyId })).toBe('InvalidKeyId');
  });

  it("is under the account's own key for SSM where none is named", () => {
    const { call } = operationCalls();
    call(put, { Name, Value: 'x', Type: 'SecureString' });
    const [described] = call('ssm:DescribeParameters')['Parameters'] as object[];
    expect(described).toMatchObject({ Type: 'SecureString', KeyId: 'alias/aws/ssm' });
    expect(call('kms:DescribeKey', { KeyId: 'alias/aws/ssm' })).toMatchObject({
      KeyMetadata: { KeyManager: 'AWS', Description: expect.stringContaining('SSM parameters') as string },
    });
  });
});
