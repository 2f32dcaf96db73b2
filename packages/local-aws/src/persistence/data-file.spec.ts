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
  ListSecretsCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { copyFile, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalAws, startLocalAws } from '../start';
import { DataFileError } from './data-file-error';

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

  it('in a folder that is not there stops the start', async () => {
    dataFile = join(folder, 'missing', 'state.json');
    await expect(start()).rejects.toThrow(/Cannot write the lock of the data file.*Create the folder/);
  });

  it('that another local-aws uses stops the start, by whatever name, until that one stops', async () => {
    await start();
    const other = join(folder, 'link.json');
    await symlink(dataFile, other);
    for (const path of [dataFile, other]) {
      const second = startLocalAws({ dataFile: path });
      await expect(second).rejects.toThrow(DataFileError);
      await expect(second).rejects.toThrow(
        /state\.json is in use by another local-aws \(process \d+\)\. Stop that one, or give another file with --data/,
      );
    }
    await stop();
    await start();
  });

  it('is free again after a start that failed', async () => {
    const { secrets } = await start();
    await secrets.send(new CreateSecretCommand({ Name: 'a' }));
    const { port } = aws!;
    await expect(startLocalAws({ port, dataFile: join(folder, 'other.json') })).rejects.toThrow('EADDRINUSE');
    expect((await readdir(folder)).filter((name) => name.startsWith('other'))).toEqual([]);
  });
});

describe('a change that cannot be saved', () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  afterEach(() => jest.restoreAllMocks());

  it.each([
    ['nothing was written', 0],
    ['half of it was written', 20],
  ])('is not made, and nothing that comes later is lost: %s', async (_what, written) => {
    const { secrets } = await start();
    const create = (Name: string) => secrets.send(new CreateSecretCommand({ Name, SecretString: 'x' }));
    await create('first');
    await create('second');
    const real = fs.writeSync;
    const write = jest.spyOn(fs, 'writeSync').mockImplementation((descriptor, data, ...at: unknown[]) => {
      if (written > 0) real(descriptor, data as unknown as Buffer, 0, written, at[2] as number);
      throw full;
    });
    await expect(create('third')).rejects.toMatchObject({
      name: 'InternalServiceError',
      message: expect.stringMatching(/Cannot write the data file .*no space left on device.*Make room/),
    });
    await expect(secrets.send(new DescribeSecretCommand({ SecretId: 'third' }))).rejects.toThrow();
    write.mockRestore();
    await create('fourth');
    // As after a kill: what is on disk now is all that there is.
    const copy = join(folder, 'copy.json');
    await copyFile(dataFile, copy);
    await copyFile(`${dataFile}.journal`, `${copy}.journal`);
    await stop();
    dataFile = copy;
    const after = await start();
    const { SecretList } = await after.secrets.send(new ListSecretsCommand({}));
    expect(SecretList?.map(({ Name }) => Name).sort()).toEqual(['first', 'fourth', 'second']);
  });
});

describe('reading', () => {
  it('does not touch the files', async () => {
    const { kms, secrets, sts } = await start();
    const { KeyId } = (await kms.send(new CreateKeyCommand({}))).KeyMetadata!;
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }));
    await secrets.send(new CreateSecretCommand({ Name: 'a', SecretString: 'x' }));
    await secrets.send(new PutSecretValueCommand({ SecretId: 'a', SecretString: 'y' }));
    const files = () => Promise.all([dataFile, `${dataFile}.journal`].map((path) => readFile(path, 'utf8')));
    const before = await files();
    const write = jest.spyOn(fs, 'writeSync');
    await kms.send(new DecryptCommand({ CiphertextBlob }));
    await secrets.send(new DescribeSecretCommand({ SecretId: 'a' }));
    await secrets.send(new GetSecretValueCommand({ SecretId: 'a' }));
    await secrets.send(new ListSecretsCommand({}));
    await sts.send(new GetCallerIdentityCommand({}));
    expect(write).not.toHaveBeenCalled();
    write.mockRestore();
    expect(await files()).toEqual(before);
  });

  it('remembers the day of a last access over a stop', async () => {
    const before = await start();
    await before.secrets.send(new CreateSecretCommand({ Name: 'a', SecretString: 'x' }));
    await before.secrets.send(new GetSecretValueCommand({ SecretId: 'a' }));
    await stop();
    const { secrets } = await start();
    const { LastAccessedDate } = await secrets.send(new DescribeSecretCommand({ SecretId: 'a' }));
    expect(LastAccessedDate).toBeInstanceOf(Date);
  });
});

describe('the journal', () => {
  it('is folded into the data file when it has grown, and has no value twice', async () => {
    const { secrets } = await start();
    const value = randomBytes(30_000).toString('hex');
    await secrets.send(new CreateSecretCommand({ Name: 'a', SecretString: 'x' }));
    const journalSize = async () => (await stat(`${dataFile}.journal`).catch(() => ({ size: 0 }))).size;
    const sizes: number[] = [];
    for (let each = 0; each < 30; each += 1) {
      await secrets.send(new PutSecretValueCommand({ SecretId: 'a', SecretString: value }));
      sizes.push(await journalSize());
    }
    expect(Math.max(...sizes)).toBeLessThan(2 * 1024 * 1024);
    const growth = sizes.slice(1).map((size, index) => size - sizes[index]!);
    expect(growth.some((each) => each < 0)).toBe(true);
    expect(Math.max(...growth)).toBeLessThan(3 * value.length);
    expect((await stat(dataFile)).mode & 0o777).toBe(0o600);
  });
});
