import { operationCalls } from '../operation-calls.test-kit';
import { policy } from '../iam/iam.test-kit';
import { validateIamInput } from '../iam/validate-iam-input';
import type { AwsError } from '../protocol/aws-error';
import { callerOf, verifiedCaller } from './caller';

const credential = { region: 'cn-north-1', service: 'kms' };

describe('callerOf', () => {
  const { call, accounts } = operationCalls();
  const start = Date.UTC(2026, 0, 1);

  it.each([
    ['anything', '123456789012'],
    ['444455556666', '444455556666'],
    ['4444555566667', '123456789012'],
  ])('takes %s for the root of %s', (accessKeyId, account) => {
    const caller = callerOf(accounts, { ...credential, accessKeyId }, '123456789012', start);
    expect(caller).toEqual({ account, arn: `arn:aws-cn:iam::${account}:root`, userId: account });
  });

  it('knows a session until it expires', () => {
    const RoleArn = 'arn:aws:iam::444455556666:role/r';
    const input = { RoleArn, RoleSessionName: 'ci', DurationSeconds: '900' };
    const { Credentials } = call('sts:AssumeRole', input) as { Credentials: { AccessKeyId: string } };
    const used = { ...credential, accessKeyId: Credentials.AccessKeyId };
    expect(callerOf(accounts, used, '123456789012', start + 899_999)).toMatchObject({
      account: '444455556666',
      arn: 'arn:aws:sts::444455556666:assumed-role/r/ci',
    });
    const late = (): unknown => callerOf(accounts, used, '123456789012', start + 900_000);
    expect(late).toThrow('The security token included in the request is expired');
  });
});

describe('verifiedCaller', () => {
  const { call, accounts } = operationCalls();
  const trust = policy({ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' });
  const directory = validateIamInput({ accounts: { '444455556666': { roles: { r: { trust } } } } });
  const assume = (RoleArn: string) =>
    (
      call('sts:AssumeRole', { RoleArn, RoleSessionName: 'ci', DurationSeconds: '900' }) as {
        Credentials: { AccessKeyId: string; SessionToken: string };
      }
    ).Credentials;
  const errorOf = (accessKeyId: string, token: string, after: number): unknown => {
    const request = {
      method: 'POST',
      target: '/',
      headers: { 'x-amz-security-token': token },
      body: Buffer.alloc(0),
    };
    const signature = { ...credential, accessKeyId, day: '', time: '', signedHeaders: [], proof: '00' };
    try {
      return verifiedCaller(accounts, directory, request, signature, Date.UTC(2026, 0, 1) + after);
    } catch (error) {
      return (error as AwsError).code;
    }
  };

  it('tells an expired session from a wrong token and an unknown key', () => {
    const { AccessKeyId, SessionToken } = assume('arn:aws:iam::444455556666:role/r');
    expect(errorOf(AccessKeyId, SessionToken, 900_000)).toBe('ExpiredTokenException');
    expect(errorOf(AccessKeyId, SessionToken, 0)).toBe('InvalidSignatureException');
    expect(errorOf(AccessKeyId, 'another', 0)).toBe('UnrecognizedClientException');
    expect(errorOf('AKIANOBODY', SessionToken, 0)).toBe('UnrecognizedClientException');
  });

  it('does not know sessions of a role that is gone', () => {
    const { AccessKeyId, SessionToken } = assume('arn:aws:iam::444455556666:role/gone');
    expect(errorOf(AccessKeyId, SessionToken, 0)).toBe('UnrecognizedClientException');
  });
});
