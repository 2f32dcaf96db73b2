import {
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  KMSClient,
  RotateKeyOnDemandCommand,
} from '@aws-sdk/client-kms';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalAws, startLocalAws } from '../start';
import { DataFileError } from './data-file';

let folder: string;
let dataFile: string;
let aws: LocalAws | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-aws-'));
  dataFile = join(folder, 'state.json');
});
afterEach(async () => {
  await aws?.stop().catch(() => undefined);
  aws = undefined;
  await rm(folder, { recursive: true });
});

async function start(accessKeyId = 'local') {
  aws = await startLocalAws({ dataFile });
  const config = {
    endpoint: aws.endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId, secretAccessKey: 'local' },
  };
  return {
    kms: new KMSClient(config),
    secrets: new SecretsManagerClient(config),
    sts: new STSClient(config),
  };
}

async function stop(): Promise<void> {
  await aws?.stop();
  aws = undefined;
}

describe('the data file', () => {
  it('brings back keys, ciphertexts, secrets, their settings and sessions', async () => {
    const SecretId = 'a';
    const before = await start();
    const { KeyId } = (await before.kms.send(new CreateKeyCommand({}))).KeyMetadata!;
    const { CiphertextBlob } = await before.kms.send(
      new EncryptCommand({ KeyId, Plaintext: Buffer.from('plain') }),
    );
    await before.kms.send(new RotateKeyOnDemandCommand({ KeyId }));
    await before.secrets.send(
      new CreateSecretCommand({
        Name: SecretId,
        SecretString: 'hidden-one',
        KmsKeyId: KeyId,
        AddReplicaRegions: [{ Region: 'us-east-1' }],
      }),
    );
    await before.secrets.send(
      new PutSecretValueCommand({ SecretId, SecretBinary: Buffer.from('hidden-two') }),
    );
    const ResourcePolicy = JSON.stringify({
      Statement: { Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' },
    });
    await before.secrets.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy }));
    const RotationLambdaARN = 'arn:aws:lambda:eu-west-1:123456789012:function:f';
    const RotationRules = { AutomaticallyAfterDays: 3 };
    await before.secrets.send(new RotateSecretCommand({ SecretId, RotationLambdaARN, RotationRules }));
    const described = await before.secrets.send(new DescribeSecretCommand({ SecretId }));
    const role = { RoleArn: 'arn:aws:iam::444455556666:role/r', RoleSessionName: 'session' };
    const { Credentials } = await before.sts.send(new AssumeRoleCommand(role));
    await stop();

    const content = await readFile(dataFile, 'utf8');
    for (const value of ['hidden-one', 'hidden-two', Credentials?.SecretAccessKey as string]) {
      expect(content).not.toContain(value);
      expect(content).not.toContain(Buffer.from(value).toString('base64'));
    }
    expect((await stat(dataFile)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['state.json']);

    const after = await start(Credentials?.AccessKeyId);
    const identity = await after.sts.send(new GetCallerIdentityCommand({}));
    expect(identity.Account).toBe('444455556666');
    await stop();
    const { kms, secrets } = await start();
    const { Plaintext } = await kms.send(new DecryptCommand({ CiphertextBlob }));
    expect(Buffer.from(Plaintext!).toString()).toBe('plain');
    const restored = await secrets.send(new DescribeSecretCommand({ SecretId }));
    expect(restored).toEqual({ ...described, $metadata: restored.$metadata });
    const current = await secrets.send(new GetSecretValueCommand({ SecretId }));
    expect(Buffer.from(current.SecretBinary!).toString()).toBe('hidden-two');
    const previous = new GetSecretValueCommand({ SecretId, VersionStage: 'AWSPREVIOUS' });
    expect((await secrets.send(previous)).SecretString).toBe('hidden-one');
  });

  it('has every acknowledged write after a stop, however many came just before', async () => {
    const { secrets } = await start();
    const names = Array.from({ length: 40 }, (_, index) => `s${index}`);
    await Promise.all(
      names.map((Name) => secrets.send(new CreateSecretCommand({ Name, SecretString: 'x' }))),
    );
    await stop();
    const content = JSON.parse(await readFile(dataFile, 'utf8')) as {
      worlds: { secrets: { name: string }[] }[];
    };
    expect(content.worlds[0]?.secrets.map(({ name }) => name).sort()).toEqual([...names].sort());
  });

  it('takes a new file where there is none, and does not write one before something changes', async () => {
    await start();
    await stop();
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ['no JSON', '{"secret": "hidden-value'],
    ['JSON of something else', '{"name":"package"}'],
    ['an unknown version', '{"format":"local-aws","version":2,"worlds":[],"sessions":[]}'],
    [
      'half of it missing',
      '{"format":"local-aws","version":1,"worlds":[{"account":"123456789012"}],"sessions":[]}',
    ],
    ['a list', '[]'],
  ])('with %s stops the start and is left alone', async (_what, content) => {
    await writeFile(dataFile, content);
    const started = startLocalAws({ dataFile });
    await expect(started).rejects.toThrow(DataFileError);
    await expect(started).rejects.toThrow(dataFile);
    await expect(started).rejects.not.toThrow(/hidden-value/);
    expect(await readFile(dataFile, 'utf8')).toBe(content);
  });

  it('that is a folder stops the start', async () => {
    await expect(startLocalAws({ dataFile: folder })).rejects.toThrow(/Cannot read the data file/);
  });

  it('that cannot be written makes the stop fail, with the reason', async () => {
    dataFile = join(folder, 'missing', 'state.json');
    const warned = jest.spyOn(process, 'emitWarning').mockReturnValue();
    const { secrets } = await start();
    await secrets.send(new CreateSecretCommand({ Name: 'a' }));
    const stopped = aws!.stop();
    aws = undefined;
    await expect(stopped).rejects.toThrow(/Cannot write the data file/);
    warned.mockRestore();
  });
});
