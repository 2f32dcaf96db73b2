import { randomBytes } from 'node:crypto';
import { AwsError } from '../protocol/aws-error';
import type { Call } from '../protocol/operation';
import type { KmsKey } from '../world/model';
import { type EncryptionContext, open, parseCiphertext, seal } from './cipher';
import { removeIfDue } from './expiry';
import { usable } from './key-reference';

/** A data key for another service of the local AWS: in the clear, and as only the KMS key can open it. */
export interface DataKey {
  readonly plaintext: Buffer;
  readonly ciphertext: Buffer;
}

/** What GenerateDataKey does, asked for by a service. Throws AwsError where the key is not usable. */
export function generateDataKey(key: KmsKey, context: EncryptionContext): DataKey {
  const plaintext = randomBytes(32);
  return { plaintext, ciphertext: seal(usable(key), context, plaintext) };
}

/** What Decrypt does, asked for by a service. Throws AwsError where key, context or bytes do not allow it. */
export function decryptDataKey(call: Call, ciphertext: Buffer, context: EncryptionContext): Buffer {
  const parsed = parseCiphertext(ciphertext);
  const key = parsed && removeIfDue(call, call.world.keys.get(parsed.keyId));
  if (parsed === undefined || key === undefined) {
    throw new AwsError('NotFoundException', 'The key that encrypted this value does not exist');
  }
  const plaintext = open(usable(key), context, parsed);
  if (plaintext === undefined) throw new AwsError('InvalidCiphertextException');
  return plaintext;
}
