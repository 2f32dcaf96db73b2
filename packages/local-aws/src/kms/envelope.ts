import { randomBytes } from 'node:crypto';
import { AwsError } from '../protocol/aws-error';
import type { Call } from '../operation/operation';
import type { KmsKey } from '../store/model';
import { type EncryptionContext, decrypt, parseCiphertext, encrypt } from './cipher';
import { findCiphertextKey, usable } from './key-reference';
import { authorizeKey, encryptionKeys } from './permission';

/** A data key for another service of the local AWS: unencrypted, and encrypted under the KMS key. */
export interface DataKey {
  readonly plaintext: Buffer;
  readonly ciphertext: Buffer;
}

/**
 * What GenerateDataKey does, asked for by a service on behalf of its caller. The service opens what it has encrypted, so
 * the caller must be allowed both.
 * @throws AwsError where the caller may not, or the key is not usable
 */
export function generateDataKey(call: Call, key: KmsKey, context: EncryptionContext): DataKey {
  authorizeService(call, key, 'kms:GenerateDataKey', context);
  authorizeService(call, key, 'kms:Decrypt', context);
  const plaintext = randomBytes(32);
  return { plaintext, ciphertext: encrypt(usable(key), context, plaintext) };
}

/** What Encrypt does, asked for by a service. Throws AwsError where the caller may not, or the key is not usable. */
export function encryptForService(
  call: Call,
  key: KmsKey,
  context: EncryptionContext,
  plaintext: Buffer,
): Buffer {
  authorizeService(call, key, 'kms:Encrypt', context);
  return encrypt(usable(key), context, plaintext);
}

/** What Decrypt does, asked for by a service. Throws AwsError where caller, key, context or bytes do not allow it. */
export function decryptForService(call: Call, ciphertext: Buffer, context: EncryptionContext): Buffer {
  const parsed = parseCiphertext(ciphertext);
  const key = parsed && findCiphertextKey(call, parsed.keyId);
  if (parsed === undefined || key === undefined) {
    throw new AwsError('NotFoundException', 'The key that encrypted this value does not exist');
  }
  authorizeService(call, key, 'kms:Decrypt', context);
  const plaintext = decrypt(usable(key), context, parsed);
  if (plaintext === undefined) throw new AwsError('InvalidCiphertextException');
  return plaintext;
}

/** Whether the caller of a service may have it encrypt with a key. */
export function mayEncrypt(call: Call, key: KmsKey, context: EncryptionContext): boolean {
  try {
    authorizeService(call, key, 'kms:Encrypt', context);
    return true;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'AccessDeniedException') return false;
    throw error;
  }
}

/** KMS sees who called the service, that the service asks for them, and the service's encryption context. */
function authorizeService(call: Call, key: KmsKey, action: string, context: EncryptionContext): void {
  const [service = ''] = call.action.split(':');
  authorizeKey(call, key, {
    action,
    viaService: `${service}.${call.store.region}.amazonaws.com`,
    context: encryptionKeys(context),
  });
}
