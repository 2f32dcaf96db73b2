import { operationCalls } from '../operation-calls.test-kit';

const SecretId = 'a';
const RotationLambdaARN = 'arn:aws:lambda:eu-west-1:123456789012:function:rotate';

function withSecret() {
  const aws = operationCalls();
  aws.call('secretsmanager:CreateSecret', { Name: SecretId, SecretString: 'x' });
  return { ...aws, described: () => aws.call('secretsmanager:DescribeSecret', { SecretId }) };
}

describe('rotation settings', () => {
  it('are absent, then on, then off with everything kept', () => {
    const { call, described } = withSecret();
    expect(described()).not.toHaveProperty('RotationEnabled');
    const RotationRules = { AutomaticallyAfterDays: 30 };
    const token = 't'.repeat(32);
    const rotate = { SecretId, RotationLambdaARN, RotationRules, ClientRequestToken: token };
    expect(call('secretsmanager:RotateSecret', rotate)).toMatchObject({ Name: SecretId, VersionId: token });
    expect(described()).toMatchObject({
      RotationEnabled: true,
      RotationLambdaARN,
      RotationRules,
      NextRotationDate: Date.UTC(2026, 0, 31) / 1000,
    });
    call('secretsmanager:RotateSecret', { SecretId, RotationRules: { ScheduleExpression: 'rate(10 days)' } });
    expect(described()).toMatchObject({ RotationRules: { ScheduleExpression: 'rate(10 days)' } });
    call('secretsmanager:CancelRotateSecret', { SecretId });
    expect(described()).toMatchObject({ RotationEnabled: false, RotationLambdaARN });
    expect(described()).not.toHaveProperty('NextRotationDate');
  });

  it('tells the pending version when it is cancelled', () => {
    const { call } = withSecret();
    const pending = { SecretId, SecretString: 'y', VersionStages: ['AWSPENDING'] };
    const { VersionId } = call('secretsmanager:PutSecretValue', pending);
    expect(call('secretsmanager:CancelRotateSecret', { SecretId })).toMatchObject({ VersionId });
  });

  it.each([
    [{}, 'InvalidRequestException'],
    [
      { RotationLambdaARN, RotationRules: { AutomaticallyAfterDays: 1, ScheduleExpression: 'rate(1 day)' } },
      'InvalidParameterException',
    ],
    [{ RotationLambdaARN, RotationRules: { AutomaticallyAfterDays: 1001 } }, 'ValidationException'],
    [{ RotationLambdaARN, ClientRequestToken: 'short' }, 'InvalidParameterException'],
  ])('are refused as %j: %s', (input, code) => {
    const { errorOf } = withSecret();
    expect(errorOf('secretsmanager:RotateSecret', { SecretId, ...input })).toBe(code);
  });
});
