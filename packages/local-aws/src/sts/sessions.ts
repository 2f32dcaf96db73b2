import { createHash, randomBytes } from 'node:crypto';
import { AwsError } from '../protocol/aws-error';
import type { Call } from '../protocol/operation';
import { parseArn } from '../world/arn';
import type { Session } from '../world/model';

/** A session with the credentials for it; the secret parts are handed out once and not kept. */
export interface NewSession {
  readonly session: Session;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

const defaultDuration = 3600;

/**
 * Credentials for a role, in the role's own account; local-aws has every role that is named.
 * @throws AwsError ValidationException
 */
export function assumeRole(
  call: Call,
  roleArn: string,
  sessionName: string,
  durationSeconds: number = defaultDuration,
): NewSession {
  const arn = parseArn(roleArn);
  if (arn?.service !== 'iam' || arn.account === '' || !/^role\/.*[^/]$/.test(arn.resource)) {
    throw new AwsError('ValidationError', `${roleArn} is invalid`);
  }
  const roleName = arn.resource.slice(arn.resource.lastIndexOf('/') + 1);
  const session: Session = {
    accessKeyId: `ASIA${identifier(randomBytes(10))}`,
    account: arn.account,
    arn: `arn:${arn.partition}:sts::${arn.account}:assumed-role/${roleName}/${sessionName}`,
    // A role keeps its id over all of its sessions.
    userId: `AROA${identifier(createHash('sha256').update(roleArn).digest().subarray(0, 10))}:${sessionName}`,
    expiresAt: call.now + durationSeconds * 1000,
  };
  call.universe.sessions.put(session.accessKeyId, session);
  return {
    session,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(120).toString('base64'),
  };
}

/** What AssumeRole answers. */
export function sessionAnswer({ session, secretAccessKey, sessionToken }: NewSession): object {
  return {
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
      Expiration: new Date(session.expiresAt).toISOString(),
    },
    AssumedRoleUser: { AssumedRoleId: session.userId, Arn: session.arn },
    PackedPolicySize: 0,
  };
}

/** Ten bytes as the sixteen upper-case letters and digits of AWS's unique ids. */
function identifier(bytes: Uint8Array): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits.replace(/.{5}/g, (five) => alphabet.charAt(Number.parseInt(five, 2)));
}
