import { operation, type Operations } from '../protocol/operation';
import { optional, structure } from '../protocol/readers';
import * as member from './members';
import { assumeRole, sessionAnswer } from './sessions';
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
    }),
    (input, call) =>
      sessionAnswer(assumeRole(call, input.RoleArn, input.RoleSessionName, input.DurationSeconds)),
  ),

  AssumeRoleWithWebIdentity: operation(
    structure({
      RoleArn: member.roleArn,
      RoleSessionName: member.roleSessionName,
      DurationSeconds: optional(member.durationSeconds),
      WebIdentityToken: member.webIdentityToken,
    }),
    (input, call) => {
      const identity = readWebIdentity(input.WebIdentityToken, call.now);
      const session = assumeRole(call, input.RoleArn, input.RoleSessionName, input.DurationSeconds);
      return {
        ...sessionAnswer(session),
        SubjectFromWebIdentityToken: identity.subject,
        Audience: identity.audience,
        Provider: identity.provider,
      };
    },
  ),
};
