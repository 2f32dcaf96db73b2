import { AwsError } from '../protocol/aws-error';
import { blob, list, optional, structure, text } from '../protocol/readers';
import { unsupported } from '../protocol/unsupported';
import type { PlainValue } from './encrypted-value';

const maximumValueBytes = 65_536;

/** Members that several Secrets Manager operations take, with the limits of AWS's model. */
export const secretId = text({ min: 1, max: 2048 });
export const versionId = optional(text({ min: 32, max: 64 }));
export const clientRequestToken = optional(text());
export const description = optional(text({ max: 2048 }));
export const kmsKeyId = optional(text({ max: 2048 }));
export const secretString = optional(text({ min: 1, max: maximumValueBytes, sensitive: true }));
export const secretBinary = optional(blob({ min: 1, max: maximumValueBytes }));
export const versionStage = text({ min: 1, max: 256 });
export const nextToken = optional(text({ min: 1, max: 4096 }));
export const region = text({ min: 1, max: 128, pattern: /^([a-z]+-)+\d+$/ });
export const addReplicaRegions = list(structure({ Region: region, KmsKeyId: kmsKeyId }), { min: 1 });
/** A managed external secret belongs to a partner's service. */
export const secretType = unsupported('it has no managed external secrets');
export const tags = list(structure({ Key: text({ min: 1, max: 128 }), Value: text({ max: 256 }) }));

/**
 * The value in a request, if it has one.
 * @throws AwsError InvalidParameterException for two values, ValidationException for one too long in UTF-8
 */
export function requestValue(input: {
  readonly SecretString: string | undefined;
  readonly SecretBinary: Buffer | undefined;
}): PlainValue | undefined {
  const { SecretString: string, SecretBinary: binary } = input;
  if (string !== undefined && binary !== undefined) {
    throw new AwsError(
      'InvalidParameterException',
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  if (binary !== undefined) return { kind: 'binary', bytes: binary };
  if (string === undefined) return undefined;
  const bytes = Buffer.from(string, 'utf8');
  if (bytes.length > maximumValueBytes) {
    throw new AwsError(
      'ValidationException',
      "1 validation error detected: Value at 'secretString' failed to satisfy constraint: " +
        `Member must have length less than or equal to ${maximumValueBytes}`,
    );
  }
  return { kind: 'string', bytes };
}
