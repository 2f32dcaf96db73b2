import { operationCalls } from '../operation-calls.test-kit';

const SecretId = 'a';
const policy = (Principal: unknown, more: object = {}): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal, Action: 'secretsmanager:GetSecretValue', Resource: '*', ...more },
    ],
  });
const role = { AWS: 'arn:aws:iam::123456789012:role/r' };

function withSecret() {
  const aws = operationCalls();
  aws.call('secretsmanager:CreateSecret', { Name: SecretId });
  return aws;
}

describe('resource policies', () => {
  it('are kept as they were written, until they are deleted', () => {
    const { call } = withSecret();
    const read = () => call('secretsmanager:GetResourcePolicy', { SecretId });
    expect(read()).not.toHaveProperty('ResourcePolicy');
    call('secretsmanager:PutResourcePolicy', { SecretId, ResourcePolicy: policy(role) });
    expect(read()).toMatchObject({ ResourcePolicy: policy(role) });
    call('secretsmanager:DeleteResourcePolicy', { SecretId });
    expect(read()).not.toHaveProperty('ResourcePolicy');
  });

  it.each(['{', '[]', '{}', '{"Statement":[]}', '{"Statement":{"Effect":"Allow"}}', '{"Statement":["x"]}'])(
    'are malformed as %s',
    (ResourcePolicy) => {
      const { call, errorOf } = withSecret();
      const put = { SecretId, ResourcePolicy };
      expect(errorOf('secretsmanager:PutResourcePolicy', put)).toBe('MalformedPolicyDocumentException');
      expect(call('secretsmanager:ValidateResourcePolicy', put)).toMatchObject({
        PolicyValidationPassed: false,
      });
    },
  );

  it.each([
    ['everybody', policy('*'), true],
    ['everybody of AWS', policy({ AWS: ['x', '*'] }), true],
    ['everybody but one', policy(undefined, { NotPrincipal: role }), true],
    ['a role', policy(role), false],
    [
      'everybody of an account',
      policy('*', { Condition: { StringEquals: { 'aws:PrincipalAccount': '123456789012' } } }),
      false,
    ],
    [
      'everybody who asks for a label',
      policy('*', { Condition: { StringEquals: { 'secretsmanager:VersionStage': 'AWSCURRENT' } } }),
      true,
    ],
    ['nobody of all', policy('*', { Effect: 'Deny' }), false],
  ])('for %s: public %#', (_who, ResourcePolicy, isPublic) => {
    const { call, errorOf } = withSecret();
    const put = { SecretId, ResourcePolicy };
    const blocked = errorOf('secretsmanager:PutResourcePolicy', { ...put, BlockPublicPolicy: true });
    expect(blocked).toBe(isPublic ? 'PublicPolicyException' : 'no error');
    expect(errorOf('secretsmanager:PutResourcePolicy', put)).toBe('no error');
    expect(call('secretsmanager:ValidateResourcePolicy', put)).toMatchObject({
      PolicyValidationPassed: !isPublic,
    });
  });
});
