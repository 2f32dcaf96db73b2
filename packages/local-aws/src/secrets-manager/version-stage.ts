import { AwsError } from '../protocol/aws-error';
import type { Operations } from '../operation/operation';
import { structure } from '../protocol/readers';
import type { Secret } from '../store/model';
import { writableSecretById } from './find';
import { secretOperation } from './permission';
import { saveSecret } from './store';
import { CURRENT, holder, moveLabels, removeLabel } from './labels';
import { secretId, versionId, versionStage } from './members';
import { versionById } from './versions';

interface Move {
  readonly stage: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

export const versionStageOperations: Operations = {
  UpdateSecretVersionStage: secretOperation(
    structure({
      SecretId: secretId,
      VersionStage: versionStage,
      RemoveFromVersionId: versionId,
      MoveToVersionId: versionId,
    }),
    (input, call) => {
      const secret = writableSecretById(call, input.SecretId);
      const move = { stage: input.VersionStage, from: input.RemoveFromVersionId, to: input.MoveToVersionId };
      checkMove(secret, move);
      const versions =
        move.to === undefined
          ? removeLabel(secret.versions, move.stage)
          : moveLabels(secret.versions, [move.stage], move.to);
      saveSecret(call, { ...secret, versions, changedAt: call.now });
      return { ARN: secret.arn, Name: secret.name };
    },
    (input) => [['secretsmanager:VersionStage', input.VersionStage]],
  ),
};

/**
 * RemoveFromVersionId is a compare-and-swap: it must name the version that has the label now.
 * @throws AwsError InvalidParameterException, ResourceNotFoundException
 */
function checkMove(secret: Secret, { stage, from, to }: Move): void {
  for (const id of [from, to]) {
    if (id !== undefined && versionById(secret, id) === undefined) {
      throw new AwsError(
        'ResourceNotFoundException',
        `Secrets Manager can't find the specified secret version: ${id}.`,
      );
    }
  }
  const holds = holder(secret.versions, stage)?.id;
  if (from === undefined && to === undefined) {
    throw invalid('You must specify RemoveFromVersionId, MoveToVersionId or both.');
  }
  if (to === undefined && stage === CURRENT) {
    throw invalid(
      `You can only move staging label ${CURRENT} to a different secret version. It can't be completely removed.`,
    );
  }
  if (from === undefined && holds !== undefined && holds !== to) {
    throw invalid(`The parameter RemoveFromVersionId can't be empty. ${mustName(stage, holds)}`);
  }
  if (from !== undefined && holds !== from) {
    const where =
      holds === undefined ? `Staging label ${stage} isn't attached to it.` : mustName(stage, holds);
    throw invalid(`The parameter RemoveFromVersionId is not valid. ${where}`);
  }
}

function mustName(stage: string, holds: string): string {
  return (
    `Staging label ${stage} is currently attached to version ${holds}, ` +
    'so you must explicitly reference that version in RemoveFromVersionId.'
  );
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
