/** The real sops under the generated policies: a developer edits a file of their own service, and nobody else's. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { startLocalAws } from 'local-aws-secrets';
import { developerPolicy } from '../../../packages/nx-secrets/dist/policies/developer-policy.js';
import { keyPolicy } from '../../../packages/nx-secrets/dist/policies/key-policy.js';
import { policySubject } from '../../../packages/nx-secrets/dist/policies/subject.js';
import { namesOf } from '../../../packages/nx-secrets/dist/config/names.js';
import { readOptions } from '../../../packages/nx-secrets/dist/config/options.js';
import { awsEnvironment, region } from '../../aws/environment.mjs';
import { privateFolder } from '../../private-folder.mjs';
import { sopsIn } from '../sops-folder.mjs';

const accountId = '111122223333';
const role = (name) => `arn:aws:iam::${accountId}:role/${name}`;
const options = readOptions({
  stages: {
    dev: { principals: { encrypt: role('{service}-team'), decrypt: role('{service}-team') } },
    prod: { principals: { encrypt: role('{service}-team'), decrypt: role('{service}-lead') } },
  },
});
const services = ['user-service', 'payment-service'];
const subjectsOf = (service) =>
  ['dev', 'prod'].map((stage) =>
    policySubject(namesOf(service, stage, options, service), options.stages.get(stage), {
      region,
      accountId,
    }),
  );
const subjects = services.flatMap(subjectsOf);

const allow = (statement) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', ...statement }],
});
const user = { accessKeyId: 'AKIAANYBODY', secretAccessKey: 'anybody' };
const iam = {
  accounts: {
    [accountId]: {
      users: {
        anybody: {
          accessKeys: { [user.accessKeyId]: user.secretAccessKey },
          policies: [allow({ Action: 'sts:AssumeRole', Resource: '*' })],
        },
      },
      roles: Object.fromEntries(
        services.flatMap((service) =>
          ['team', 'lead'].map((who) => [
            `${service}-${who}`,
            {
              trust: allow({ Principal: { AWS: accountId }, Action: 'sts:AssumeRole' }),
              policies: subjectsOf(service).map(developerPolicy),
            },
          ]),
        ),
      ),
    },
  },
};

describe('sops under the policies of a developer', () => {
  let aws, folder;
  const file = ({ names }) => `${names.service}.${names.stage}.enc.yaml`;
  const group = ({ names }) => ({
    kms: [
      {
        arn: `arn:aws:kms:${region}:${accountId}:${names.keyAlias}`,
        context: { service: names.service, stage: names.stage },
      },
    ],
  });

  /** sops as somebody of the team, in the folder with all files. */
  async function sopsAs(name) {
    const sts = new STSClient({ endpoint: aws.endpoint, region, credentials: user });
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({ RoleArn: role(name), RoleSessionName: 'interop' }),
    );
    sts.destroy();
    return sopsIn(folder.path, {
      ...awsEnvironment(aws.endpoint, folder.path),
      AWS_ACCESS_KEY_ID: Credentials.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: Credentials.SecretAccessKey,
      AWS_SESSION_TOKEN: Credentials.SessionToken,
    });
  }

  before(async () => {
    [aws, folder] = await Promise.all([startLocalAws({ account: accountId }), privateFolder('interop-iam')]);
    const anybody = { accessKeyId: accountId, secretAccessKey: 'any' };
    const kms = new KMSClient({ endpoint: aws.endpoint, region, credentials: anybody });
    for (const subject of subjects) {
      const Policy = JSON.stringify(keyPolicy(subject));
      const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Policy }));
      await kms.send(
        new CreateAliasCommand({ AliasName: subject.names.keyAlias, TargetKeyId: KeyMetadata.KeyId }),
      );
    }
    kms.destroy();
    aws.setIam(iam);
  });
  after(async () => {
    await aws?.stop();
    await folder?.remove();
  });

  test('each team encrypts files of its own service, in both stages', async () => {
    for (const subject of subjects) {
      const sops = await sopsAs(`${subject.names.service}-team`);
      await sops.rule(group(subject));
      await sops.encrypt(file(subject), `PASSWORD: of ${subject.names.service}\n`);
    }
  });

  test('it edits a file of dev', async () => {
    const sops = await sopsAs('user-service-team');
    const { exitCode, all } = await sops.run('set', 'user-service.dev.enc.yaml', '["TOKEN"]', '"abc"');
    assert.equal(exitCode, 0, all);
    assert.equal(
      String(await sops.decrypt('user-service.dev.enc.yaml')),
      'PASSWORD: of user-service\nTOKEN: abc\n',
    );
  });

  test("another service's team can do neither", async () => {
    const sops = await sopsAs('payment-service-team');
    for (const args of [
      ['set', 'user-service.dev.enc.yaml', '["TOKEN"]', '"stolen"'],
      ['decrypt', 'user-service.dev.enc.yaml'],
    ]) {
      const { exitCode, all } = await sops.run(...args);
      assert.equal(exitCode, 128, all);
      assert.match(all, /AccessDeniedException/);
    }
    await sops.rule(group(subjects[0]));
    await sops.write('stolen.enc.yaml', 'PASSWORD: mine\n');
    const { exitCode, all } = await sops.run('encrypt', '--in-place', 'stolen.enc.yaml');
    assert.notEqual(exitCode, 0, all);
    assert.match(all, /AccessDeniedException/);
  });

  test('in prod the team that encrypts does not read, the lead does', async () => {
    const name = 'user-service.prod.enc.yaml';
    const { exitCode, all } = await (await sopsAs('user-service-team')).run('decrypt', name);
    assert.equal(exitCode, 128, all);
    assert.match(all, /AccessDeniedException/);
    assert.equal(
      String(await (await sopsAs('user-service-lead')).decrypt(name)),
      'PASSWORD: of user-service\n',
    );
    assert.equal((await (await sopsAs('payment-service-lead')).run('decrypt', name)).exitCode, 128);
  });
});
