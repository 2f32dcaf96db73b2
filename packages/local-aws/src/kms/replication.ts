import { AwsError, validationError } from '../protocol/aws-error';
import { type Call, operation, type Operations } from '../operation/operation';
import { flag, optional, structure, text } from '../protocol/readers';
import { partitionOf, regionalArn } from '../arn';
import type { KmsKey } from '../store/model';
import { keysOfId } from './expiry';
import { checkKeyPolicy, defaultKeyPolicy } from './key-policy';
import { keyMetadata } from './key-record';
import { customerKeyById, usable } from './key-reference';
import { keyId, tags } from './members';
import { putWhereItIs, assertNotReplica, regionOf } from './multi-region';
import { authorizeCreation, authorizeKey, type KeyUse } from './permission';
import { changedTags } from './tags';

const region = text({ min: 1, max: 32, pattern: /^([a-z]+-){2,3}\d+$/ });

export const replicationOperations: Operations = {
  ReplicateKey: operation(
    structure({
      KeyId: keyId,
      ReplicaRegion: region,
      Policy: optional(text({ min: 1, max: 131_072 })),
      BypassPolicyLockoutSafetyCheck: optional(flag),
      Description: optional(text({ max: 8192 })),
      Tags: optional(tags),
    }),
    (input, call) => {
      const context = [['kms:ReplicaRegion', input.ReplicaRegion]] as const;
      const primary = primaryKey(call, input.KeyId, { context });
      const there = { ...call, store: replicaRegion(call, input.ReplicaRegion) };
      if (keysOfId(call, primary.id).some((key) => regionOf(key) === input.ReplicaRegion)) {
        throw new AwsError(
          'AlreadyExistsException',
          `${primary.arn} exists in ${input.ReplicaRegion} already.`,
        );
      }
      const replica: KmsKey = {
        ...primary,
        arn: regionalArn('kms', there.store, `key/${primary.id}`),
        primaryRegion: call.store.region,
        createdAt: call.now,
        description: input.Description ?? '',
        policy:
          input.Policy === undefined
            ? defaultKeyPolicy(call.store.account, partitionOf(input.ReplicaRegion))
            : checkKeyPolicy(call, input.Policy),
        tags: changedTags([], input.Tags ?? []),
      };
      authorizeCreation(there, replica, {
        tags: input.Tags,
        policy: input.Policy,
        bypass: input.BypassPolicyLockoutSafetyCheck,
      });
      putWhereItIs(call, replica);
      return {
        // As the answer has it; in AWS, too, the key is enabled soon after.
        ReplicaKeyMetadata: { ...keyMetadata(there, replica), KeyState: 'Creating', Enabled: false },
        ReplicaPolicy: replica.policy,
        ReplicaTags: replica.tags.map(({ key, value }) => ({ TagKey: key, TagValue: value })),
      };
    },
  ),

  UpdatePrimaryRegion: operation(structure({ KeyId: keyId, PrimaryRegion: region }), (input, call) => {
    const context = [['kms:PrimaryRegion', input.PrimaryRegion]] as const;
    const primary = primaryKey(call, input.KeyId, { context });
    replicaRegion(call, input.PrimaryRegion);
    const related = keysOfId(call, primary.id);
    const next = related.find((key) => regionOf(key) === input.PrimaryRegion);
    if (next === undefined) {
      throw new AwsError('NotFoundException', `${primary.arn} has no replica in ${input.PrimaryRegion}.`);
    }
    authorizeKey({ ...call, store: call.accounts.region(call.store.account, input.PrimaryRegion) }, next, {
      context,
    });
    usable(next);
    for (const key of related) {
      putWhereItIs(call, { ...key, primaryRegion: key === next ? undefined : input.PrimaryRegion });
    }
    return {};
  }),
};

/** A usable primary key of several regions. Throws AwsError. */
function primaryKey(call: Call, reference: string, use: KeyUse): KmsKey {
  const key = assertNotReplica(usable(customerKeyById(call, reference, use)));
  if (key.multiRegion) return key;
  throw new AwsError('UnsupportedOperationException', `${key.arn} is not a multi-Region key.`);
}

/** The store of a region that a key may be replicated to: another one of the same partition. Throws AwsError. */
function replicaRegion(call: Call, region: string) {
  if (region === call.store.region || partitionOf(region) !== partitionOf(call.store.region)) {
    throw validationError(`${region} is not another region of the same partition.`);
  }
  return call.accounts.region(call.store.account, region);
}
