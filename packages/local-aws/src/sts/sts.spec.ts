import { CreateKeyCommand, ListKeysCommand } from '@aws-sdk/client-kms';
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
} from '@aws-sdk/client-sts';
import { failure, runningAws } from '../running-aws.test-kit';
import { operationCalls } from '../operation-calls.test-kit';

const local = runningAws();
const RoleArn = 'arn:aws:iam::444455556666:role/path/sync';
const RoleSessionName = 'ci@build-1';

function webIdentityToken(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return [part({ alg: 'RS256' }), part(claims), 'signature'].join('.');
}

describe('GetCallerIdentity', () => {
  it.each([
    ['local', '123456789012'],
    ['AKIAIOSFODNN7EXAMPLE', '123456789012'],
    ['444455556666', '444455556666'],
  ])('of %s is the root of %s', async (accessKeyId, Account) => {
    const identity = await local.clients({ accessKeyId }).sts.send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({ Account, UserId: Account, Arn: `arn:aws:iam::${Account}:root` });
  });
});

describe('AssumeRole', () => {
  it("gives credentials that work in the role's account", async () => {
    const { sts } = local.clients();
    const assumed = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName, DurationSeconds: 900 }));
    const arn = `arn:aws:sts::444455556666:assumed-role/sync/${RoleSessionName}`;
    expect(assumed.AssumedRoleUser).toEqual({
      Arn: arn,
      AssumedRoleId: expect.stringMatching(/^AROA[A-Z2-7]{16}:ci@build-1$/),
    });
    expect(assumed.Credentials).toMatchObject({
      AccessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/),
      SecretAccessKey: expect.any(String),
      SessionToken: expect.any(String),
      Expiration: expect.any(Date),
    });
    const session = local.clients({ accessKeyId: assumed.Credentials?.AccessKeyId as string });
    const identity = await session.sts.send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({ Account: '444455556666', Arn: arn });
    await session.kms.send(new CreateKeyCommand({}));
    const account = local.clients({ accessKeyId: '444455556666' });
    expect((await account.kms.send(new ListKeysCommand({}))).Keys).toHaveLength(1);
  });

  it.each([
    [{ RoleArn: 'arn:aws:iam::444455556666:user/someone' }],
    [{ RoleArn: 'arn:aws:s3:::bucket/that-is-long' }],
    [{ RoleArn: 'short' }],
    [{ RoleSessionName: 'a' }],
    [{ RoleSessionName: 'with space' }],
    [{ DurationSeconds: 899 }],
    [{ DurationSeconds: 43_201 }],
  ])('answers ValidationError to %j', async (input) => {
    const { sts } = local.clients();
    const assumed = sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName, ...input }));
    expect((await failure(assumed)).name).toBe('ValidationError');
  });
});

describe('AssumeRoleWithWebIdentity', () => {
  const claims = {
    sub: 'repo:org/name:ref:refs/heads/main',
    aud: 'sts.amazonaws.com',
    iss: 'https://token.example',
  };

  it('needs no signature and tells what the token says', async () => {
    const { sts } = local.clients();
    const WebIdentityToken = webIdentityToken(claims);
    const assumed = await sts.send(
      new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName, WebIdentityToken }),
    );
    expect(assumed).toMatchObject({
      SubjectFromWebIdentityToken: claims.sub,
      Audience: claims.aud,
      Provider: claims.iss,
      Credentials: { AccessKeyId: expect.stringMatching(/^ASIA/) },
    });
  });

  it.each([
    ['no JWT', 'just-text', 'InvalidIdentityToken'],
    ['a JWT without JSON', 'a.b.c', 'InvalidIdentityToken'],
    ['no subject', webIdentityToken({ ...claims, sub: undefined }), 'InvalidIdentityToken'],
    ['an old token', webIdentityToken({ ...claims, exp: 1 }), 'ExpiredTokenException'],
  ])('refuses %s', (_what, WebIdentityToken, code) => {
    const input = { RoleArn, RoleSessionName, WebIdentityToken };
    expect(operationCalls().errorOf('sts:AssumeRoleWithWebIdentity', input)).toBe(code);
  });
});
