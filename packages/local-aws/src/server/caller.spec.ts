import { worldCalls } from '../world-calls.test-kit';
import { callerOf } from './caller';

const credential = { region: 'cn-north-1', service: 'kms' };

describe('callerOf', () => {
  const { call, universe } = worldCalls();
  const start = Date.UTC(2026, 0, 1);

  it.each([
    ['anything', '123456789012'],
    ['444455556666', '444455556666'],
    ['4444555566667', '123456789012'],
  ])('takes %s for the root of %s', (accessKeyId, account) => {
    const caller = callerOf(universe, { ...credential, accessKeyId }, '123456789012', start);
    expect(caller).toEqual({ account, arn: `arn:aws-cn:iam::${account}:root`, userId: account });
  });

  it('knows a session until it expires', () => {
    const RoleArn = 'arn:aws:iam::444455556666:role/r';
    const input = { RoleArn, RoleSessionName: 'ci', DurationSeconds: '900' };
    const { Credentials } = call('sts:AssumeRole', input) as { Credentials: { AccessKeyId: string } };
    const used = { ...credential, accessKeyId: Credentials.AccessKeyId };
    expect(callerOf(universe, used, '123456789012', start + 899_999)).toMatchObject({
      account: '444455556666',
      arn: 'arn:aws:sts::444455556666:assumed-role/r/ci',
    });
    const late = (): unknown => callerOf(universe, used, '123456789012', start + 900_000);
    expect(late).toThrow('The security token included in the request is expired');
  });
});
