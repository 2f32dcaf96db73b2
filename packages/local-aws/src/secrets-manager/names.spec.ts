import { operationCalls } from '../operation-calls.test-kit';
import { parseSecretId, withoutSuffix } from './names';

const arn = (tail: string, region = 'eu-west-1', account = '123456789012'): string =>
  `arn:aws:secretsmanager:${region}:${account}:secret:${tail}`;

describe('parseSecretId', () => {
  it.each([
    ['/services/a/dev', { kind: 'name', name: '/services/a/dev' }],
    [
      'arn:aws:kms:eu-west-1:123456789012:key/x',
      { kind: 'name', name: 'arn:aws:kms:eu-west-1:123456789012:key/x' },
    ],
    [arn('a/b-AbCdEf'), { kind: 'arn', account: '123456789012', region: 'eu-west-1', tail: 'a/b-AbCdEf' }],
  ])('reads %s', (id, reference) => {
    expect(parseSecretId(id)).toEqual(reference);
  });
});

describe('withoutSuffix', () => {
  it.each([
    ['a-AbCdEf', 'a'],
    ['a-b-123456', 'a-b'],
    ['a-12345', undefined],
    ['a-123_56', undefined],
    ['-AbCdEf', undefined],
  ])('%s → %s', (tail, name) => {
    expect(withoutSuffix(tail)).toBe(name);
  });
});

describe('a SecretId', () => {
  it('is the name, the ARN, or the ARN without its suffix', () => {
    const { call, errorOf } = operationCalls();
    const { ARN } = call('secretsmanager:CreateSecret', { Name: '/services/a/dev' }) as { ARN: string };
    expect(ARN).toMatch(
      /^arn:aws:secretsmanager:eu-west-1:123456789012:secret:\/services\/a\/dev-[A-Za-z0-9]{6}$/,
    );
    for (const SecretId of ['/services/a/dev', ARN, arn('/services/a/dev')]) {
      expect(call('secretsmanager:DescribeSecret', { SecretId })).toMatchObject({ ARN });
    }
    const wrongSuffix = `${ARN.slice(0, -6)}000000`;
    for (const SecretId of ['/services/a', wrongSuffix, arn('/services/a/dev', 'us-east-1')]) {
      expect(errorOf('secretsmanager:DescribeSecret', { SecretId })).toBe('ResourceNotFoundException');
    }
    const foreign = { SecretId: arn('/services/a/dev', 'eu-west-1', '444455556666') };
    expect(errorOf('secretsmanager:DescribeSecret', foreign)).toBe('AccessDeniedException');
  });

  it('finds a secret whose name itself ends like a suffix', () => {
    const { call } = operationCalls();
    const short = call('secretsmanager:CreateSecret', { Name: 'api' });
    const long = call('secretsmanager:CreateSecret', { Name: 'api-secret' });
    const found = (SecretId: unknown) => call('secretsmanager:DescribeSecret', { SecretId })['Name'];
    expect([found(short['ARN']), found(long['ARN']), found(arn('api-secret'))]).toEqual([
      'api',
      'api-secret',
      'api-secret',
    ]);
  });
});

describe('a name', () => {
  it.each(['a', '/services/user-service/dev', 'A1/_+=.@!-', 'x'.repeat(512)])('may be %s', (Name) => {
    expect(operationCalls().call('secretsmanager:CreateSecret', { Name })).toMatchObject({ Name });
  });

  it.each(['', 'x'.repeat(513), 'a b', 'ü', 'a:b', 'a\u0000', 'a\n'])('may not be %j', (Name) => {
    expect(operationCalls().errorOf('secretsmanager:CreateSecret', { Name })).toBe('ValidationException');
  });
});
