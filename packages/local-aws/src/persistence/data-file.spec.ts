import {
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  RotateKeyOnDemandCommand,
} from '@aws-sdk/client-kms';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startLocalAws } from '../start';
import { DataFileError } from './data-file-error';
import { awsOnDisk } from './data-file.test-kit';

const disk = awsOnDisk();

describe('the data file', () => {
  it('brings back keys, ciphertexts, secrets, their settings and sessions', async () => {
    const SecretId = 'a';
    const before = await disk.start();
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
    await disk.stop();

    const content = await readFile(disk.dataFile, 'utf8');
    for (const value of ['hidden-one', 'hidden-two', Credentials?.SecretAccessKey as string]) {
      expect(content).not.toContain(value);
      expect(content).not.toContain(Buffer.from(value).toString('base64'));
    }
    expect((await stat(disk.dataFile)).mode & 0o777).toBe(0o600);
    expect(await readdir(disk.folder)).toEqual(['state.json']);

    const after = await disk.start(Credentials?.AccessKeyId);
    const identity = await after.sts.send(new GetCallerIdentityCommand({}));
    expect(identity.Account).toBe('444455556666');
    await disk.stop();
    const { kms, secrets } = await disk.start();
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
    const { secrets } = await disk.start();
    const names = Array.from({ length: 40 }, (_, index) => `s${index}`);
    await Promise.all(
      names.map((Name) => secrets.send(new CreateSecretCommand({ Name, SecretString: 'x' }))),
    );
    await disk.stop();
    const content = JSON.parse(await readFile(disk.dataFile, 'utf8')) as {
      worlds: { secrets: { name: string }[] }[];
    };
    expect(content.worlds[0]?.secrets.map(({ name }) => name).sort()).toEqual([...names].sort());
  });

  it('takes a new file where there is none, and does not write one before something changes', async () => {
    await disk.start();
    await disk.stop();
    expect(await readdir(disk.folder)).toEqual([]);
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
    await writeFile(disk.dataFile, content);
    const started = startLocalAws({ dataFile: disk.dataFile });
    await expect(started).rejects.toThrow(DataFileError);
    await expect(started).rejects.toThrow(disk.dataFile);
    await expect(started).rejects.not.toThrow(/hidden-value/);
    expect(await readFile(disk.dataFile, 'utf8')).toBe(content);
  });

  it('that is a folder stops the start', async () => {
    await expect(startLocalAws({ dataFile: disk.folder })).rejects.toThrow(/Cannot read the data file/);
  });

  it('in a folder that is not there stops the start', async () => {
    disk.dataFile = join(disk.folder, 'missing', 'state.json');
    await expect(disk.start()).rejects.toThrow(/Cannot write the lock of the data file.*Create the folder/);
  });

  it('that another local-aws uses stops the start, by whatever name, until that one stops', async () => {
    await disk.start();
    const other = join(disk.folder, 'link.json');
    await symlink(disk.dataFile, other);
    for (const path of [disk.dataFile, other]) {
      const second = startLocalAws({ dataFile: path });
      await expect(second).rejects.toThrow(DataFileError);
      await expect(second).rejects.toThrow(
        /state\.json is in use by another local-aws \(process \d+\)\. Stop that one, or give another file with --data/,
      );
    }
    await disk.stop();
    await disk.start();
  });

  it('is free again after a start that failed', async () => {
    const { secrets } = await disk.start();
    await secrets.send(new CreateSecretCommand({ Name: 'a' }));
    const { port } = disk;
    await expect(startLocalAws({ port, dataFile: join(disk.folder, 'other.json') })).rejects.toThrow(
      'EADDRINUSE',
    );
    expect((await readdir(disk.folder)).filter((name) => name.startsWith('other'))).toEqual([]);
  });
});
