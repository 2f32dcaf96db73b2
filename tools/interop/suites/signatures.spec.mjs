/** Signatures that the aws CLI, boto3 and sops make, verified by local-aws with users and roles of its own. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startLocalAws } from 'local-aws-secrets';
import { awsEnvironment } from '../../aws/environment.mjs';
import { privateFolder } from '../../private-folder.mjs';
import { runProgram } from '../../programs/run-program.mjs';
import { pythonProgram } from '../programs/python.mjs';
import { sops } from '../programs/sops.mjs';

const account = '111122223333';
const reader = `arn:aws:iam::${account}:role/reader`;
const policy = (...Statement) => ({ Version: '2012-10-17', Statement });
const allow = (Action) => policy({ Effect: 'Allow', Action, Resource: '*' });
const user = (name, Action) => ({ accessKeys: { [`AKIA${name}`]: `${name}/+=` }, policies: [allow(Action)] });
const iam = {
  accounts: {
    [account]: {
      users: { ann: user('ANN', '*'), bob: user('BOB', ['kms:Encrypt', 'sts:AssumeRole']) },
      roles: {
        reader: {
          trust: policy({ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }),
          policies: [allow('secretsmanager:GetSecretValue')],
        },
      },
    },
  },
};

const readAsRole = [
  'import boto3, json, sys',
  'from botocore.exceptions import ClientError',
  'role, name = sys.argv[1:]',
  'got = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="boto")["Credentials"]',
  'session = boto3.Session(got["AccessKeyId"], got["SecretAccessKey"], got["SessionToken"])',
  'secrets = session.client("secretsmanager")',
  'value = secrets.get_secret_value(SecretId=name)["SecretString"]',
  'try: secrets.describe_secret(SecretId=name)',
  'except ClientError as error: denied = error.response["Error"]["Code"]',
  'print(json.dumps({"value": value, "denied": denied}))',
].join('\n');

describe('signatures of', () => {
  let server, folder, sopsProgram;

  const as = (name, secret = `${name}/+=`) => ({
    ...awsEnvironment(server.endpoint, folder.path),
    AWS_ACCESS_KEY_ID: `AKIA${name}`,
    AWS_SECRET_ACCESS_KEY: secret,
  });
  const run = (program, args, env) => runProgram(program, args, { cwd: folder.path, env, timeout: 60_000 });
  const aws = (env, ...args) => run(pythonProgram('aws'), [...args, '--output', 'json'], env);

  before(async () => {
    [server, folder, sopsProgram] = await Promise.all([
      startLocalAws({ iam }),
      privateFolder('interop-signatures'),
      sops.find(),
    ]);
  });
  after(async () => {
    await server?.stop();
    await folder?.remove();
  });

  test('the aws CLI are accepted, and refused with another secret or an unknown key', async () => {
    const { stdout, all } = await aws(as('ANN'), 'sts', 'get-caller-identity');
    assert.equal(JSON.parse(stdout || all).Arn, `arn:aws:iam::${account}:user/ann`);
    for (const [env, service, code] of [
      [as('ANN', 'wrong'), 'kms', 'InvalidSignatureException'],
      [as('ANN', 'wrong'), 'sts', 'SignatureDoesNotMatch'],
      [as('EVE'), 'kms', 'UnrecognizedClientException'],
      [as('EVE'), 'sts', 'InvalidClientTokenId'],
    ]) {
      const args = service === 'kms' ? ['kms', 'list-keys'] : ['sts', 'get-caller-identity'];
      assert.match((await aws(env, ...args)).stderr, new RegExp(`\\(${code}\\)`), code);
    }
  });

  test('boto3 are accepted, also those of a role that it assumes', async () => {
    const name = '/services/user-service/dev';
    const create = ['secretsmanager', 'create-secret', '--name', name, '--secret-string', '{"A":"é"}'];
    assert.equal((await aws(as('ANN'), ...create)).exitCode, 0);
    const { stdout, all } = await run(pythonProgram('python'), ['-c', readAsRole, reader, name], as('BOB'));
    assert.deepEqual(JSON.parse(stdout || all), { value: '{"A":"é"}', denied: 'AccessDeniedException' });
  });

  test('sops are accepted, and the policies of who signs decide', async () => {
    const { KeyMetadata } = JSON.parse((await aws(as('ANN'), 'kms', 'create-key')).stdout);
    const rule = { kms: [{ arn: KeyMetadata.Arn, context: { service: 'user-service' } }] };
    const rules = { creation_rules: [{ path_regex: 'enc', key_groups: [rule] }] };
    await writeFile(join(folder.path, '.sops.yaml'), JSON.stringify(rules));
    await writeFile(join(folder.path, 'dev.enc.yaml'), 'A: 1\n');
    const encrypted = await run(sopsProgram, ['encrypt', '--in-place', 'dev.enc.yaml'], as('BOB'));
    assert.equal(encrypted.exitCode, 0, encrypted.all);

    const byBob = await run(sopsProgram, ['decrypt', 'dev.enc.yaml'], as('BOB'));
    assert.match(byBob.all, /AccessDeniedException:[^]*user\/bob is not authorized/);
    const byEve = await run(sopsProgram, ['decrypt', 'dev.enc.yaml'], as('ANN', 'wrong'));
    assert.match(byEve.all, /InvalidSignatureException/);
    const byAnn = await run(sopsProgram, ['decrypt', 'dev.enc.yaml'], as('ANN'));
    assert.equal(byAnn.stdout, 'A: 1', byAnn.all);
  });
});
