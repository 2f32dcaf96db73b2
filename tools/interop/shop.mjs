import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { startLocalAws } from 'local-aws-secrets';
import { developerPolicy } from '../../packages/nx-secrets/dist/policies/developer-policy.js';
import { runtimePolicy } from '../../packages/nx-secrets/dist/policies/runtime-policy.js';
import { policySubject } from '../../packages/nx-secrets/dist/policies/subject.js';
import { namesOf } from '../../packages/nx-secrets/dist/config/names.js';
import { readOptions } from '../../packages/nx-secrets/dist/config/options.js';
import { region } from '../aws/environment.mjs';

const accountId = '111122223333';
const role = (name) => `arn:aws:iam::${accountId}:role/${name}`;
const allow = (statement) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });

const stage = {
  region,
  accountId,
  principals: {
    sync: role('operator'),
    encrypt: [role('operator'), role('team')],
    decrypt: role('operator'),
    runtime: role('{service}-{stage}'),
  },
};

/** The plugin's options: an operator does everything, a team encrypts, each service reads its own secret. */
export const shopOptions = { stages: { dev: stage, prod: stage } };

const options = readOptions(shopOptions);
const subjects = ['user-service', 'payment-service'].flatMap((service) =>
  ['dev', 'prod'].map((name) =>
    policySubject(namesOf(service, name, options, service), options.stages.get(name), stage),
  ),
);
const user = { accessKeyId: 'AKIAANYBODY', secretAccessKey: 'anybody' };
const trust = allow({ Principal: { AWS: accountId }, Action: 'sts:AssumeRole' });
const iam = {
  accounts: {
    [accountId]: {
      users: {
        anybody: {
          accessKeys: { [user.accessKeyId]: user.secretAccessKey },
          policies: [allow({ Action: 'sts:AssumeRole', Resource: '*' })],
        },
      },
      roles: {
        operator: { trust, policies: [allow({ Action: '*', Resource: '*' })] },
        team: { trust, policies: subjects.map(developerPolicy) },
        ...Object.fromEntries(
          subjects.map((subject) => [
            `${subject.names.service}-${subject.names.stage}`,
            { trust, policies: [runtimePolicy(subject)] },
          ]),
        ),
      },
    },
  },
};

/** AWS with the shop's roles, each with the policies that the plugin writes for it. */
export async function startShop() {
  const aws = await startLocalAws({ account: accountId });
  aws.setIam(iam);
  const { endpoint } = aws;
  const credentials = async (name) => {
    const sts = new STSClient({ endpoint, region, credentials: user });
    const command = new AssumeRoleCommand({ RoleArn: role(name), RoleSessionName: 'interop' });
    const { Credentials } = await sts.send(command);
    sts.destroy();
    return Credentials;
  };
  return {
    endpoint,
    stop: () => aws.stop(),
    /** Variables by which a program, or this process, is a role. */
    async variablesOf(name) {
      const { AccessKeyId, SecretAccessKey, SessionToken } = await credentials(name);
      return {
        AWS_ACCESS_KEY_ID: AccessKeyId,
        AWS_SECRET_ACCESS_KEY: SecretAccessKey,
        AWS_SESSION_TOKEN: SessionToken,
      };
    },
    /** What a service reads, as its own role. */
    async valueFor(service, name) {
      const { AccessKeyId, SecretAccessKey, SessionToken } = await credentials(`${service}-${name}`);
      const client = new SecretsManagerClient({
        endpoint,
        region,
        credentials: {
          accessKeyId: AccessKeyId,
          secretAccessKey: SecretAccessKey,
          sessionToken: SessionToken,
        },
      });
      const SecretId = `/services/${service}/${name}`;
      const { SecretString } = await client.send(
        new GetSecretValueCommand({ SecretId, VersionStage: 'AWSCURRENT' }),
      );
      client.destroy();
      return JSON.parse(SecretString);
    },
  };
}
