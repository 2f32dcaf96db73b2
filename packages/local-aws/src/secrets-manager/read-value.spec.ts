import { operationCalls } from '../operation-calls.test-kit';

const SecretId = 'a';
const id = (letter: string): string => letter.repeat(32);

function withVersions() {
  const aws = operationCalls();
  aws.call('secretsmanager:CreateSecret', { Name: SecretId, SecretString: '1', ClientRequestToken: id('1') });
  aws.call('secretsmanager:PutSecretValue', { SecretId, SecretString: '2', ClientRequestToken: id('2') });
  return aws;
}

describe('GetSecretValue', () => {
  it.each([
    [{}, '2'],
    [{ VersionStage: 'AWSPREVIOUS' }, '1'],
    [{ VersionId: id('1') }, '1'],
    [{ VersionId: id('1'), VersionStage: 'AWSPREVIOUS' }, '1'],
  ])('with %j reads version %s', (which, value) => {
    expect(withVersions().call('secretsmanager:GetSecretValue', { SecretId, ...which })).toMatchObject({
      SecretString: value,
      VersionId: id(value),
    });
  });

  it.each([
    [{ VersionStage: 'NONE' }, 'ResourceNotFoundException'],
    [{ VersionId: id('9') }, 'ResourceNotFoundException'],
    [{ VersionId: id('1'), VersionStage: 'AWSCURRENT' }, 'InvalidRequestException'],
    [{ SecretId: 'none' }, 'ResourceNotFoundException'],
    [{ SecretId: '' }, 'ValidationException'],
  ])('with %j answers %s', (which, code) => {
    expect(withVersions().errorOf('secretsmanager:GetSecretValue', { SecretId, ...which })).toBe(code);
  });

  it('leaves the day of the access, and no other trace', () => {
    const { call, passDays } = withVersions();
    const described = () => call('secretsmanager:DescribeSecret', { SecretId });
    const before = described();
    expect(before).not.toHaveProperty('LastAccessedDate');
    passDays(1.5);
    call('secretsmanager:GetSecretValue', { SecretId });
    expect(described()).toEqual({ ...before, LastAccessedDate: Date.UTC(2026, 0, 2) / 1000 });
  });
});

describe('BatchGetSecretValue', () => {
  const names = (answer: Record<string, unknown>) =>
    (answer['SecretValues'] as { Name: string }[]).map(({ Name }) => Name);

  it('reads what can be read and says what cannot', () => {
    const { call } = withVersions();
    call('secretsmanager:CreateSecret', { Name: 'deleted', SecretString: 'x' });
    call('secretsmanager:DeleteSecret', { SecretId: 'deleted' });
    const answer = call('secretsmanager:BatchGetSecretValue', {
      SecretIdList: [SecretId, 'none', 'deleted'],
    });
    expect(answer).toMatchObject({
      SecretValues: [{ Name: SecretId, SecretString: '2' }],
      Errors: [
        { SecretId: 'none', ErrorCode: 'ResourceNotFoundException' },
        { SecretId: 'deleted', ErrorCode: 'InvalidRequestException' },
      ],
    });
  });

  it('pages through what the filters find', () => {
    const { call } = operationCalls();
    for (const Name of ['b/1', 'a/2', 'a/1'])
      call('secretsmanager:CreateSecret', { Name, SecretString: 'x' });
    const input = { Filters: [{ Key: 'name', Values: ['a/'] }], MaxResults: 1 };
    const first = call('secretsmanager:BatchGetSecretValue', input);
    const second = call('secretsmanager:BatchGetSecretValue', { ...input, NextToken: first['NextToken'] });
    expect([...names(first), ...names(second)]).toEqual(['a/1', 'a/2']);
    expect(second).not.toHaveProperty('NextToken');
  });

  it.each([{}, { SecretIdList: ['a'], Filters: [] }, { SecretIdList: ['a'], MaxResults: 1 }])(
    'refuses %j',
    (input) => {
      const { errorOf } = operationCalls();
      expect(errorOf('secretsmanager:BatchGetSecretValue', input)).toBe('InvalidParameterException');
    },
  );
});
