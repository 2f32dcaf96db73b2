import { operation, type Operations } from '../protocol/operation';
import { optional, structure } from '../protocol/readers';
import * as member from './members';
import { newSession, sessionAnswer } from './sessions';
import { checkTrust, checkWebTrust } from './trust';
import { readWebIdentity } from './web-identity';

/** Every STS operation that local-aws has. */
export const stsOperations: Operations = {
  GetCallerIdentity: operation(structure({}), (_input, { caller }) => ({
    UserId: caller.userId,
    Account: caller.account,
    Arn: caller.arn,
  })),

  AssumeRole: operation(
    structure({
      RoleArn: member.roleArn,
      RoleSessionName: member.roleSessionName,
      DurationSeconds: optional(member.durationSeconds),
      Policy: optional(member.sessionPolicy),
      ExternalId: optional(member.externalId),
    }),
    (input, call) => {
      checkTrust(call, input, [['sts:ExternalId', input.ExternalId]]);
      return sessionAnswer(newSession(call, input));
    },
  ),

  AssumeRoleWithWebIdentity: operation(
    structure({
      RoleArn: member.roleArn,
      RoleSessionName: member.roleSessionName,
      DurationSeconds: optional(member.durationSeconds),
      Policy: optional(member.sessionPolicy),
      WebIdentityToken: member.webIdentityToken,
    }),
    (input, call) => {
      const identity = readWebIdentity(input.WebIdentityToken, call.now);
      checkWebTrust(call, input, identity);
      return {
        ...sessionAnswer(newSession(call, input)),
        SubjectFromWebIdentityToken: identity.subject,
        Audience: identity.audience,
        Provider: identity.provider,
      };
    },
  ),
};
