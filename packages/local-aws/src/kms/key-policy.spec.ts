import { operationCalls } from '../operation-calls.test-kit';

const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kms:*', Resource: '*' }],
});

function withKey() {
  const aws = operationCalls();
  const { KeyMetadata } = aws.call('kms:CreateKey') as { KeyMetadata: { KeyId: string } };
  return { ...aws, KeyId: KeyMetadata.KeyId };
}

describe('key policies', () => {
  it('is root delegation for a new key', () => {
    const { call, KeyId } = withKey();
    const { Policy, PolicyName } = call('kms:GetKeyPolicy', { KeyId }) as {
      Policy: string;
      PolicyName: string;
    };
    expect(PolicyName).toBe('default');
    expect(JSON.parse(Policy)).toMatchObject({
      Statement: [{ Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*' }],
    });
    expect(call('kms:ListKeyPolicies', { KeyId })).toEqual({ PolicyNames: ['default'], Truncated: false });
  });

  it('is kept as it was written', () => {
    const { call, KeyId } = withKey();
    call('kms:PutKeyPolicy', { KeyId, PolicyName: 'default', Policy: policy });
    expect(call('kms:GetKeyPolicy', { KeyId })).toMatchObject({ Policy: policy });
    const created = call('kms:CreateKey', { Policy: policy }) as { KeyMetadata: { KeyId: string } };
    expect(call('kms:GetKeyPolicy', created.KeyMetadata)).toMatchObject({ Policy: policy });
  });

  it('has no other name', () => {
    const { errorOf, KeyId } = withKey();
    expect(errorOf('kms:GetKeyPolicy', { KeyId, PolicyName: 'other' })).toBe('NotFoundException');
    expect(errorOf('kms:PutKeyPolicy', { KeyId, PolicyName: 'other', Policy: policy })).toBe(
      'NotFoundException',
    );
  });

  it.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['no statement', '{"Version":"2012-10-17"}'],
    ['a statement that is text', '{"Statement":"x"}'],
    ['an unknown effect', '{"Statement":{"Effect":"Maybe","Principal":"*","Action":"*","Resource":"*"}}'],
    ['no principal', '{"Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*"}]}'],
    ['no action', '{"Statement":[{"Effect":"Allow","Principal":"*","Resource":"*"}]}'],
  ])('is malformed with %s', (_what, Policy) => {
    const { errorOf, KeyId } = withKey();
    expect(errorOf('kms:PutKeyPolicy', { KeyId, Policy })).toBe('MalformedPolicyDocumentException');
    expect(errorOf('kms:CreateKey', { Policy })).toBe('MalformedPolicyDocumentException');
  });

  it.each(['aws:ResourceTag/service', 'kms:ResourceAliases', 'KMS:resourcealiases'])(
    'has no condition on %s, which tells keys apart',
    (key) => {
      const { errorOf, KeyId } = withKey();
      const Statement = {
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: 'kms:*',
        Resource: '*',
        Condition: { StringEquals: { [key]: 'x' } },
      };
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [Statement] });
      expect(errorOf('kms:PutKeyPolicy', { KeyId, Policy })).toBe('MalformedPolicyDocumentException');
      expect(errorOf('kms:CreateKey', { Policy })).toBe('MalformedPolicyDocumentException');
    },
  );

  it('is at most 32 KiB long', () => {
    const { errorOf, KeyId } = withKey();
    const Policy = policy.padEnd(32_769);
    expect(errorOf('kms:PutKeyPolicy', { KeyId, Policy })).toBe('LimitExceededException');
  });
});
