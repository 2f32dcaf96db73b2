import { randomUUID } from 'node:crypto';
import { AwsError } from '../protocol/aws-error';
import type { Operations } from '../operation/operation';
import { flag, integer, optional, structure, text } from '../protocol/readers';
import { unsupported } from '../protocol/unsupported';
import type { RotationRules } from '../store/model';
import { writableSecretById } from './find';
import { holder } from './labels';
import { clientRequestToken, secretId } from './members';
import { versionToken } from './names';
import { secretOperation } from './permission';
import { saveSecret } from './store';

const rotationRules = structure({
  AutomaticallyAfterDays: optional(integer({ min: 1, max: 1000 })),
  Duration: optional(text({ min: 2, max: 3, pattern: /^[0-9]+h$/ })),
  ScheduleExpression: optional(text({ min: 1, max: 256, pattern: /^[0-9A-Za-z()#?*\-/, ]+$/ })),
});

const noExternalSecrets = 'it has no managed external secrets';

/** The settings of rotation: local-aws runs no Lambda function that could make a new value. */
export const secretRotationOperations: Operations = {
  RotateSecret: secretOperation(
    structure({
      SecretId: secretId,
      ClientRequestToken: clientRequestToken,
      RotationLambdaARN: optional(text({ max: 2048 })),
      RotationRules: optional(rotationRules),
      RotateImmediately: optional(flag),
      ExternalSecretRotationMetadata: unsupported(noExternalSecrets),
      ExternalSecretRotationRoleArn: unsupported(noExternalSecrets),
    }),
    (input, call) => {
      const token = versionToken(input.ClientRequestToken, randomUUID);
      const secret = writableSecretById(call, input.SecretId);
      const lambdaArn = input.RotationLambdaARN ?? secret.rotation?.lambdaArn;
      if (lambdaArn === undefined || lambdaArn === '') {
        throw new AwsError(
          'InvalidRequestException',
          'No Lambda rotation function ARN is associated with this secret.',
        );
      }
      const rules = input.RotationRules === undefined ? secret.rotation?.rules : read(input.RotationRules);
      const lastRotatedAt = secret.rotation?.lastRotatedAt;
      saveSecret(call, { ...secret, rotation: { enabled: true, lambdaArn, rules, lastRotatedAt } });
      return { ARN: secret.arn, Name: secret.name, VersionId: token };
    },
    (input) => [
      ['secretsmanager:RotationLambdaARN', input.RotationLambdaARN],
      ['secretsmanager:ModifyRotationRules', String(input.RotationRules !== undefined)],
      ['secretsmanager:RotateImmediately', String(input.RotateImmediately ?? true)],
    ],
  ),

  CancelRotateSecret: secretOperation(structure({ SecretId: secretId }), (input, call) => {
    const secret = writableSecretById(call, input.SecretId);
    if (secret.rotation !== undefined) {
      saveSecret(call, { ...secret, rotation: { ...secret.rotation, enabled: false } });
    }
    return { ARN: secret.arn, Name: secret.name, VersionId: holder(secret.versions, 'AWSPENDING')?.id };
  }),
};

function read(input: ReturnType<typeof rotationRules>): RotationRules {
  if (input.AutomaticallyAfterDays !== undefined && input.ScheduleExpression !== undefined) {
    throw new AwsError(
      'InvalidParameterException',
      'You can specify either AutomaticallyAfterDays or ScheduleExpression, but not both.',
    );
  }
  return {
    automaticallyAfterDays: input.AutomaticallyAfterDays,
    duration: input.Duration,
    scheduleExpression: input.ScheduleExpression,
  };
}
