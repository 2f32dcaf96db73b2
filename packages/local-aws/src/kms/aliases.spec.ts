import {
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  type KMSClient,
  ListAliasesCommand,
  ScheduleKeyDeletionCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms';
import { failure, runningAws } from '../running-aws.test-kit';

const local = runningAws();
const AliasName = 'alias/user-service-dev';

async function newKeyId(kms: KMSClient): Promise<string> {
  return (await kms.send(new CreateKeyCommand({}))).KeyMetadata!.KeyId!;
}

describe('aliases', () => {
  it('name a key until they are moved or deleted', async () => {
    const { kms } = local.clients();
    const [one, two] = [await newKeyId(kms), await newKeyId(kms)];
    const target = async () =>
      (await kms.send(new DescribeKeyCommand({ KeyId: AliasName }))).KeyMetadata?.KeyId;
    await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: one }));
    expect(await target()).toBe(one);
    await kms.send(new UpdateAliasCommand({ AliasName, TargetKeyId: two }));
    expect(await target()).toBe(two);
    await kms.send(new DeleteAliasCommand({ AliasName }));
    expect((await failure(target())).name).toBe('NotFoundException');
  });

  it('work as ARNs too', async () => {
    const { kms } = local.clients();
    const TargetKeyId = await newKeyId(kms);
    await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId }));
    const { Aliases } = await kms.send(new ListAliasesCommand({ KeyId: TargetKeyId }));
    expect(Aliases).toEqual([
      {
        AliasName,
        AliasArn: `arn:aws:kms:eu-west-1:123456789012:${AliasName}`,
        TargetKeyId,
        CreationDate: expect.any(Date),
        LastUpdatedDate: expect.any(Date),
      },
    ]);
    const described = await kms.send(new DescribeKeyCommand({ KeyId: Aliases?.[0]?.AliasArn }));
    expect(described.KeyMetadata?.KeyId).toBe(TargetKeyId);
  });

  it('are listed over pages, and by key', async () => {
    const { kms } = local.clients();
    const [one, two] = [await newKeyId(kms), await newKeyId(kms)];
    for (const name of ['alias/c', 'alias/a', 'alias/b']) {
      await kms.send(
        new CreateAliasCommand({ AliasName: name, TargetKeyId: name === 'alias/b' ? two : one }),
      );
    }
    const names = (list: { AliasName?: string | undefined }[] = []) => list.map((alias) => alias.AliasName);
    const first = await kms.send(new ListAliasesCommand({ Limit: 2 }));
    const rest = await kms.send(new ListAliasesCommand({ Limit: 2, Marker: first.NextMarker }));
    expect(names([...first.Aliases!, ...rest.Aliases!])).toEqual(['alias/a', 'alias/b', 'alias/c']);
    expect(names((await kms.send(new ListAliasesCommand({ KeyId: one }))).Aliases)).toEqual([
      'alias/a',
      'alias/c',
    ]);
    const invalid = kms.send(new ListAliasesCommand({ Marker: 'not a marker' }));
    expect((await failure(invalid)).name).toBe('InvalidMarkerException');
  });

  it.each([
    ['user-service', 'ValidationException'],
    ['alias/', 'ValidationException'],
    ['alias/with space', 'ValidationException'],
    ['alias/aws/mine', 'NotAuthorizedException'],
    ['alias/a:b', 'InvalidAliasNameException'],
  ])('cannot be called %s: %s', async (name, code) => {
    const { kms } = local.clients();
    const TargetKeyId = await newKeyId(kms);
    const created = kms.send(new CreateAliasCommand({ AliasName: name, TargetKeyId }));
    expect((await failure(created)).name).toBe(code);
  });

  it('exist once', async () => {
    const { kms } = local.clients();
    const TargetKeyId = await newKeyId(kms);
    await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId }));
    expect(await failure(kms.send(new CreateAliasCommand({ AliasName, TargetKeyId })))).toEqual({
      name: 'AlreadyExistsException',
      message: `An alias with the name arn:aws:kms:eu-west-1:123456789012:${AliasName} already exists`,
    });
  });

  it('point to keys by id or ARN only, and not to keys pending deletion', async () => {
    const { kms } = local.clients();
    const TargetKeyId = await newKeyId(kms);
    await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId }));
    const toAlias = kms.send(new CreateAliasCommand({ AliasName: 'alias/b', TargetKeyId: AliasName }));
    expect((await failure(toAlias)).name).toBe('NotFoundException');
    const byAlias = kms.send(new DisableKeyCommand({ KeyId: AliasName }));
    expect((await failure(byAlias)).name).toBe('NotFoundException');
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: TargetKeyId }));
    const toDying = kms.send(new CreateAliasCommand({ AliasName: 'alias/c', TargetKeyId }));
    expect((await failure(toDying)).name).toBe('KMSInvalidStateException');
  });

  it('cannot be moved or deleted where there is none', async () => {
    const { kms } = local.clients();
    const TargetKeyId = await newKeyId(kms);
    const moved = kms.send(new UpdateAliasCommand({ AliasName, TargetKeyId }));
    const deleted = kms.send(new DeleteAliasCommand({ AliasName }));
    expect((await failure(moved)).name).toBe('NotFoundException');
    expect((await failure(deleted)).name).toBe('NotFoundException');
  });
});
