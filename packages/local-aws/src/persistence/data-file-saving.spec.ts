import { CreateKeyCommand, DecryptCommand, EncryptCommand } from '@aws-sdk/client-kms';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
} from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { copyFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { awsOnDisk } from './data-file.test-kit';

const disk = awsOnDisk();

describe('a change that cannot be saved', () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  afterEach(() => jest.restoreAllMocks());

  it.each([
    ['nothing was written', 0],
    ['half of it was written', 20],
  ])('is not made, and nothing that comes later is lost: %s', async (_what, written) => {
    const { secrets } = await disk.start();
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
    const copy = join(disk.folder, 'copy.json');
    await copyFile(disk.dataFile, copy);
    await copyFile(`${disk.dataFile}.journal`, `${copy}.journal`);
    await disk.stop();
    disk.dataFile = copy;
    const after = await disk.start();
    const { SecretList } = await after.secrets.send(new ListSecretsCommand({}));
    expect(SecretList?.map(({ Name }) => Name).sort()).toEqual(['first', 'fourth', 'second']);
  });
});

describe('reading', () => {
  it('does not touch the files', async () => {
    const { kms, secrets, sts } = await disk.start();
    const { KeyId } = (await kms.send(new CreateKeyCommand({}))).KeyMetadata!;
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }));
    await secrets.send(new CreateSecretCommand({ Name: 'a', SecretString: 'x' }));
    await secrets.send(new PutSecretValueCommand({ SecretId: 'a', SecretString: 'y' }));
    const files = () =>
      Promise.all([disk.dataFile, `${disk.dataFile}.journal`].map((path) => readFile(path, 'utf8')));
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
    const before = await disk.start();
    await before.secrets.send(new CreateSecretCommand({ Name: 'a', SecretString: 'x' }));
    await before.secrets.send(new GetSecretValueCommand({ SecretId: 'a' }));
    await disk.stop();
    const { secrets } = await disk.start();
    const { LastAccessedDate } = await secrets.send(new DescribeSecretCommand({ SecretId: 'a' }));
    expect(LastAccessedDate).toBeInstanceOf(Date);
  });
});

describe('the journal', () => {
  it('is folded into the data file when it has grown, and has no value twice', async () => {
    const { secrets } = await disk.start();
    const value = randomBytes(30_000).toString('hex');
    await secrets.send(new CreateSecretCommand({ Name: 'a', SecretString: 'x' }));
    const journalSize = async () => (await stat(`${disk.dataFile}.journal`).catch(() => ({ size: 0 }))).size;
    const sizes: number[] = [];
    for (let count = 0; count < 30; count += 1) {
      await secrets.send(new PutSecretValueCommand({ SecretId: 'a', SecretString: value }));
      sizes.push(await journalSize());
    }
    expect(Math.max(...sizes)).toBeLessThan(2 * 1024 * 1024);
    const growth = sizes.slice(1).map((size, index) => size - sizes[index]!);
    expect(growth.some((item) => item < 0)).toBe(true);
    expect(Math.max(...growth)).toBeLessThan(3 * value.length);
    expect((await stat(disk.dataFile)).mode & 0o777).toBe(0o600);
  });
});
