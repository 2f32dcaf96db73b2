import { operationCalls } from '../operation-calls.test-kit';

const SecretId = 'a';
const epoch = (days: number): number => Date.UTC(2026, 0, 1 + days) / 1000;

function withSecret() {
  const aws = operationCalls();
  aws.call('secretsmanager:CreateSecret', { Name: SecretId, SecretString: 'x' });
  return aws;
}

describe('DeleteSecret', () => {
  it.each([
    [{}, 30],
    [{ RecoveryWindowInDays: 7 }, 7],
  ])('with %j deletes after %d days', (window, days) => {
    const { call, errorOf, passDays } = withSecret();
    const answer = call('secretsmanager:DeleteSecret', { SecretId, ...window });
    expect(answer).toMatchObject({ Name: SecretId, DeletionDate: epoch(days) });
    expect(call('secretsmanager:DescribeSecret', { SecretId })).toMatchObject({ DeletedDate: epoch(0) });
    passDays(days);
    expect(errorOf('secretsmanager:DescribeSecret', { SecretId })).toBe('ResourceNotFoundException');
    expect(call('secretsmanager:CreateSecret', { Name: SecretId })).toMatchObject({ Name: SecretId });
  });

  it.each([
    ['GetSecretValue', {}],
    ['PutSecretValue', { SecretString: 'y' }],
    ['UpdateSecret', { Description: 'y' }],
    ['TagResource', { Tags: [] }],
    ['UntagResource', { TagKeys: [] }],
    ['DeleteSecret', {}],
    ['GetResourcePolicy', {}],
    ['RotateSecret', { RotationLambdaARN: 'arn:aws:lambda:eu-west-1:123456789012:function:f' }],
    ['CreateSecret', { Name: SecretId, SecretString: 'x' }],
    ['UpdateSecretVersionStage', { VersionStage: 'X', MoveToVersionId: 'x'.repeat(32) }],
  ])('makes %s fail meanwhile, until RestoreSecret', (operation, more) => {
    const { call, errorOf } = withSecret();
    call('secretsmanager:DeleteSecret', { SecretId });
    const input = { SecretId, ...more };
    expect(errorOf(`secretsmanager:${operation}`, input)).toBe('InvalidRequestException');
    expect(call('secretsmanager:RestoreSecret', { SecretId })).toMatchObject({ Name: SecretId });
    expect(errorOf(`secretsmanager:${operation}`, input)).not.toBe('InvalidRequestException');
  });

  it('deletes at once when forced, also what is scheduled or not there', () => {
    const { call, errorOf } = withSecret();
    const forced = { SecretId, ForceDeleteWithoutRecovery: true };
    call('secretsmanager:DeleteSecret', { SecretId });
    call('secretsmanager:DeleteSecret', forced);
    expect(errorOf('secretsmanager:DescribeSecret', { SecretId })).toBe('ResourceNotFoundException');
    expect(call('secretsmanager:DeleteSecret', forced)).toMatchObject({ Name: SecretId });
    expect(errorOf('secretsmanager:DeleteSecret', { SecretId })).toBe('ResourceNotFoundException');
  });

  it.each([
    { RecoveryWindowInDays: 6 },
    { RecoveryWindowInDays: 31 },
    { RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true },
  ])('refuses %j', (window) => {
    const { errorOf } = withSecret();
    expect(errorOf('secretsmanager:DeleteSecret', { SecretId, ...window })).toBe('InvalidParameterException');
  });

  it('gives a secret of the same name another ARN', () => {
    const { call } = withSecret();
    const { ARN } = call('secretsmanager:DeleteSecret', { SecretId, ForceDeleteWithoutRecovery: true });
    expect(call('secretsmanager:CreateSecret', { Name: SecretId })['ARN']).not.toBe(ARN);
  });
});
