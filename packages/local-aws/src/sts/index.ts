import { assertNotGiven } from '../protocol/unsupported';
import { type Call, operation, type Operations } from '../operation/operation';
import { optional, structure } from '../protocol/readers';
import * as member from './members';
import { sessionAttributes } from './session-attributes';
import { newSession, sessionAnswer } from './sessions';
import { authorizeRole, authorizeRoleByToken } from './trust';
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
      PolicyArns: optional(member.policyArns),
      ExternalId: optional(member.externalId),
      SourceIdentity: optional(member.sourceIdentity),
      Tags: optional(member.tags),
      TransitiveTagKeys: optional(member.transitiveTagKeys),
      SerialNumber: optional(member.serialNumber),
      TokenCode: optional(member.tokenCode),
      ProvidedContexts: optional(member.providedContexts),
      MinimumSessionTokenSize: optional(member.minimumSessionTokenSize),
    }),
    (input, call) => {
      assertEvaluated(call, {
        PolicyArns: [input.PolicyArns, noManagedPolicies],
        SerialNumber: [input.SerialNumber, noMfaDevices],
        TokenCode: [input.TokenCode, noMfaDevices],
        ProvidedContexts: [input.ProvidedContexts, 'it knows no context provider'],
      });
      const requested = {
        sourceIdentity: input.SourceIdentity,
        tags: (input.Tags ?? []).map(({ Key, Value }) => ({ key: Key, value: Value })),
        transitiveTagKeys: input.TransitiveTagKeys ?? [],
      };
      const attributes = sessionAttributes(requested, call.caller.session);
      authorizeRole(call, input, {
        requested,
        attributes,
        context: [['sts:ExternalId', input.ExternalId]],
      });
      return sessionAnswer(newSession(call, input, { ...attributes, federatedProvider: undefined }));
    },
  ),

  AssumeRoleWithWebIdentity: operation(
    structure({
      RoleArn: member.roleArn,
      RoleSessionName: member.roleSessionName,
      DurationSeconds: optional(member.durationSeconds),
      Policy: optional(member.sessionPolicy),
      PolicyArns: optional(member.policyArns),
      WebIdentityToken: member.webIdentityToken,
      ProviderId: optional(member.providerId),
      MinimumSessionTokenSize: optional(member.minimumSessionTokenSize),
    }),
    (input, call) => {
      assertEvaluated(call, {
        PolicyArns: [input.PolicyArns, noManagedPolicies],
        ProviderId: [
          input.ProviderId,
          'it is for OAuth 2.0 access tokens, and only OpenID Connect tokens are read',
        ],
      });
      const identity = readWebIdentity(input.WebIdentityToken, call.now);
      const attributes = sessionAttributes(identity.requested, undefined);
      const federatedProvider = authorizeRoleByToken(call, input, identity, attributes);
      return {
        ...sessionAnswer(newSession(call, input, { ...attributes, federatedProvider })),
        SubjectFromWebIdentityToken: identity.subject,
        Audience: identity.audience,
        Provider: identity.provider,
      };
    },
  ),
};

const noManagedPolicies = 'it has no managed policies. Pass the policy itself as Policy';
const noMfaDevices = 'it has no MFA devices';

/** Refuses, where policies are evaluated, the members that would decide about access and are not evaluated. */
function assertEvaluated(
  call: Call,
  members: Readonly<Record<string, readonly [value: unknown, reason: string]>>,
): void {
  if (call.directory !== undefined) assertNotGiven(members);
}
