import {
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  ListKeysCommand,
  PutKeyPolicyCommand,
} from '@aws-sdk/client-kms';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { failure, runningAws } from '../running-aws.test-kit';
import { IamError } from './iam-error';
import { account, credentialsOf, everything, other, people, policy } from './iam.test-kit';

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
const iam = {
  accounts: {
    [account]: people(
      {
        admin: everything,
        nobody: policy({ Effect: 'Deny', Action: '*', Resource: '*' }),
        rekeyer: policy({
          Effect: 'Allow',
          Action: ['secretsmanager:UpdateSecret', 'kms:Decrypt', 'kms:GenerateDataKey'],
          Resource: '*',
        }),
      },
      { 'user-dev': reader, 'payment-dev': reader },
    ),
    [other]: people({ stranger: everything }),
  },
};
const local = runningAws({ iam });
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

  it('leaves versions under the old key where who changes the key may not encrypt with the new one', async () => {
    const [old, next] = [await secretWithKey('user'), await secretWithKey('payment')];
    const SecretId = '/services/user/dev';
    const keysAfter = async (user: string) => {
      const { secrets } = local.clients(credentialsOf(user));
      await secrets.send(new UpdateSecretCommand({ SecretId, KmsKeyId: next }));
      const { Versions } = await admin().secrets.send(new ListSecretVersionIdsCommand({ SecretId }));
      return Versions?.[0]?.KmsKeyIds;
    };
    expect(await keysAfter('rekeyer')).toEqual([old]);
    expect(await keysAfter('admin')).toEqual([next]);
  });

  it('counts each request as sent over TLS', async () => {
    await secretWithKey('user');
    const SecretId = '/services/user/dev';
    const { secrets } = await roleClients('user-dev');
    const readWhileDenied = async (secureTransport: string) => {
      const Condition = { Bool: { 'aws:SecureTransport': secureTransport } };
      const ResourcePolicy = policy({
        Effect: 'Deny',
        Principal: '*',
        Action: 'secretsmanager:GetSecretValue',
        Resource: '*',
        Condition,
      });
      await admin().secrets.send(
        new PutResourcePolicyCommand({ SecretId, ResourcePolicy: JSON.stringify(ResourcePolicy) }),
      );
      return secrets.send(new GetSecretValueCommand({ SecretId }));
    };
    expect(await readWhileDenied('false')).toMatchObject({ SecretString: 'user' });
    expect((await failure(readWhileDenied('true'))).name).toBe('AccessDeniedException');
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

  it('refuses a key policy that would lock its caller out, unless it must be', async () => {
    const { kms } = admin();
    const Policy = JSON.stringify(
      policy({ Effect: 'Allow', Principal: { AWS: runtime }, Action: 'kms:*', Resource: '*' }),
    );
    const locked = await failure(kms.send(new CreateKeyCommand({ Policy })));
    expect(locked.name).toBe('MalformedPolicyDocumentException');
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const put = { KeyId: KeyMetadata?.KeyId, Policy };
    expect((await failure(kms.send(new PutKeyPolicyCommand(put)))).message).toContain('in the future');
    await kms.send(new PutKeyPolicyCommand({ ...put, BypassPolicyLockoutSafetyCheck: true }));
    const after = await failure(kms.send(new DescribeKeyCommand({ KeyId: KeyMetadata?.KeyId })));
    expect(after.message).toMatch(/because no resource-based policy allows the kms:DescribeKey action$/);
  });

  it('refuses policies of keys and secrets that name somebody who is not there', async () => {
    const { kms, secrets } = admin();
    const Principal = { AWS: [root, `arn:aws:iam::${account}:role/none`] };
    const document = JSON.stringify(policy({ Effect: 'Allow', Principal, Action: '*', Resource: '*' }));
    expect(await failure(kms.send(new CreateKeyCommand({ Policy: document })))).toEqual({
      name: 'MalformedPolicyDocumentException',
      message: 'Policy contains a statement with one or more invalid principals.',
    });
    await secrets.send(new CreateSecretCommand({ Name: 'a' }));
    const put = new PutResourcePolicyCommand({ SecretId: 'a', ResourcePolicy: document });
    expect((await failure(secrets.send(put))).name).toBe('MalformedPolicyDocumentException');
  });

  it('lets another account in where both sides say so', async () => {
    const KeyId = await secretWithKey('user');
    const SecretId = (
      await admin().secrets.send(new DescribeSecretCommand({ SecretId: '/services/user/dev' }))
    ).ARN as string;
    const stranger = local.clients(credentialsOf('stranger'));
    const read = () => stranger.secrets.send(new GetSecretValueCommand({ SecretId }));
    const describeKey = () => stranger.kms.send(new DescribeKeyCommand({ KeyId }));
    expect((await failure(read())).message).toContain('because no resource-based policy allows');
    expect((await failure(describeKey())).message).toContain('because no resource-based policy allows');

    const Principal = { AWS: other };
    const letIn = { Effect: 'Allow', Principal, Action: '*', Resource: '*' };
    const ResourcePolicy = JSON.stringify(policy(letIn));
    await admin().secrets.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy }));
    expect((await failure(read())).message).toBe('Access to KMS is not allowed');
    const statements = (keyPolicy as { Statement: object[] }).Statement;
    const Policy = JSON.stringify(policy(...statements, letIn));
    await admin().kms.send(new PutKeyPolicyCommand({ KeyId, Policy }));
    expect(await read()).toMatchObject({ SecretString: 'user', ARN: SecretId });
    expect((await describeKey()).KeyMetadata).toMatchObject({ AWSAccountId: account, Arn: KeyId });
    const { CiphertextBlob } = await stranger.kms.send(
      new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }),
    );
    await stranger.kms.send(new DecryptCommand({ CiphertextBlob }));
    const change = stranger.kms.send(new PutKeyPolicyCommand({ KeyId, Policy }));
    expect((await failure(change)).name).toBe('AccessDeniedException');
    await stranger.secrets.send(new PutSecretValueCommand({ SecretId, SecretString: 'from there' }));
    expect(await read()).toMatchObject({ SecretString: 'from there' });
    expect((await stranger.secrets.send(new ListSecretsCommand({}))).SecretList).toEqual([]);
  });

  it('forgets everybody when told to, and knows others when told so', async () => {
    const anybody = () => local.clients().kms.send(new ListKeysCommand({}));
    expect((await failure(anybody())).name).toBe('UnrecognizedClientException');
    local.aws.setIam(undefined);
    expect((await failure(anybody())).name).toBe('no error');
    expect(() => local.aws.setIam({ accounts: { x: {} } })).toThrow(
      new IamError('accounts.x must be an account ID of twelve digits'),
    );
    local.aws.setIam(iam);
    expect((await failure(anybody())).name).toBe('UnrecognizedClientException');
  });

  it('answers GetCallerIdentity whatever the policies say', async () => {
    const { sts } = local.clients(credentialsOf('nobody'));
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Arn: `arn:aws:iam::${account}:user/nobody`,
    });
  });
});
