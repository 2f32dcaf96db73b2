import { createHash, randomBytes } from 'node:crypto';
import { AwsError } from '../protocol/aws-error';
import type { Call } from '../operation/operation';
import { type Arn, parseArn } from '../arn';
import type { Session } from '../store/model';

/** A session with its credentials. */
export interface NewSession {
  readonly session: Session;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** What AssumeRole and AssumeRoleWithWebIdentity both ask for. */
export interface SessionRequest {
  readonly RoleArn: string;
  readonly RoleSessionName: string;
  readonly DurationSeconds: number | undefined;
  readonly Policy: string | undefined;
}

const defaultDuration = 3600;
const longestChained = 3600;

/** The parts of a role's ARN. Throws AwsError ValidationError. */
export function readRoleArn(roleArn: string): Arn {
  const arn = parseArn(roleArn);
  if (arn?.service !== 'iam' || arn.account === '' || !/^role\/.*[^/]$/.test(arn.resource)) {
    throw new AwsError('ValidationError', `${roleArn} is invalid`);
  }
  return arn;
}

/** What a session carries besides its role. */
type Carried = Pick<Session, 'sourceIdentity' | 'tags' | 'transitiveTagKeys' | 'federatedProvider'>;

/** Credentials for a role, in the role's own account. Throws AwsError ValidationError. */
export function newSession(call: Call, request: SessionRequest, carried: Carried): NewSession {
  const { RoleArn: roleArn, RoleSessionName: sessionName, DurationSeconds: duration } = request;
  if (call.caller.session !== undefined && (duration ?? 0) > longestChained) {
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  }
  const { partition, account, resource } = readRoleArn(roleArn);
  const roleName = resource.slice(resource.lastIndexOf('/') + 1);
  const secretAccessKey = randomBytes(30).toString('base64');
  const sessionToken = randomBytes(120).toString('base64');
  const session: Session = {
    accessKeyId: `ASIA${identifier(randomBytes(10))}`,
    account,
    arn: `arn:${partition}:sts::${account}:assumed-role/${roleName}/${sessionName}`,
    // A role keeps its id over all of its sessions.
    userId: `AROA${identifier(createHash('sha256').update(roleArn).digest().subarray(0, 10))}:${sessionName}`,
    expiresAt: call.now + (duration ?? defaultDuration) * 1000,
    roleArn,
    secretAccessKey,
    sessionToken,
    policy: request.Policy,
    issuedAt: call.now,
    ...carried,
  };
  call.accounts.sessions.put(session.accessKeyId, session);
  return { session, secretAccessKey, sessionToken };
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
    SourceIdentity: session.sourceIdentity,
  };
}

/** Ten bytes as the sixteen upper-case letters and digits of AWS's unique ids. */
function identifier(bytes: Uint8Array): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits.replace(/.{5}/g, (five) => alphabet.charAt(Number.parseInt(five, 2)));
}
