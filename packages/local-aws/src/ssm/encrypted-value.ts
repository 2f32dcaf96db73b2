import { awsManagedKey } from '../kms/aws-managed-keys';
import type { EncryptionContext } from '../kms/cipher';
import { decryptUnderDataKey, encryptUnderDataKey } from '../kms/data-key-cipher';
import { decryptForService, encryptForService, generateDataKey } from '../kms/envelope';
import { findKey } from '../kms/key-reference';
import type { Call } from '../operation/operation';
import { AwsError } from '../protocol/aws-error';
import type { KmsKey, Parameter, ParameterVersion } from '../store/model';

export const managedAlias = 'alias/aws/ssm';

/** The value of a SecureString at rest. */
type EncryptedValue = Pick<ParameterVersion, 'value' | 'dataKey'>;

/**
 * Encrypts a value: KMS itself where the parameter is a standard one, under a data key where it is an advanced one.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html
 * @throws AwsError InvalidKeyId, AccessDeniedException
 */
export function encryptValue(
  call: Call,
  { arn, tier }: Pick<Parameter, 'arn' | 'tier'>,
  keyId: string,
  value: string,
): EncryptedValue {
  return withKms(() => {
    const key = valueKey(call, keyId);
    const bytes = Buffer.from(value, 'utf8');
    if (tier === 'Standard') {
      return { value: base64(encryptForService(call, key, context(arn), bytes)), dataKey: undefined };
    }
    const { plaintext, ciphertext } = generateDataKey(call, key, context(arn));
    return { value: base64(encryptUnderDataKey(plaintext, bytes)), dataKey: base64(ciphertext) };
  });
}

/** Decrypts a SecureString. Throws AwsError InvalidKeyId where its key is disabled or gone, AccessDeniedException. */
export function decryptValue(call: Call, arn: string, { value, dataKey }: EncryptedValue): string {
  return withKms(() => {
    const encrypted = Buffer.from(value, 'base64');
    if (dataKey === undefined) return decryptForService(call, encrypted, context(arn)).toString('utf8');
    const plaintext = decryptForService(call, Buffer.from(dataKey, 'base64'), context(arn));
    return decryptUnderDataKey(plaintext, encrypted).toString('utf8');
  });
}

function valueKey(call: Call, keyId: string): KmsKey {
  return keyId === managedAlias ? awsManagedKey(call.store, 'ssm', call.now) : findKey(call, keyId);
}

/** The encryption context that Parameter Store gives KMS. */
function context(arn: string): EncryptionContext {
  return [['PARAMETER_ARN', arn]];
}

function withKms<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof AwsError) || error.code === 'AccessDeniedException') throw error;
    throw new AwsError('InvalidKeyId', `${error.message} (Service: AWSKMS; Error Code: ${error.code})`);
  }
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64');
}
