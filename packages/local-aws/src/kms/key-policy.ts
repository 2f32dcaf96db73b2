import { operation, type Operations } from '../protocol/operation';
import { flag, integer, optional, structure, text } from '../protocol/readers';
import { AwsError } from '../protocol/aws-error';
import { customerKeyById, keyById } from './key-reference';
import { keyId, marker } from './members';
import { bypassKey, refuseLockout } from './permission';

const maximumBytes = 32_768;

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
 * Checks the form of a key policy: a JSON object with statements, each with effect, action, resource and principal.
 * @throws AwsError MalformedPolicyDocumentException or LimitExceededException
 */
export function checkKeyPolicy(policy: string): string {
  if (Buffer.byteLength(policy) > maximumBytes) {
    throw new AwsError('LimitExceededException', `The key policy is longer than ${maximumBytes} bytes`);
  }
  let document: unknown;
  try {
    document = JSON.parse(policy);
  } catch {
    throw malformed('The policy is not valid JSON');
  }
  if (!isObject(document)) throw malformed('The policy is not a JSON object');
  const statements = Array.isArray(document['Statement']) ? document['Statement'] : [document['Statement']];
  for (const statement of statements as unknown[]) {
    if (!isObject(statement)) throw malformed('The policy has no statement');
    if (statement['Effect'] !== 'Allow' && statement['Effect'] !== 'Deny') {
      throw malformed('Effect must be Allow or Deny');
    }
    for (const element of ['Principal', 'Action', 'Resource']) {
      if (statement[element] === undefined && statement[`Not${element}`] === undefined) {
        throw malformed(`A statement of a key policy must have ${element}`);
      }
    }
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
      const policy = checkKeyPolicy(input.Policy);
      refuseLockout(call, key, policy, bypass);
      call.world.keys.put(key.id, { ...key, policy });
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
