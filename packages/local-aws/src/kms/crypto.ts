import { randomBytes } from 'node:crypto';
import { AwsError, validationError } from '../protocol/aws-error';
import { type Call, operation, type Operations } from '../operation/operation';
import { blob, integer, oneOf, optional, structure } from '../protocol/readers';
import { unsupported } from '../protocol/unsupported';
import type { KmsKey } from '../store/model';
import { notAuthorized } from '../operation/not-authorized';
import {
  type Ciphertext,
  currentMaterial,
  type EncryptionContext,
  decrypt,
  parseCiphertext,
  encrypt,
} from './cipher';
import { findCiphertextKey, findKey, keyByReference, usable } from './key-reference';
import { algorithm, ciphertextBlob, dryRun, encryptionContext, grantTokens, keyId } from './members';
import { authorizeKey, encryptionKeys, type KeyUse } from './permission';

const symmetric = 'SYMMETRIC_DEFAULT';
const recipient = unsupported('it has no attested enclaves');
const dryRunModifiers = unsupported('a dry run needs the ciphertext here');
const dataKeyMembers = {
  KeyId: keyId,
  EncryptionContext: encryptionContext,
  NumberOfBytes: optional(integer({ min: 1, max: 1024 })),
  KeySpec: optional(oneOf('AES_256', 'AES_128')),
  GrantTokens: grantTokens,
  DryRun: dryRun,
};

export const cryptoOperations: Operations = {
  Encrypt: operation(
    structure({
      KeyId: keyId,
      Plaintext: blob({ min: 1, max: 4096 }),
      EncryptionContext: encryptionContext,
      GrantTokens: grantTokens,
      EncryptionAlgorithm: algorithm,
      DryRun: dryRun,
    }),
    (input, call) => {
      const key = encryptingKey(call, input.KeyId, { context: encryptionKeys(input.EncryptionContext) });
      checkRequest(input.EncryptionAlgorithm, input.DryRun);
      const encrypted = encrypt(key, input.EncryptionContext ?? [], input.Plaintext);
      return { CiphertextBlob: base64(encrypted), KeyId: key.arn, EncryptionAlgorithm: symmetric };
    },
  ),

  Decrypt: operation(
    structure({
      CiphertextBlob: ciphertextBlob,
      EncryptionContext: encryptionContext,
      GrantTokens: grantTokens,
      KeyId: optional(keyId),
      EncryptionAlgorithm: algorithm,
      Recipient: recipient,
      DryRun: dryRun,
      DryRunModifiers: dryRunModifiers,
    }),
    (input, call) => {
      const use = { context: encryptionKeys(input.EncryptionContext) };
      const { key, ciphertext } = decryptingKey(call, input.CiphertextBlob, input.KeyId, use);
      const plaintext = decrypted(key, input.EncryptionContext ?? [], ciphertext);
      checkRequest(input.EncryptionAlgorithm, input.DryRun);
      return {
        KeyId: key.arn,
        Plaintext: base64(plaintext),
        EncryptionAlgorithm: symmetric,
        KeyMaterialId: ciphertext.materialId,
      };
    },
  ),

  ReEncrypt: operation(
    structure({
      CiphertextBlob: ciphertextBlob,
      SourceEncryptionContext: encryptionContext,
      SourceKeyId: optional(keyId),
      DestinationKeyId: keyId,
      DestinationEncryptionContext: encryptionContext,
      SourceEncryptionAlgorithm: algorithm,
      DestinationEncryptionAlgorithm: algorithm,
      GrantTokens: grantTokens,
      DryRun: dryRun,
      DryRunModifiers: dryRunModifiers,
    }),
    (input, call) => {
      const sameKey =
        findKey(call, input.DestinationKeyId).id === parseCiphertext(input.CiphertextBlob)?.keyId;
      const use = (action: string, context: EncryptionContext | undefined): KeyUse => ({
        action,
        context: [['kms:ReEncryptOnSameKey', String(sameKey)], ...encryptionKeys(context)],
      });
      const from = use('kms:ReEncryptFrom', input.SourceEncryptionContext);
      const source = decryptingKey(call, input.CiphertextBlob, input.SourceKeyId, from);
      const plaintext = decrypted(source.key, input.SourceEncryptionContext ?? [], source.ciphertext);
      const to = use('kms:ReEncryptTo', input.DestinationEncryptionContext);
      const destination = encryptingKey(call, input.DestinationKeyId, to);
      checkRequest(input.SourceEncryptionAlgorithm, false);
      checkRequest(input.DestinationEncryptionAlgorithm, input.DryRun);
      return {
        CiphertextBlob: base64(encrypt(destination, input.DestinationEncryptionContext ?? [], plaintext)),
        SourceKeyId: source.key.arn,
        KeyId: destination.arn,
        SourceEncryptionAlgorithm: symmetric,
        DestinationEncryptionAlgorithm: symmetric,
        SourceKeyMaterialId: source.ciphertext.materialId,
        DestinationKeyMaterialId: currentMaterial(destination).id,
      };
    },
  ),

  GenerateDataKey: operation(structure({ ...dataKeyMembers, Recipient: recipient }), (input, call) => {
    const key = encryptingKey(call, input.KeyId, { context: encryptionKeys(input.EncryptionContext) });
    const plaintext = randomBytes(dataKeySize(input.NumberOfBytes, input.KeySpec));
    checkRequest(undefined, input.DryRun);
    return { ...dataKeyAnswer(key, input.EncryptionContext ?? [], plaintext), Plaintext: base64(plaintext) };
  }),

  GenerateDataKeyWithoutPlaintext: operation(structure(dataKeyMembers), (input, call) => {
    const key = encryptingKey(call, input.KeyId, { context: encryptionKeys(input.EncryptionContext) });
    const plaintext = randomBytes(dataKeySize(input.NumberOfBytes, input.KeySpec));
    checkRequest(undefined, input.DryRun);
    return dataKeyAnswer(key, input.EncryptionContext ?? [], plaintext);
  }),
};

function dataKeyAnswer(key: KmsKey, context: EncryptionContext, plaintext: Buffer): object {
  return {
    CiphertextBlob: base64(encrypt(key, context, plaintext)),
    KeyId: key.arn,
    KeyMaterialId: currentMaterial(key).id,
  };
}

function dataKeySize(bytes: number | undefined, spec: 'AES_256' | 'AES_128' | undefined): number {
  if ((bytes === undefined) === (spec === undefined)) {
    throw validationError('Please specify either number of bytes or key spec.');
  }
  return bytes ?? (spec === 'AES_256' ? 32 : 16);
}

function encryptingKey(call: Call, reference: string, use: KeyUse): KmsKey {
  return usable(openToCallers(call, keyByReference(call, reference, use)));
}

function decryptingKey(
  call: Call,
  blobBytes: Buffer,
  reference: string | undefined,
  use: KeyUse,
): { readonly key: KmsKey; readonly ciphertext: Ciphertext } {
  const named = reference === undefined ? undefined : keyByReference(call, reference, use);
  const ciphertext = parseCiphertext(blobBytes);
  if (ciphertext === undefined) throw new AwsError('InvalidCiphertextException');
  if (named !== undefined && named.id !== ciphertext.keyId) {
    throw new AwsError(
      'IncorrectKeyException',
      'The key ID in the request does not identify a CMK that can perform this operation.',
    );
  }
  const key = named ?? findCiphertextKey(call, ciphertext.keyId);
  if (key === undefined) {
    throw new AwsError(
      'AccessDeniedException',
      'The ciphertext refers to a customer master key that does not exist, does not exist in this region, ' +
        'or you are not allowed to access.',
    );
  }
  if (named === undefined) authorizeKey(call, key, use);
  return { key: usable(openToCallers(call, key)), ciphertext };
}

function decrypted(key: KmsKey, context: EncryptionContext, ciphertext: Ciphertext): Buffer {
  const plaintext = decrypt(key, context, ciphertext);
  if (plaintext === undefined) throw new AwsError('InvalidCiphertextException');
  return plaintext;
}

/** AWS managed keys work through their service only. */
function openToCallers(call: Call, key: KmsKey): KmsKey {
  if (key.manager === 'AWS') throw notAuthorized(call, key.arn);
  return key;
}

function checkRequest(chosen: string | undefined, dry: boolean | undefined): void {
  if (chosen !== undefined && chosen !== symmetric) {
    throw new AwsError(
      'InvalidKeyUsageException',
      `Algorithm ${chosen} is incompatible with key spec ${symmetric}.`,
    );
  }
  if (dry === true) {
    throw new AwsError(
      'DryRunOperationException',
      'The request would have succeeded, but the DryRun option is set.',
      412,
    );
  }
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64');
}
