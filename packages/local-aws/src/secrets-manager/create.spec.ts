import {
  CreateSecretCommand,
  type CreateSecretCommandInput,
  DescribeSecretCommand,
  GetSecretValueCommand,
} from '@aws-sdk/client-secrets-manager';
import { failure, runningAws } from '../running-aws.test-kit';

const local = runningAws();
const Name = '/services/user-service/dev';
const token = 'a'.repeat(64);

describe('CreateSecret', () => {
  it('makes a secret with value, description, key and tags', async () => {
    const { secrets } = local.clients();
    const SecretString = '{"A":"ü \u2028 𝕏"}';
    const created = await secrets.send(
      new CreateSecretCommand({
        Name,
        SecretString,
        ClientRequestToken: token,
        Description: 'd',
        Tags: [{ Key: 'managed-by', Value: 'nx-secrets' }],
      }),
    );
    expect(created).toMatchObject({ Name, VersionId: token });
    const described = await secrets.send(new DescribeSecretCommand({ SecretId: Name }));
    expect(described).toMatchObject({
      ARN: created.ARN,
      Name,
      Description: 'd',
      Tags: [{ Key: 'managed-by', Value: 'nx-secrets' }],
      VersionIdsToStages: { [token]: ['AWSCURRENT'] },
      CreatedDate: expect.any(Date),
      LastChangedDate: expect.any(Date),
    });
    expect(described.KmsKeyId).toBeUndefined();
    const read = await secrets.send(new GetSecretValueCommand({ SecretId: Name }));
    expect(read).toMatchObject({ SecretString, VersionId: token, VersionStages: ['AWSCURRENT'] });
  });

  it('keeps bytes as they are', async () => {
    const { secrets } = local.clients();
    const SecretBinary = Buffer.from([0, 255, 128, 10]);
    await secrets.send(new CreateSecretCommand({ Name, SecretBinary }));
    const read = await secrets.send(new GetSecretValueCommand({ SecretId: Name }));
    expect(Buffer.from(read.SecretBinary!)).toEqual(SecretBinary);
    expect(read.SecretString).toBeUndefined();
  });

  it('makes a secret without a value, which cannot be read yet', async () => {
    const { secrets } = local.clients();
    expect((await secrets.send(new CreateSecretCommand({ Name }))).VersionId).toBeUndefined();
    expect(await failure(secrets.send(new GetSecretValueCommand({ SecretId: Name })))).toEqual({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    });
  });

  it('is harmless when it is repeated with the same token and value', async () => {
    const { secrets } = local.clients();
    const create = { Name, SecretString: 'one', ClientRequestToken: token };
    const created = await secrets.send(new CreateSecretCommand(create));
    const again = await secrets.send(new CreateSecretCommand(create));
    expect(again).toMatchObject({ ARN: created.ARN, VersionId: token });
  });

  it.each<[string, Partial<CreateSecretCommandInput>]>([
    ['another value', { SecretString: 'two' }],
    ['the same bytes as a binary', { SecretString: undefined, SecretBinary: Buffer.from('one') }],
    ['another token', { ClientRequestToken: 'b'.repeat(64) }],
    ['no value', { SecretString: undefined }],
  ])('says that the name is taken for %s', async (_what, change) => {
    const { secrets } = local.clients();
    const create = { Name, SecretString: 'one', ClientRequestToken: token };
    await secrets.send(new CreateSecretCommand(create));
    const again = secrets.send(new CreateSecretCommand({ ...create, ...change }));
    expect((await failure(again)).name).toBe('ResourceExistsException');
  });

  it.each<[string, Partial<CreateSecretCommandInput>, string]>([
    ['two values', { SecretBinary: Buffer.from('b') }, 'InvalidParameterException'],
    ['a short token', { ClientRequestToken: 'short' }, 'InvalidParameterException'],
    ['an unknown key', { KmsKeyId: 'alias/none' }, 'InvalidParameterException'],
    ['an empty value', { SecretString: '' }, 'ValidationException'],
    ['65,537 letters', { SecretString: 'x'.repeat(65_537) }, 'ValidationException'],
    ['65,537 bytes', { SecretString: `${'ü'.repeat(32_768)}x` }, 'ValidationException'],
    ["AWS's own tags", { Tags: [{ Key: 'aws:x', Value: '' }] }, 'InvalidParameterException'],
  ])('refuses %s: %s', async (_what, change, code) => {
    const { secrets } = local.clients();
    const created = secrets.send(new CreateSecretCommand({ Name, SecretString: 's3cret', ...change }));
    const error = await failure(created);
    expect(error.name).toBe(code);
    expect(error.message).not.toMatch(/s3cret|x{9}|ü{9}/);
    const described = secrets.send(new DescribeSecretCommand({ SecretId: Name }));
    expect((await failure(described)).name).toBe('ResourceNotFoundException');
  });

  it('takes 65,536 bytes', async () => {
    const { secrets } = local.clients();
    await secrets.send(new CreateSecretCommand({ Name, SecretString: 'ü'.repeat(32_768) }));
    await secrets.send(new CreateSecretCommand({ Name: 'b', SecretBinary: Buffer.alloc(65_536, 1) }));
    const read = await secrets.send(new GetSecretValueCommand({ SecretId: Name }));
    expect(read.SecretString).toHaveLength(32_768);
  });
});
