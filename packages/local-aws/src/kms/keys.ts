import { authorizeAny } from '../operation/authorize';
import { AwsError } from '../protocol/aws-error';
import { operation, type Operations } from '../operation/operation';
import { flag, oneOf, optional, structure, text } from '../protocol/readers';
import { unsupported } from '../protocol/unsupported';
import { awsManagedKey, managingService } from './aws-managed-keys';
import { expire } from './expiry';
import { checkKeyPolicy } from './key-policy';
import { keyMetadata, newKey } from './key-record';
import { atOwner, customerKeyById, keyByReference, notPendingDeletion } from './key-reference';
import { grantTokens, keyId, limit, marker, tags } from './members';
import { kmsPage } from './paging';
import { authorizeCreation } from './permission';
import { changedTags } from './tags';

const noKeyStores = 'it has no custom key stores';

export const keyOperations: Operations = {
  CreateKey: operation(
    structure({
      Policy: optional(text({ min: 1, max: 131_072 })),
      Description: optional(text({ max: 8192 })),
      KeyUsage: optional(oneOf('SIGN_VERIFY', 'ENCRYPT_DECRYPT', 'GENERATE_VERIFY_MAC', 'KEY_AGREEMENT')),
      KeySpec: optional(text()),
      CustomerMasterKeySpec: optional(text()),
      Origin: optional(oneOf('AWS_KMS', 'EXTERNAL', 'AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE')),
      BypassPolicyLockoutSafetyCheck: optional(flag),
      Tags: optional(tags),
      MultiRegion: optional(flag),
      CustomKeyStoreId: unsupported(noKeyStores),
      XksKeyId: unsupported(noKeyStores),
    }),
    (input, call) => {
      const spec = input.KeySpec ?? input.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT';
      const usage = input.KeyUsage ?? 'ENCRYPT_DECRYPT';
      const origin = input.Origin ?? 'AWS_KMS';
      if (spec !== 'SYMMETRIC_DEFAULT' || usage !== 'ENCRYPT_DECRYPT' || origin !== 'AWS_KMS') {
        throw new AwsError(
          'UnsupportedOperationException',
          'local-aws has symmetric encryption keys with material of its own (SYMMETRIC_DEFAULT) and no others.',
        );
      }
      const key = newKey(call.store, call.now, {
        description: input.Description ?? '',
        multiRegion: input.MultiRegion ?? false,
        tags: changedTags([], input.Tags ?? []),
        ...(input.Policy === undefined ? {} : { policy: checkKeyPolicy(call, input.Policy) }),
      });
      authorizeCreation(call, key, {
        tags: input.Tags,
        policy: input.Policy,
        bypass: input.BypassPolicyLockoutSafetyCheck,
      });
      call.store.keys.put(key.id, key);
      return { KeyMetadata: keyMetadata(call, key) };
    },
  ),

  DescribeKey: operation(structure({ KeyId: keyId, GrantTokens: grantTokens }), (input, call) => {
    // Describing a service's alias is what makes its key, if nothing has yet.
    const service = managingService(input.KeyId);
    if (service !== undefined) awsManagedKey(call.store, service, call.now);
    const key = keyByReference(call, input.KeyId);
    return { KeyMetadata: keyMetadata(atOwner(call, key), key) };
  }),

  ListKeys: operation(structure({ Limit: limit, Marker: marker }), (input, call) => {
    authorizeAny(call);
    const keys = call.store.keys.all().filter((key) => expire(call, key) !== undefined);
    const { items, rest } = kmsPage(keys, input.Limit ?? 100, input.Marker, (key) => key.id);
    return { Keys: items.map((key) => ({ KeyId: key.id, KeyArn: key.arn })), ...rest };
  }),

  EnableKey: operation(structure({ KeyId: keyId }), (input, call) => {
    const key = notPendingDeletion(customerKeyById(call, input.KeyId));
    call.store.keys.put(key.id, { ...key, state: 'Enabled' });
    return {};
  }),

  DisableKey: operation(structure({ KeyId: keyId }), (input, call) => {
    const key = notPendingDeletion(customerKeyById(call, input.KeyId));
    call.store.keys.put(key.id, { ...key, state: 'Disabled' });
    return {};
  }),

  UpdateKeyDescription: operation(
    structure({ KeyId: keyId, Description: text({ max: 8192 }) }),
    (input, call) => {
      const key = notPendingDeletion(customerKeyById(call, input.KeyId));
      call.store.keys.put(key.id, { ...key, description: input.Description });
      return {};
    },
  ),
};
