import { AwsError } from '../protocol/aws-error';
import type { Caller } from '../protocol/operation';
import { partitionOf } from '../world/arn';
import type { Universe } from '../world/universe';
import type { Credential } from './signature';

/**
 * Who signed: an STS session is its role's; an access key id of twelve digits is that account; anybody else is the
 * default account's administrator.
 * @throws AwsError ExpiredTokenException
 */
export function callerOf(
  universe: Universe,
  credential: Credential,
  defaultAccount: string,
  now: number,
): Caller {
  const session = universe.sessions.get(credential.accessKeyId);
  if (session !== undefined) {
    if (session.expiresAt <= now) {
      throw new AwsError(
        'ExpiredTokenException',
        'The security token included in the request is expired',
        403,
      );
    }
    return { account: session.account, arn: session.arn, userId: session.userId };
  }
  const account = /^\d{12}$/.test(credential.accessKeyId) ? credential.accessKeyId : defaultAccount;
  return administrator(account, credential.region);
}

/** The root of an account: may do everything in it. */
export function administrator(account: string, region: string): Caller {
  return { account, arn: `arn:${partitionOf(region)}:iam::${account}:root`, userId: account };
}
