import {
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  type DecryptCommandInput,
  DescribeKeyCommand,
  DisableKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  type KMSClient,
  ReEncryptCommand,
  RotateKeyOnDemandCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { failure, runningAws } from '../running-aws.test-kit';

const local = runningAws();
const Plaintext = Buffer.from('a data key');
const EncryptionContext = { ab: 'c', service: 'user-service' };

async function keyWithAlias(kms: KMSClient, alias = 'alias/a') {
  const { KeyId, Arn } = (await kms.send(new CreateKeyCommand({}))).KeyMetadata!;
  await kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: KeyId }));
  return { id: KeyId!, arn: Arn!, alias, aliasArn: Arn!.replace(/key\/.*/, alias) };
}

describe('Encrypt and Decrypt', () => {
  it('work with every kind of key reference and answer with the key ARN', async () => {
    const { kms } = local.clients();
    const key = await keyWithAlias(kms);
    for (const KeyId of [key.id, key.arn, key.alias, key.aliasArn]) {
      const encrypted = await kms.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext }));
      expect(encrypted).toMatchObject({ KeyId: key.arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' });
      for (const named of [KeyId, undefined]) {
        const { CiphertextBlob } = encrypted;
        const decrypted = await kms.send(
          new DecryptCommand({ CiphertextBlob, EncryptionContext, KeyId: named }),
        );
        expect(decrypted).toMatchObject({ KeyId: key.arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' });
        expect(Buffer.from(decrypted.Plaintext!)).toEqual(Plaintext);
      }
    }
  });

  it.each<[string, Partial<DecryptCommandInput>, string]>([
    ['no context', { EncryptionContext: {} }, 'InvalidCiphertextException'],
    [
      'another context with the same letters',
      { EncryptionContext: { a: 'bc', service: 'user-service' } },
      'InvalidCiphertextException',
    ],
    [
      'a longer context',
      { EncryptionContext: { ...EncryptionContext, more: '' } },
      'InvalidCiphertextException',
    ],
    ['bytes that KMS never made', { CiphertextBlob: Buffer.from('nonsense') }, 'InvalidCiphertextException'],
    ['no bytes', { CiphertextBlob: Buffer.alloc(0) }, 'ValidationException'],
    ['a key that is not there', { KeyId: 'alias/none' }, 'NotFoundException'],
    ['another key', { KeyId: 'alias/other' }, 'IncorrectKeyException'],
    [
      'an algorithm for other keys',
      { EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' },
      'InvalidKeyUsageException',
    ],
    ['a dry run', { DryRun: true }, 'DryRunOperationException'],
  ])('Decrypt with %s: %s', async (_what, change, code) => {
    const { kms } = local.clients();
    const { id: KeyId } = await keyWithAlias(kms);
    await keyWithAlias(kms, 'alias/other');
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext }));
    const decrypted = kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext, ...change }));
    expect((await failure(decrypted)).name).toBe(code);
  });

  it('takes 4,096 bytes and no more, and at least one', async () => {
    const { kms } = local.clients();
    const { id: KeyId } = await keyWithAlias(kms);
    await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.alloc(4096) }));
    const tooLong = kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.alloc(4097) }));
    expect(await failure(tooLong)).toEqual({
      name: 'ValidationException',
      message:
        "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096",
    });
    const empty = kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.alloc(0) }));
    expect((await failure(empty)).name).toBe('ValidationException');
  });

  it('stops with the key: disabled, pending deletion, another region', async () => {
    const { kms } = local.clients();
    const { id: KeyId, arn } = await keyWithAlias(kms);
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext }));
    const calls = () => [
      kms.send(new EncryptCommand({ KeyId, Plaintext })),
      kms.send(new DecryptCommand({ CiphertextBlob })),
      kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' })),
      kms.send(new ReEncryptCommand({ CiphertextBlob, DestinationKeyId: KeyId })),
    ];
    await kms.send(new DisableKeyCommand({ KeyId }));
    for (const call of calls()) {
      expect(await failure(call)).toEqual({ name: 'DisabledException', message: `${arn} is disabled.` });
    }
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId }));
    for (const call of calls()) {
      expect(await failure(call)).toEqual({
        name: 'KMSInvalidStateException',
        message: `${arn} is pending deletion.`,
      });
    }
    const elsewhere = local.clients({ region: 'us-east-1' }).kms.send(new DecryptCommand({ CiphertextBlob }));
    expect((await failure(elsewhere)).name).toBe('AccessDeniedException');
  });

  it('reads old ciphertexts after a rotation', async () => {
    const { kms } = local.clients();
    const { id: KeyId } = await keyWithAlias(kms);
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext }));
    const before = await kms.send(new DecryptCommand({ CiphertextBlob }));
    await kms.send(new RotateKeyOnDemandCommand({ KeyId }));
    const after = await kms.send(new DecryptCommand({ CiphertextBlob }));
    expect(after.KeyMaterialId).toBe(before.KeyMaterialId);
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
    expect(KeyMetadata?.CurrentKeyMaterialId).not.toBe(before.KeyMaterialId);
  });

  it('does not lend the key of a service', async () => {
    const { kms } = local.clients();
    await kms.send(new DescribeKeyCommand({ KeyId: 'alias/aws/secretsmanager' }));
    const encrypted = kms.send(new EncryptCommand({ KeyId: 'alias/aws/secretsmanager', Plaintext }));
    expect((await failure(encrypted)).name).toBe('AccessDeniedException');
  });
});

describe('ReEncrypt', () => {
  it('moves a ciphertext to another key and context', async () => {
    const { kms } = local.clients();
    const [from, to] = [await keyWithAlias(kms, 'alias/from'), await keyWithAlias(kms, 'alias/to')];
    const { CiphertextBlob } = await kms.send(
      new EncryptCommand({ KeyId: from.id, Plaintext, EncryptionContext }),
    );
    const moved = await kms.send(
      new ReEncryptCommand({
        CiphertextBlob,
        SourceEncryptionContext: EncryptionContext,
        SourceKeyId: from.alias,
        DestinationKeyId: to.aliasArn,
        DestinationEncryptionContext: { new: 'context' },
      }),
    );
    expect(moved).toMatchObject({ SourceKeyId: from.arn, KeyId: to.arn });
    const decrypted = await kms.send(
      new DecryptCommand({ CiphertextBlob: moved.CiphertextBlob, EncryptionContext: { new: 'context' } }),
    );
    expect(Buffer.from(decrypted.Plaintext!)).toEqual(Plaintext);
    const wrong = kms.send(
      new ReEncryptCommand({ CiphertextBlob, SourceKeyId: to.id, DestinationKeyId: to.id }),
    );
    expect((await failure(wrong)).name).toBe('IncorrectKeyException');
  });
});

describe('data keys', () => {
  it.each([
    [{ KeySpec: 'AES_256' as const }, 32],
    [{ KeySpec: 'AES_128' as const }, 16],
    [{ NumberOfBytes: 64 }, 64],
  ])('%j has %d bytes, which Decrypt gives back', async (size, bytes) => {
    const { kms } = local.clients();
    const { alias: KeyId, arn } = await keyWithAlias(kms);
    const created = await kms.send(new GenerateDataKeyCommand({ KeyId, ...size, EncryptionContext }));
    expect(created).toMatchObject({ KeyId: arn });
    expect(created.Plaintext).toHaveLength(bytes);
    const { CiphertextBlob } = created;
    const decrypted = await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
    expect(decrypted.Plaintext).toEqual(created.Plaintext);
  });

  it('comes without the plaintext where that is asked for', async () => {
    const { kms } = local.clients();
    const { id: KeyId } = await keyWithAlias(kms);
    const created = await kms.send(new GenerateDataKeyWithoutPlaintextCommand({ KeyId, KeySpec: 'AES_256' }));
    expect(created).not.toHaveProperty('Plaintext');
    const decrypted = await kms.send(new DecryptCommand({ CiphertextBlob: created.CiphertextBlob }));
    expect(decrypted.Plaintext).toHaveLength(32);
  });

  it.each([{}, { KeySpec: 'AES_256' as const, NumberOfBytes: 32 }, { NumberOfBytes: 1025 }])(
    'is refused for %j',
    async (size) => {
      const { kms } = local.clients();
      const { id: KeyId } = await keyWithAlias(kms);
      const created = kms.send(new GenerateDataKeyCommand({ KeyId, ...size }));
      expect((await failure(created)).name).toBe('ValidationException');
    },
  );
});
