import { matchPrincipal, type Principal } from './principal';

const account = '111122223333';
const user: Principal = { kind: 'user', account, arn: `arn:aws:iam::${account}:user/ann` };
const session: Principal = {
  kind: 'session',
  account,
  arn: `arn:aws:sts::${account}:assumed-role/sync/s`,
  roleArn: `arn:aws:iam::${account}:role/ci/sync`,
};
const federated: Principal = {
  kind: 'federated',
  arn: `arn:aws:iam::${account}:oidc-provider/token.example`,
};
const everyone = { kind: 'Everyone', value: '*' } as const;
const aws = (value: string) => ({ kind: 'AWS', value }) as const;

describe('matchPrincipal', () => {
  it.each([
    [everyone, user, 'itself'],
    [everyone, federated, 'itself'],
    [aws(user.arn), user, 'itself'],
    [aws(`${user.arn}e`), user, undefined],
    [aws(account), user, 'account'],
    [aws(`arn:aws:iam::${account}:root`), session, 'account'],
    [aws(`arn:aws-cn:iam::${account}:root`), session, 'account'],
    [aws('arn:aws:iam::444455556666:root'), user, undefined],
    [aws(session.arn), session, 'itself'],
    [aws(`arn:aws:iam::${account}:role/ci/sync`), session, 'role'],
    [aws(`arn:aws:iam::${account}:role/sync`), session, undefined],
    [aws(account), federated, undefined],
    [{ kind: 'Federated', value: federated.arn }, federated, 'itself'],
    [{ kind: 'Federated', value: user.arn }, user, undefined],
    [{ kind: 'Service', value: 'lambda.amazonaws.com' }, session, undefined],
  ] as const)('%j takes in %j: %s', (named, principal, expected) => {
    expect(matchPrincipal({ all: [named], negated: false }, principal)).toBe(expected);
  });

  it('takes the nearest of several', () => {
    const all = [aws(account), aws(`arn:aws:iam::${account}:role/ci/sync`)];
    expect(matchPrincipal({ all, negated: false }, session)).toBe('role');
  });

  it('turns NotPrincipal round', () => {
    expect(matchPrincipal({ all: [aws(account)], negated: true }, user)).toBeUndefined();
    expect(matchPrincipal({ all: [aws('444455556666')], negated: true }, user)).toBe('itself');
  });
});
