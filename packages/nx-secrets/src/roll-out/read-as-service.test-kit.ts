import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { accessKeyOf } from './company.test-kit';

/** What a service reads that runs under its role. */
export const readAsService = async (account: string, role: string, SecretId: string, region: string) => {
  const sts = new STSClient({ region, credentials: accessKeyOf('lambda', account) });
  const RoleArn = `arn:aws:iam::${account}:role/${role}`;
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'lambda' }));
  sts.destroy();
  const client = new SecretsManagerClient({
    region,
    credentials: {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    },
  });
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId }));
    return JSON.parse(SecretString ?? '') as unknown;
  } finally {
    client.destroy();
  }
};
