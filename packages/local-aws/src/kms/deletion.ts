import { AwsError } from '../protocol/aws-error';
import { DAY, operation, type Operations, seconds } from '../operation/operation';
import { integer, optional, structure } from '../protocol/readers';
import { customerKeyById, isPendingDeletion, notPendingDeletion } from './key-reference';
import { keyId } from './members';
import { replicasOf } from './multi-region';

export const keyDeletionOperations: Operations = {
  ScheduleKeyDeletion: operation(
    structure({ KeyId: keyId, PendingWindowInDays: optional(integer({ min: 7, max: 30 })) }),
    (input, call) => {
      const days = input.PendingWindowInDays ?? 30;
      const context = [['kms:ScheduleKeyDeletionPendingWindowInDays', String(days)]] as const;
      const key = notPendingDeletion(customerKeyById(call, input.KeyId, { context }));
      if (replicasOf(call, key).length > 0) {
        const state = 'PendingReplicaDeletion';
        call.store.keys.put(key.id, { ...key, state, deletionWindowInDays: days });
        return { KeyId: key.arn, KeyState: state, PendingWindowInDays: days };
      }
      const deletionAt = call.now + days * DAY;
      call.store.keys.put(key.id, { ...key, state: 'PendingDeletion', deletionAt });
      return {
        KeyId: key.arn,
        DeletionDate: seconds(deletionAt),
        KeyState: 'PendingDeletion',
        PendingWindowInDays: days,
      };
    },
  ),

  CancelKeyDeletion: operation(structure({ KeyId: keyId }), (input, call) => {
    const key = customerKeyById(call, input.KeyId);
    if (!isPendingDeletion(key)) {
      throw new AwsError('KMSInvalidStateException', `${key.arn} is not pending deletion.`);
    }
    call.store.keys.put(key.id, {
      ...key,
      state: 'Disabled',
      deletionAt: undefined,
      deletionWindowInDays: undefined,
    });
    return { KeyId: key.arn };
  }),
};
