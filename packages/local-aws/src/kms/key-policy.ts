import { unknownPrincipal } from '../iam/known-principals';
import { parsePolicyText } from '../iam/parse-policy';
import { type Call, operation, type Operations } from '../operation/operation';
import { flag, integer, optional, structure, text } from '../protocol/readers';
import { AwsError } from '../protocol/aws-error';
import { customerKeyById, keyById } from './key-reference';
import { keyId, marker } from './members';
import { bypassKey, assertNoLockout } from './permission';

const maximumBytes = 32_768;

/**
 * Condition keys that tell keys apart: a key policy is about one key, and KMS takes them in IAM policies only.
 * https://docs.aws.amazon.com/kms/latest/developerguide/tag-authorization.html
 */
const aboutManyKeys = /^(?:aws:ResourceTag\/|kms:ResourceTag\/|kms:ResourceAliases$)/i;

/** The policy of a key that was created without one: the account's administrators decide by IAM policies. */
export function defaultKeyPolicy(account: string, partition: string): string {
  return JSON.stringify(
    {
      Version: '2012-10-17',
      Id: 'key-default-1',
      Statement: [
        {
          Sid: 'Enable IAM User Permissions',
          Effect: 'Allow',
          Principal: { AWS: `arn:${partition}:iam::${account}:root` },
          Action: 'kms:*',
          Resource: '*',
        },
      ],
    },
    null,
    2,
  );
}

/**
 * The policy, if it may be a key's.
 * @throws AwsError MalformedPolicyDocumentException or LimitExceededException
 */
export function checkKeyPolicy(call: Call, policy: string): string {
  if (Buffer.byteLength(policy) > maximumBytes) {
    throw new AwsError('LimitExceededException', `The key policy is longer than ${maximumBytes} bytes`);
  }
  const parsed = parsePolicyText(policy, 'resource');
  if (parsed.kind === 'malformed') {
    const { place, what } = parsed.problem;
    throw malformed(`The policy is not valid: ${place} ${what}`);
  }
  const keys = parsed.policy.statements.flatMap(({ conditions }) => conditions.map(({ key }) => key));
  const misplaced = keys.filter((key) => aboutManyKeys.test(key));
  if (misplaced.length > 0) {
    throw malformed(`These condition keys are not permitted in a key policy: ${misplaced.join(', ')}`);
  }
  if (call.directory !== undefined && unknownPrincipal(call.directory, parsed.policy) !== undefined) {
    throw malformed('Policy contains a statement with one or more invalid principals.');
  }
  return policy;
}

const policyName = optional(text({ min: 1, max: 128, pattern: /^[\w]+$/ }));

export const keyPolicyOperations: Operations = {
  GetKeyPolicy: operation(structure({ KeyId: keyId, PolicyName: policyName }), (input, call) => {
    const key = keyById(call, input.KeyId);
    defaultName(input.PolicyName);
    return { Policy: key.policy, PolicyName: 'default' };
  }),

  PutKeyPolicy: operation(
    structure({
      KeyId: keyId,
      PolicyName: policyName,
      Policy: text({ min: 1, max: 131_072 }),
      BypassPolicyLockoutSafetyCheck: optional(flag),
    }),
    (input, call) => {
      const bypass = input.BypassPolicyLockoutSafetyCheck;
      const key = customerKeyById(call, input.KeyId, { context: bypassKey(bypass) });
      defaultName(input.PolicyName);
      const policy = checkKeyPolicy(call, input.Policy);
      assertNoLockout(call, key, policy, bypass);
      call.store.keys.put(key.id, { ...key, policy });
      return {};
    },
  ),

  ListKeyPolicies: operation(
    structure({ KeyId: keyId, Limit: optional(integer({ min: 1, max: 1000 })), Marker: marker }),
    (input, call) => {
      keyById(call, input.KeyId);
      return { PolicyNames: ['default'], Truncated: false };
    },
  ),
};

function defaultName(name: string | undefined): void {
  if (name !== undefined && name !== 'default')
    throw new AwsError('NotFoundException', 'No such policy exists');
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicyDocumentException', message);
}
