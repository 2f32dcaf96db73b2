import {
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  ListKeysCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms';
import { failure, runningAws } from '../running-aws.test-kit';

const local = runningAws();

describe('keys', () => {
  it('describes a new key by id and by ARN', async () => {
    const { kms } = local.clients();
    const created = await kms.send(
      new CreateKeyCommand({ Description: 'a key', Tags: [{ TagKey: 'a', TagValue: 'b' }] }),
    );
    const { KeyId, Arn } = created.KeyMetadata!;
    expect(Arn).toBe(`arn:aws:kms:eu-west-1:123456789012:key/${KeyId}`);
    for (const reference of [KeyId, Arn]) {
      const described = await kms.send(new DescribeKeyCommand({ KeyId: reference }));
      expect(described.KeyMetadata).toEqual(created.KeyMetadata);
    }
    expect(created.KeyMetadata).toMatchObject({
      AWSAccountId: '123456789012',
      CreationDate: expect.any(Date),
      Enabled: true,
      KeyState: 'Enabled',
      KeyManager: 'CUSTOMER',
      KeySpec: 'SYMMETRIC_DEFAULT',
      Description: 'a key',
    });
  });

  it('lists all keys over several pages', async () => {
    const { kms } = local.clients();
    const ids: (string | undefined)[] = [];
    for (let count = 0; count < 3; count += 1) {
      ids.push((await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId);
    }
    const first = await kms.send(new ListKeysCommand({ Limit: 2 }));
    expect(first.Truncated).toBe(true);
    const second = await kms.send(new ListKeysCommand({ Limit: 2, Marker: first.NextMarker }));
    expect(second.Truncated).toBe(false);
    const listed = [...first.Keys!, ...second.Keys!].map((key) => key.KeyId);
    expect(new Set(listed)).toEqual(new Set(ids));
  });

  it('disables, enables and describes again', async () => {
    const { kms } = local.clients();
    const { KeyId } = (await kms.send(new CreateKeyCommand({}))).KeyMetadata!;
    const state = async () => (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata;
    await kms.send(new DisableKeyCommand({ KeyId }));
    expect(await state()).toMatchObject({ Enabled: false, KeyState: 'Disabled' });
    await kms.send(new EnableKeyCommand({ KeyId }));
    await kms.send(new UpdateKeyDescriptionCommand({ KeyId, Description: 'other' }));
    expect(await state()).toMatchObject({ Enabled: true, Description: 'other' });
  });

  it('keeps accounts and regions apart', async () => {
    const { kms } = local.clients();
    const { Arn } = (await kms.send(new CreateKeyCommand({}))).KeyMetadata!;
    const elsewhere = local.clients({ region: 'us-east-1' }).kms;
    const others = local.clients({ accessKeyId: '444455556666' }).kms;
    expect((await elsewhere.send(new ListKeysCommand({}))).Keys).toEqual([]);
    expect((await others.send(new ListKeysCommand({}))).Keys).toEqual([]);
    const describe = new DescribeKeyCommand({ KeyId: Arn });
    expect(await failure(elsewhere.send(describe))).toEqual({
      name: 'NotFoundException',
      message: 'Invalid arn eu-west-1',
    });
    expect((await failure(others.send(describe))).name).toBe('AccessDeniedException');
  });

  it('makes the key of a service when it is first described, and lets nobody else use or change it', async () => {
    const { kms } = local.clients();
    const alias = 'alias/aws/secretsmanager';
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: alias }));
    expect(KeyMetadata).toMatchObject({ KeyManager: 'AWS', Enabled: true });
    const disabled = await failure(kms.send(new DisableKeyCommand({ KeyId: KeyMetadata?.KeyId })));
    expect(disabled.name).toBe('AccessDeniedException');
  });

  it.each([
    ['nothing-like-a-key', 'NotFoundException', "Invalid keyId 'nothing-like-a-key'"],
    [
      '11111111-2222-3333-4444-555555555555',
      'NotFoundException',
      "Key 'arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555' does not exist",
    ],
    ['alias/none', 'NotFoundException', 'Alias arn:aws:kms:eu-west-1:123456789012:alias/none is not found.'],
    ['arn:aws:kms:broken', 'InvalidArnException', 'Invalid ARN arn:aws:kms:broken'],
    [
      'arn:aws:kms:eu-west-1:123456789012:table/x',
      'InvalidArnException',
      'Invalid ARN arn:aws:kms:eu-west-1:123456789012:table/x',
    ],
  ])('answers %s with %s', async (KeyId, name, message) => {
    const described = local.clients().kms.send(new DescribeKeyCommand({ KeyId }));
    expect(await failure(described)).toEqual({ name, message });
  });

  it.each([
    [{ KeySpec: 'RSA_2048' as const, KeyUsage: 'ENCRYPT_DECRYPT' as const }],
    [{ Origin: 'EXTERNAL' as const }],
    [{ KeyUsage: 'SIGN_VERIFY' as const }],
  ])('says that it has no key like %j', async (input) => {
    const created = local.clients().kms.send(new CreateKeyCommand(input));
    expect((await failure(created)).name).toBe('UnsupportedOperationException');
  });
});
