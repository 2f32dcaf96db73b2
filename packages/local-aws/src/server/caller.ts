import type { Directory } from '../iam/directory';
import { roleOf } from '../iam/directory';
import { sessionIdentity, userIdentity } from '../iam/identity';
import { parsePolicyText } from '../iam/parse-policy';
import { AwsError } from '../protocol/aws-error';
import type { Caller } from '../operation/operation';
import { partitionOf } from '../arn';
import type { Session } from '../store/model';
import type { AccountStore } from '../store/account-store';
import type { Credential, Signature } from './signature';
import { type HttpRequest, verifySignature } from './verify-signature';

/**
 * Who signed, without an IAM input: an STS session is its role's; an access key id of twelve digits is that account;
 * anybody else is the default account's administrator.
 * @throws AwsError ExpiredTokenException
 */
export function callerOf(
  accounts: AccountStore,
  credential: Credential,
  defaultAccount: string,
  now: number,
): Caller {
  const session = accounts.sessions.get(credential.accessKeyId);
  if (session !== undefined) {
    assertNotExpired(session, now);
    return { account: session.account, arn: session.arn, userId: session.userId, session };
  }
  const account = /^\d{12}$/.test(credential.accessKeyId) ? credential.accessKeyId : defaultAccount;
  return administrator(account, credential.region);
}

/** The root of an account: may do everything in it. */
export function administrator(account: string, region: string): Caller {
  return { account, arn: `arn:${partitionOf(region)}:iam::${account}:root`, userId: account };
}

/**
 * Who signed, with an IAM input: the signature is verified, and policies will be evaluated.
 * @throws AwsError UnrecognizedClientException, InvalidSignatureException, ExpiredTokenException
 */
export function verifiedCaller(
  accounts: AccountStore,
  directory: Directory,
  request: HttpRequest,
  signature: Signature,
  now: number,
): Caller {
  const { accessKeyId, region } = signature;
  const session = accounts.sessions.get(accessKeyId);
  if (session !== undefined) return sessionCaller(directory, session, request, signature, now);
  const accessKey = directory.accessKeys.get(accessKeyId);
  if (accessKey === undefined) throw unknownToken();
  verifySignature(request, signature, accessKey.secret, now);
  const identity = userIdentity(accessKey.user, region);
  return { account: accessKey.user.account, arn: identity.principal.arn, userId: accessKeyId, identity };
}

function sessionCaller(
  directory: Directory,
  session: Session,
  request: HttpRequest,
  signature: Signature,
  now: number,
): Caller {
  const { account, arn, userId } = session;
  const role = roleOf(directory, session.roleArn ?? '');
  if (role === undefined || session.secretAccessKey === undefined) throw unknownToken();
  if (request.headers['x-amz-security-token'] !== session.sessionToken) throw unknownToken();
  assertNotExpired(session, now);
  verifySignature(request, signature, session.secretAccessKey, now);
  const parsed = session.policy === undefined ? undefined : parsePolicyText(session.policy, 'identity');
  const policy = parsed?.kind === 'policy' ? parsed.policy : undefined;
  const identity = sessionIdentity(role, session, policy, signature.region);
  return { account, arn, userId, session, identity };
}

function assertNotExpired(session: Session, now: number): void {
  if (session.expiresAt > now) return;
  throw new AwsError('ExpiredTokenException', 'The security token included in the request is expired', 403);
}

function unknownToken(): AwsError {
  return new AwsError(
    'UnrecognizedClientException',
    'The security token included in the request is invalid.',
  );
}
