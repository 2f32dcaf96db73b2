import { AwsError } from '../protocol/aws-error';
import { type Call, DAY, type Operations, seconds } from '../operation/operation';
import { flag, integer, optional, structure } from '../protocol/readers';
import { lookUp, secretById } from './find';
import { secretId } from './members';
import { newSecretArn, parseSecretId, withoutSuffix } from './names';
import { secretOperation } from './permission';
import { assertNotReplica } from './replicas';
import { saveSecret } from './store';

const shortestWindow = 7;
const longestWindow = 30;

export const secretDeletionOperations: Operations = {
  DeleteSecret: secretOperation(
    structure({
      SecretId: secretId,
      RecoveryWindowInDays: optional(integer()),
      ForceDeleteWithoutRecovery: optional(flag),
    }),
    (input, call) => {
      const force = input.ForceDeleteWithoutRecovery ?? false;
      const days = recoveryWindow(input.RecoveryWindowInDays, force);
      return force ? deleteNow(call, input.SecretId) : scheduleDeletion(call, input.SecretId, days);
    },
    (input) => [
      ['secretsmanager:RecoveryWindowInDays', input.RecoveryWindowInDays?.toString()],
      ['secretsmanager:ForceDeleteWithoutRecovery', String(input.ForceDeleteWithoutRecovery ?? false)],
    ],
  ),

  RestoreSecret: secretOperation(structure({ SecretId: secretId }), (input, call) => {
    const secret = secretById(call, input.SecretId);
    assertNotReplica(call, secret);
    saveSecret(call, { ...secret, deletionAt: undefined, deletedAt: undefined });
    return { ARN: secret.arn, Name: secret.name };
  }),
};

function recoveryWindow(days: number | undefined, force: boolean): number {
  if (days === undefined) return longestWindow;
  if (force) {
    throw new AwsError(
      'InvalidParameterException',
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    );
  }
  if (days < shortestWindow || days > longestWindow) {
    throw new AwsError(
      'InvalidParameterException',
      'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
    );
  }
  return days;
}

function scheduleDeletion(call: Call, id: string, days: number): object {
  const secret = secretById(call, id);
  assertNotReplica(call, secret);
  if (secret.deletionAt !== undefined) {
    throw new AwsError(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was already scheduled for deletion.",
    );
  }
  assertNotReplicated(secret.arn, secret.replicas);
  const deletionAt = call.now + days * DAY;
  saveSecret(call, { ...secret, deletionAt, deletedAt: call.now });
  return { ARN: secret.arn, Name: secret.name, DeletionDate: seconds(deletionAt) };
}

/** Deletes at once; a secret that does not exist, or is scheduled for deletion, is not an error. */
function deleteNow(call: Call, id: string): object {
  const secret = lookUp(call, id);
  if (secret === undefined) {
    const reference = parseSecretId(id);
    const { arn, name } =
      reference.kind === 'arn'
        ? { arn: id, name: withoutSuffix(reference.tail) ?? reference.tail }
        : { arn: newSecretArn(call.store, reference.name), name: reference.name };
    return { ARN: arn, Name: name, DeletionDate: seconds(call.now) };
  }
  assertNotReplica(call, secret);
  assertNotReplicated(secret.arn, secret.replicas);
  call.store.secrets.remove(secret.name);
  return { ARN: secret.arn, Name: secret.name, DeletionDate: seconds(call.now) };
}

function assertNotReplicated(arn: string, replicas: readonly { readonly region: string }[]): void {
  if (replicas.length === 0) return;
  const regions = replicas.map(({ region }) => region).join(', ');
  throw new AwsError(
    'InvalidParameterException',
    `You can't delete secret ${arn} that still has replica regions [${regions}].`,
  );
}
