import { operationCalls } from '../operation-calls.test-kit';

function withSecrets() {
  const aws = operationCalls();
  const secrets = [
    { Name: '/services/b/dev', Description: 'Payment service, Dev', Tags: [{ Key: 'stage', Value: 'dev' }] },
    {
      Name: '/services/a/dev',
      Tags: [
        { Key: 'stage', Value: 'dev' },
        { Key: 'team', Value: 'Blue Team' },
      ],
    },
    { Name: '/services/a/prod', Tags: [{ Key: 'stage', Value: 'prod' }] },
    { Name: 'other', Description: 'unrelated' },
  ];
  for (const secret of secrets) {
    aws.call('secretsmanager:CreateSecret', { ...secret, SecretString: 'x' });
    aws.passDays(1);
  }
  return {
    ...aws,
    list: (input: object = {}) => {
      const answer = aws.call('secretsmanager:ListSecrets', input);
      return (answer['SecretList'] as { Name: string }[]).map(({ Name }) => Name);
    },
  };
}

describe('ListSecrets', () => {
  it.each([
    [{}, ['other', '/services/a/prod', '/services/a/dev', '/services/b/dev']],
    [{ SortOrder: 'asc' }, ['/services/b/dev', '/services/a/dev', '/services/a/prod', 'other']],
    [
      { SortBy: 'name', SortOrder: 'asc' },
      ['/services/a/dev', '/services/a/prod', '/services/b/dev', 'other'],
    ],
  ])('orders with %j', (input, names) => {
    expect(withSecrets().list(input)).toEqual(names);
  });

  it.each([
    ['name', ['/services/a'], 2],
    ['name', ['/SERVICES'], 0],
    ['name', ['services'], 0],
    ['name', ['!/services/a'], 2],
    ['name', ['other', '/services/b'], 2],
    ['description', ['dev'], 1],
    ['description', ['PAY'], 1],
    ['description', ['ayment'], 0],
    ['tag-key', ['team'], 1],
    ['tag-value', ['dev', 'prod'], 3],
    ['tag-value', ['blue'], 0],
    ['all', ['blue dev'], 1],
    ['all', ['services'], 3],
    ['primary-region', ['eu-west-1'], 0],
    ['owning-service', ['rds'], 0],
  ])('finds by %s in %j: %d', (Key, Values, count) => {
    expect(withSecrets().list({ Filters: [{ Key, Values }] })).toHaveLength(count);
  });

  it('wants all filters to match', () => {
    const Filters = [
      { Key: 'name', Values: ['/services/a'] },
      { Key: 'tag-value', Values: ['dev'] },
    ];
    expect(withSecrets().list({ Filters })).toEqual(['/services/a/dev']);
  });

  it('shows secrets scheduled for deletion only when asked to', () => {
    const { call, list, passDays } = withSecrets();
    call('secretsmanager:DeleteSecret', { SecretId: 'other', RecoveryWindowInDays: 7 });
    expect(list()).not.toContain('other');
    expect(list({ IncludePlannedDeletion: true })).toContain('other');
    passDays(7);
    expect(list({ IncludePlannedDeletion: true })).not.toContain('other');
  });

  it('pages, and tells what DescribeSecret tells', () => {
    const { call, errorOf } = withSecrets();
    const first = call('secretsmanager:ListSecrets', { MaxResults: 3 });
    const second = call('secretsmanager:ListSecrets', { MaxResults: 3, NextToken: first['NextToken'] });
    expect(second).not.toHaveProperty('NextToken');
    const [entry] = second['SecretList'] as Record<string, unknown>[];
    const { VersionIdsToStages, ...described } = call('secretsmanager:DescribeSecret', {
      SecretId: '/services/b/dev',
    });
    expect(entry).toEqual({ ...described, SecretVersionsToStages: VersionIdsToStages });
    expect(errorOf('secretsmanager:ListSecrets', { NextToken: '?' })).toBe('InvalidNextTokenException');
  });
});

describe('ListSecretVersionIds', () => {
  it('lists labelled versions, and the others when asked to', () => {
    const { call, passDays } = operationCalls();
    const SecretId = 'a';
    call('secretsmanager:CreateSecret', { Name: SecretId, SecretString: '1' });
    for (const SecretString of ['2', '3']) {
      passDays(1);
      call('secretsmanager:PutSecretValue', { SecretId, SecretString });
    }
    const stages = (input: object = {}) =>
      (call('secretsmanager:ListSecretVersionIds', { SecretId, ...input })['Versions'] as object[]).map(
        (version) => ({ ...version }) as { VersionStages?: string[]; KmsKeyIds: string[] },
      );
    expect(stages().map(({ VersionStages }) => VersionStages)).toEqual([['AWSCURRENT'], ['AWSPREVIOUS']]);
    expect(stages({ IncludeDeprecated: true })).toHaveLength(3);
    expect(stages()[0]?.KmsKeyIds).toEqual(['DefaultEncryptionKey']);
  });
});
