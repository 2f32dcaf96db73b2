import { awsManagedKey } from '../kms/aws-managed-keys';
import type { EncryptionContext } from '../kms/cipher';
import { decryptUnderDataKey, encryptUnderDataKey } from '../kms/data-key-cipher';
import { decryptForService, generateDataKey, mayEncrypt } from '../kms/envelope';
import { findKey } from '../kms/key-reference';
import { AwsError } from '../protocol/aws-error';
import type { Call } from '../operation/operation';
import type { KmsKey, EncryptedValue } from '../store/model';

/** An unencrypted secret value. */
export interface PlainValue {
  readonly kind: 'string' | 'binary';
  readonly bytes: Buffer;
}

/** Which version of which secret a value belongs to: the encryption context that Secrets Manager gives KMS. */
export interface ValueOwner {
  readonly secretArn: string;
  readonly versionId: string;
}

const managedAlias = 'alias/aws/secretsmanager';

/**
 * The KMS key for a secret's values: the one named, or the account's own for Secrets Manager.
 * @throws AwsError InvalidParameterException where the key does not exist
 */
export function valueKey(call: Call, kmsKeyId: string | undefined): KmsKey {
  if (kmsKeyId === undefined || kmsKeyId === managedAlias) {
    return awsManagedKey(call.store, 'secretsmanager', call.now);
  }
  try {
    return findKey(call, kmsKeyId);
  } catch (error) {
    if (!(error instanceof AwsError) || error.code === 'AccessDeniedException') throw error;
    throw new AwsError(
      'InvalidParameterException',
      `The operation failed because of an invalid KMS key: ${error.message}`,
    );
  }
}

/** How a version names its key: AWS does not tell the id of its own. */
export function keyName(key: KmsKey): string {
  return key.manager === 'AWS' ? 'DefaultEncryptionKey' : key.arn;
}

/** Whether the caller may have a value re-encrypted under a key. */
export const mayReencrypt = (call: Call, key: KmsKey, owner: ValueOwner): boolean =>
  mayEncrypt(call, key, context(owner));

/** Encrypts a value. Throws AwsError EncryptionFailure, AccessDeniedException. */
export function encryptValue(call: Call, key: KmsKey, owner: ValueOwner, value: PlainValue): EncryptedValue {
  try {
    const dataKey = generateDataKey(call, key, context(owner));
    const encrypted = encryptUnderDataKey(dataKey.plaintext, value.bytes);
    return {
      kind: value.kind,
      dataKey: dataKey.ciphertext.toString('base64'),
      encrypted: encrypted.toString('base64'),
    };
  } catch (error) {
    throw kmsFailure(error, 'EncryptionFailure', "can't encrypt the secret text");
  }
}

/** Decrypts a value. Throws AwsError DecryptionFailure where the KMS key is disabled, pending deletion or gone. */
export function decryptValue(call: Call, owner: ValueOwner, value: EncryptedValue): PlainValue {
  try {
    const dataKey = decryptForService(call, Buffer.from(value.dataKey, 'base64'), context(owner));
    const bytes = decryptUnderDataKey(dataKey, Buffer.from(value.encrypted, 'base64'));
    return { kind: value.kind, bytes };
  } catch (error) {
    throw kmsFailure(error, 'DecryptionFailure', "can't decrypt the protected secret text");
  }
}

function context(owner: ValueOwner): EncryptionContext {
  return [
    ['SecretARN', owner.secretArn],
    ['SecretVersionId', owner.versionId],
  ];
}

function kmsFailure(error: unknown, code: string, what: string): unknown {
  if (!(error instanceof AwsError)) return error;
  if (error.code === 'AccessDeniedException') return new AwsError(error.code, 'Access to KMS is not allowed');
  return new AwsError(code, `Secrets Manager ${what} using the provided KMS key. ${error.message}`.trimEnd());
}
