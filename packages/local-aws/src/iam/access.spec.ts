import {
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  ListKeysCommand,
} from '@aws-sdk/client-kms';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
} from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { failure, runningAws } from '../running-aws.test-kit';
import { account, credentialsOf, everything, people, policy } from './iam.test-kit';

const arn = `arn:aws:secretsmanager:eu-west-1:${account}:secret:`;
const reader = policy({
  Effect: 'Allow',
  Action: 'secretsmanager:GetSecretValue',
  Resource: `${arn}/services/user/dev-??????`,
});
const root = `arn:aws:iam::${account}:root`;
const runtime = `arn:aws:iam::${account}:role/user-dev`;
const keyPolicy = policy(
  { Effect: 'Allow', Principal: { AWS: root }, Action: 'kms:*', Resource: '*' },
  {
    Effect: 'Allow',
    Principal: { AWS: runtime },
    Action: 'kms:Decrypt',
    Resource: '*',
    Condition: {
      StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' },
      ArnLike: { 'kms:EncryptionContext:SecretARN': `${arn}/services/user/dev-??????` },
    },
  },
);
const local = runningAws({
  iam: {
    accounts: {
      [account]: people(
        { admin: everything, nobody: policy({ Effect: 'Deny', Action: '*', Resource: '*' }) },
        {
          'user-dev': reader,
          'payment-dev': reader,
        },
      ),
    },
  },
});
const admin = () => local.clients(credentialsOf('admin'));

async function roleClients(name: string) {
  const RoleArn = `arn:aws:iam::${account}:role/${name}`;
  const { Credentials } = await admin().sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }));
  return local.clients({
    accessKeyId: Credentials!.AccessKeyId!,
    secretAccessKey: Credentials!.SecretAccessKey!,
    sessionToken: Credentials!.SessionToken!,
  });
}

async function secretWithKey(service: string): Promise<string> {
  const { kms, secrets } = admin();
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Policy: JSON.stringify(keyPolicy) }));
  const AliasName = `alias/${service}-dev`;
  await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: KeyMetadata?.KeyId }));
  await secrets.send(
    new CreateSecretCommand({ Name: `/services/${service}/dev`, KmsKeyId: AliasName, SecretString: service }),
  );
  return KeyMetadata?.Arn as string;
}

describe('with users and roles', () => {
  it('lets the runtime role read its secret through its key, and nothing else', async () => {
    const key = await secretWithKey('user');
    await secretWithKey('payment');
    const { secrets, kms, sts } = await roleClients('user-dev');
    const SecretId = '/services/user/dev';
    expect(await secrets.send(new GetSecretValueCommand({ SecretId }))).toMatchObject({
      SecretString: 'user',
    });
    const session = `arn:aws:sts::${account}:assumed-role/user-dev/test`;
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({ Arn: session });

    const payment = secrets.send(new GetSecretValueCommand({ SecretId: '/services/payment/dev' }));
    expect(await failure(payment)).toEqual({
      name: 'AccessDeniedException',
      message:
        `User: ${session} is not authorized to perform: secretsmanager:GetSecretValue on resource: ` +
        '/services/payment/dev because no identity-based policy allows the secretsmanager:GetSecretValue action',
    });
    const denied = [
      secrets.send(new DescribeSecretCommand({ SecretId })),
      secrets.send(new GetSecretValueCommand({ SecretId: 'no-such-secret' })),
      secrets.send(new PutSecretValueCommand({ SecretId, SecretString: 'x' })),
      secrets.send(new ListSecretsCommand({})),
      kms.send(new ListKeysCommand({})),
      kms.send(new DescribeKeyCommand({ KeyId: key })),
      kms.send(new EncryptCommand({ KeyId: key, Plaintext: Buffer.from('x') })),
    ];
    for (const call of denied) expect((await failure(call)).name).toBe('AccessDeniedException');
  });

  it('needs the key as well as the secret', async () => {
    await secretWithKey('user');
    const { secrets } = await roleClients('payment-dev');
    const call = secrets.send(new GetSecretValueCommand({ SecretId: '/services/user/dev' }));
    expect(await failure(call)).toEqual({
      name: 'AccessDeniedException',
      message: 'Access to KMS is not allowed',
    });
  });

  it('does not let the runtime role decrypt what its secret is sealed with by itself', async () => {
    const KeyId = await secretWithKey('user');
    const EncryptionContext = { SecretARN: `${arn}/services/user/dev-abcdef`, SecretVersionId: 'x' };
    const { CiphertextBlob } = await admin().kms.send(
      new EncryptCommand({ KeyId, Plaintext: Buffer.from('x'), EncryptionContext }),
    );
    const { kms } = await roleClients('user-dev');
    const call = kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
    expect((await failure(call)).message).toContain(
      'because no identity-based policy allows the kms:Decrypt action',
    );
  });

  it('answers GetCallerIdentity whatever the policies say', async () => {
    const { sts } = local.clients(credentialsOf('nobody'));
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Arn: `arn:aws:iam::${account}:user/nobody`,
    });
  });
});
