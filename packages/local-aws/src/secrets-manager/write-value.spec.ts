import { operationCalls } from '../operation-calls.test-kit';

const SecretId = 'a';
const token = (letter: string): string => letter.repeat(32);

function withSecret() {
  const aws = operationCalls();
  aws.call('secretsmanager:CreateSecret', {
    Name: SecretId,
    SecretString: 'one',
    ClientRequestToken: token('1'),
  });
  return {
    ...aws,
    put: (id: string, SecretString: string, more: object = {}) =>
      aws.call('secretsmanager:PutSecretValue', {
        SecretId,
        ClientRequestToken: token(id),
        SecretString,
        ...more,
      }),
    labels: () => aws.call('secretsmanager:DescribeSecret', { SecretId })['VersionIdsToStages'],
    value: (more: object = {}) =>
      aws.call('secretsmanager:GetSecretValue', { SecretId, ...more })['SecretString'],
  };
}

describe('PutSecretValue', () => {
  it('moves AWSCURRENT and AWSPREVIOUS along', () => {
    const { put, labels, value } = withSecret();
    put('2', 'two');
    expect(labels()).toEqual({ [token('1')]: ['AWSPREVIOUS'], [token('2')]: ['AWSCURRENT'] });
    put('3', 'three');
    expect(labels()).toEqual({ [token('2')]: ['AWSPREVIOUS'], [token('3')]: ['AWSCURRENT'] });
    expect([value(), value({ VersionStage: 'AWSPREVIOUS' }), value({ VersionId: token('1') })]).toEqual([
      'three',
      'two',
      'one',
    ]);
  });

  it('stages a version without touching the current one', () => {
    const { put, labels, value } = withSecret();
    expect(put('2', 'two', { VersionStages: ['STAGED'] })).toMatchObject({
      VersionId: token('2'),
      VersionStages: ['STAGED'],
    });
    expect(labels()).toEqual({ [token('1')]: ['AWSCURRENT'], [token('2')]: ['STAGED'] });
    put('3', 'three', { VersionStages: ['STAGED', 'OTHER'] });
    expect(labels()).toEqual({ [token('1')]: ['AWSCURRENT'], [token('3')]: ['STAGED', 'OTHER'] });
    expect(value()).toBe('one');
  });

  it('labels the first version of a secret AWSCURRENT, whatever is asked for', () => {
    const { call } = operationCalls();
    call('secretsmanager:CreateSecret', { Name: SecretId });
    const put = call('secretsmanager:PutSecretValue', { SecretId, SecretString: 's', VersionStages: ['X'] });
    expect(put['VersionStages']).toEqual(['X', 'AWSCURRENT']);
  });

  it('with a known token and value changes nothing and moves no label', () => {
    const { put, labels } = withSecret();
    put('2', 'two');
    const before = labels();
    expect(put('1', 'one')).toMatchObject({ VersionId: token('1'), VersionStages: ['AWSPREVIOUS'] });
    put('1', 'one', { VersionStages: ['AWSCURRENT'] });
    expect(labels()).toEqual(before);
  });

  it('with a known token and another value is refused', () => {
    const { call, errorOf } = withSecret();
    const put = { SecretId, ClientRequestToken: token('1') };
    const code = 'ResourceExistsException';
    expect(errorOf('secretsmanager:PutSecretValue', { ...put, SecretString: 'other' })).toBe(code);
    expect(errorOf('secretsmanager:PutSecretValue', { ...put, SecretBinary: 'b25l' })).toBe(code);
    expect(call('secretsmanager:GetSecretValue', { SecretId })['SecretString']).toBe('one');
  });

  it('needs a value, a living secret and at most 20 labels', () => {
    const { call, errorOf } = withSecret();
    const put = (input: object) => errorOf('secretsmanager:PutSecretValue', { SecretId, ...input });
    const VersionStages = Array.from({ length: 20 }, (_, index) => `L${index}`);
    expect(put({})).toBe('InvalidRequestException');
    expect(put({ SecretString: 'x', VersionStages: [...VersionStages, 'L20'] })).toBe('ValidationException');
    expect(put({ SecretString: 'x', VersionStages })).toBe('no error');
    expect(put({ SecretId: 'none', SecretString: 'x' })).toBe('ResourceNotFoundException');
    call('secretsmanager:DeleteSecret', { SecretId });
    expect(put({ SecretString: 'x' })).toBe('InvalidRequestException');
  });

  it('keeps 100 unlabelled versions, the newest, and every labelled one', () => {
    const { call, put } = withSecret();
    put('keep', 'kept', { ClientRequestToken: 'keep'.repeat(8), VersionStages: ['KEEP'] });
    for (let index = 0; index < 110; index += 1) {
      call('secretsmanager:PutSecretValue', { SecretId, SecretString: `v${index}` });
    }
    const list = { SecretId, IncludeDeprecated: true };
    const first = call('secretsmanager:ListSecretVersionIds', list);
    const second = call('secretsmanager:ListSecretVersionIds', { ...list, NextToken: first['NextToken'] });
    const versions = [first, second].flatMap((page) => page['Versions'] as { VersionStages?: string[] }[]);
    expect(versions.filter(({ VersionStages }) => VersionStages === undefined)).toHaveLength(100);
    expect(versions.flatMap(({ VersionStages }) => VersionStages ?? []).sort()).toEqual([
      'AWSCURRENT',
      'AWSPREVIOUS',
      'KEEP',
    ]);
  });
});

describe('UpdateSecret', () => {
  it('changes the description and makes no version', () => {
    const { call, labels } = withSecret();
    const updated = call('secretsmanager:UpdateSecret', { SecretId, Description: 'new' });
    expect(updated).not.toHaveProperty('VersionId');
    expect(call('secretsmanager:DescribeSecret', { SecretId })).toMatchObject({ Description: 'new' });
    expect(labels()).toEqual({ [token('1')]: ['AWSCURRENT'] });
  });

  it('puts a value as AWSCURRENT, but never under a token that is in use', () => {
    const { call, errorOf, labels } = withSecret();
    const update = { SecretId, SecretString: 'one', ClientRequestToken: token('1') };
    expect(errorOf('secretsmanager:UpdateSecret', update)).toBe('ResourceExistsException');
    call('secretsmanager:UpdateSecret', { ...update, ClientRequestToken: token('2') });
    expect(labels()).toEqual({ [token('1')]: ['AWSPREVIOUS'], [token('2')]: ['AWSCURRENT'] });
  });

  it('moves labelled values to another key and leaves the others', () => {
    const { call, errorOf, put, value } = withSecret();
    put('2', 'two');
    put('3', 'three');
    const key = (alias: string): { KeyId: string } => {
      const { KeyMetadata } = call('kms:CreateKey') as { KeyMetadata: { KeyId: string } };
      call('kms:CreateAlias', { AliasName: alias, TargetKeyId: KeyMetadata.KeyId });
      return KeyMetadata;
    };
    const one = key('alias/one');
    key('alias/two');
    call('secretsmanager:UpdateSecret', { SecretId, KmsKeyId: 'alias/one' });
    put('4', 'four');
    call('secretsmanager:UpdateSecret', { SecretId, KmsKeyId: 'alias/two' });
    expect(call('secretsmanager:DescribeSecret', { SecretId })).toMatchObject({ KmsKeyId: 'alias/two' });
    call('kms:DisableKey', one);
    expect([value(), value({ VersionStage: 'AWSPREVIOUS' }), value({ VersionId: token('1') })]).toEqual([
      'four',
      'three',
      'one',
    ]);
    expect(errorOf('secretsmanager:UpdateSecret', { SecretId, KmsKeyId: 'alias/none' })).toBe(
      'InvalidParameterException',
    );
  });
});
