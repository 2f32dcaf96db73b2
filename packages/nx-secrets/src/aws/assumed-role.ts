import type { STSClient } from '@aws-sdk/client-sts';
import { ProblemError, throwProblem } from '../problem';
import { notAws } from './answer';
import { awsErrorName, awsProblem } from './aws-problem';
import type { RunLabel } from './run-label';

/** Credentials as the AWS SDK takes them. */
interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** A role that calls are made as. */
export interface AssumedRole {
  /** The credentials of a session, which all clients of a run share. @throws ProblemError about sts:AssumeRole */
  readonly credentials: () => Promise<Credentials>;
  /** The ARN of the session. */
  readonly identity: () => Promise<string | undefined>;
}

/** A session, with the ARN that policies and CloudTrail see. */
interface Session extends Credentials {
  readonly arn: string;
}

/** Milliseconds before its end from which on a session is not used any more; the SDK's own margin. */
const margin = 300_000;

/**
 * A role to make calls as; it is assumed when it is first needed, and again before its session ends.
 *
 * @param sts the client of the identity that assumes it
 * @param label how CloudTrail shows the sessions
 */
export function assumableRole(
  roleArn: string,
  sts: () => Promise<STSClient>,
  label: () => Promise<RunLabel>,
): AssumedRole {
  let current: { readonly session: Promise<Session>; ends: number } | undefined;
  const assume = (): Promise<Session> => {
    if (current && Date.now() < current.ends) return current.session;
    const begun = { session: label().then((one) => assumeRole(roleArn, sts, one)), ends: Infinity };
    current = begun;
    begun.session.then(
      ({ expiration }) => (begun.ends = expiration.getTime() - margin),
      // What was refused is refused to every other call of the run; anything else may pass.
      (error: unknown) => (begun.ends = isRefusal(error) ? Infinity : 0),
    );
    return begun.session;
  };
  return { credentials: assume, identity: async () => (await assume()).arn };
}

const isRefusal = (error: unknown): boolean =>
  error instanceof ProblemError && error.problem.denied !== undefined;

async function assumeRole(
  RoleArn: string,
  sts: () => Promise<STSClient>,
  { sessionName, sourceIdentity }: RunLabel,
): Promise<Session> {
  const { AssumeRoleCommand } = await import('@aws-sdk/client-sts');
  const send = async (source: { readonly SourceIdentity?: string }) =>
    (await sts()).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: sessionName, ...source }));
  try {
    const answer = await send(sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }).catch(
      (error: unknown) => {
        // The role and the caller may be allowed sts:AssumeRole and not sts:SetSourceIdentity, and a session has its
        // source identity for good. Source: IAM User Guide, "Monitor and control actions taken with assumed roles".
        if (sourceIdentity === undefined || !/^AccessDenied/.test(awsErrorName(error))) throw error;
        return send({});
      },
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {};
    const arn = answer.AssumedRoleUser?.Arn;
    if (AccessKeyId && SecretAccessKey && SessionToken && Expiration && arn)
      return {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        sessionToken: SessionToken,
        expiration: Expiration,
        arn,
      };
  } catch (error) {
    const own = /^AccessDenied/.test(awsErrorName(error)) ? await ownSession(RoleArn, sts) : undefined;
    if (own) return own;
    throw new ProblemError(awsProblem(error, { action: 'sts:AssumeRole', resource: RoleArn }));
  }
  return throwProblem(notAws('it has no credentials', `sts:AssumeRole, ${RoleArn}`));
}

/**
 * The session of a caller who has the role already, as a pipeline that signs in with a token of its own does: a role may
 * assume itself only where its trust policy names it. Undefined for any other caller.
 * Source: IAM User Guide, "IAM roles", "Role trust policy"; STS API Reference, GetCallerIdentity (needs no permission).
 */
async function ownSession(roleArn: string, sts: () => Promise<STSClient>): Promise<Session | undefined> {
  const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
  const client = await sts();
  const { Arn: arn } = await client
    .send(new GetCallerIdentityCommand({}))
    .catch((): { readonly Arn?: string } => ({}));
  const [, account, name] = /^arn:[^:]+:sts::([0-9]{12}):assumed-role\/([^/]+)\//.exec(arn ?? '') ?? [];
  const isOwn = account === roleArn.split(':')[4] && name === roleArn.slice(roleArn.lastIndexOf('/') + 1);
  if (arn === undefined || !isOwn) return undefined;
  const { accessKeyId, secretAccessKey, sessionToken = '', expiration } = await client.config.credentials();
  return { accessKeyId, secretAccessKey, sessionToken, expiration: expiration ?? inAnHour(), arn };
}

const inAnHour = () => new Date(Date.now() + 3_600_000);
