import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateAliasCommand,
  DecryptCommand,
  DescribeKeyCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  ListKeysCommand,
  ListResourceTagsCommand,
} from '@aws-sdk/client-kms';
import {
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { logger } from '@nx/devkit';
import { createKeyring, decrypt, parse } from 'sops-codec';
import { outcomes, useAwsWorkspace } from '../../workspace/aws-workspace.test-kit';
import { writeFiles } from '../../workspace/workspace.test-kit';

const workspace = useAwsWorkspace();
const user = 'services/user-service';
const devFile = `${user}/secrets/dev.enc.yaml`;
const alias = 'alias/user-service-dev';
const secret = '/services/user-service/dev';

let kms: KMSClient;
beforeEach(async () => {
  kms = new KMSClient({ endpoint: workspace.aws().endpoint });
  await workspace.init({ directory: user, stages: 'dev' });
  await workspace.set(user, 'dev', 'DATABASE_URL', 'postgres://u:hunter2@h');
  await workspace.set(user, 'dev', 'smtp.password', 'x1');
  await workspace.commit();
  await workspace.sync([user]);
});
afterEach(() => kms.destroy());

const keyOf = async (KeyId = alias) => {
  const { KeyMetadata: key } = await kms.send(new DescribeKeyCommand({ KeyId }));
  return { id: key!.KeyId!, state: key!.KeyState, description: key!.Description, going: key!.DeletionDate };
};
const keyCount = async () => (await kms.send(new ListKeysCommand({}))).Keys!.length;
const valueNow = async () => JSON.parse((await workspace.valueOf(secret)) ?? '') as unknown;
const values = { DATABASE_URL: 'postgres://u:hunter2@h', smtp: { password: 'x1' } };
const open = async (text = workspace.read(devFile)) =>
  (await decrypt(parse(text, 'yaml'), createKeyring())).documents;
const wrappedIn = (text: string) => parse(text, 'yaml').metadata.groups[0]![0]!.enc;
const said = () => jest.mocked(logger.info).mock.calls.flat().join('\n');
const rotate = async (options: Partial<Parameters<typeof workspace.rotate>[0]> = { key: true }) => {
  jest.mocked(logger.info).mockClear();
  await workspace.rotate({ directory: user, stage: 'dev', ...options });
};
const commitAndSync = async () => {
  await workspace.commit();
  return outcomes(await workspace.sync([user]));
};
const keysOfVersions = async () => {
  const { Versions } = await workspace.client().send(new ListSecretVersionIdsCommand({ SecretId: secret }));
  return new Map(
    Versions!.flatMap(({ VersionStages, KmsKeyIds }) =>
      VersionStages!.map((label) => [label, KmsKeyIds![0]!]),
    ),
  );
};

describe('--key', () => {
  test('a new key behind the alias, the same values in file and secret, before and after the sync', async () => {
    const old = await keyOf();
    const [documents, before] = [await open(), workspace.read(devFile)];
    await rotate();
    const key = await keyOf();
    expect(key.id).not.toBe(old.id);
    expect(key).toMatchObject({ state: 'Enabled', description: old.description });
    const { KeyRotationEnabled } = await kms.send(new GetKeyRotationStatusCommand({ KeyId: key.id }));
    expect(KeyRotationEnabled).toBe(true);
    expect(await open()).toEqual(documents);
    expect(wrappedIn(workspace.read(devFile))).not.toBe(wrappedIn(before));
    expect(await valueNow()).toEqual(values);
    expect(await commitAndSync()).toEqual(['user-service dev updated']);
    expect(await valueNow()).toEqual(values);
    expect((await keysOfVersions()).get('AWSCURRENT')).toContain(key.id);
    expect(await keyOf(old.id)).toMatchObject({ state: 'Enabled' });
  });

  test('run again: nothing changes while the old key is needed; once it is not, it goes', async () => {
    const old = await keyOf();
    await rotate();
    const [key, text, count] = [await keyOf(), workspace.read(devFile), await keyCount()];
    await rotate();
    expect(said()).toMatch(/unchanged +user-service +dev/);
    expect(said()).toContain(`${devFile} as it is committed`);
    expect(said()).toContain('(AWSCURRENT)');
    expect(said()).not.toContain('Next: commit');
    await commitAndSync();
    await rotate();
    expect(said()).toContain('(AWSPREVIOUS)');
    expect(said()).not.toContain('(AWSCURRENT)');
    expect([await keyOf(), workspace.read(devFile), await keyCount()]).toEqual([key, text, count]);
    await workspace.set(user, 'dev', 'A', 'a');
    await commitAndSync();
    const changed = workspace.read(devFile);
    await rotate({ key: true, window: 7 });
    expect(said()).toMatch(/retired +user-service +dev/);
    expect(said()).not.toContain('Next: commit');
    expect(said()).toContain(`aws kms enable-key --region eu-west-1 --key-id ${old.id}`);
    const gone = await keyOf(old.id);
    expect(gone.state).toBe('PendingDeletion');
    expect(gone.going!.getTime() - Date.now()).toBeLessThan(7.1 * 24 * 60 * 60 * 1000);
    expect([workspace.read(devFile), await keyCount()]).toEqual([changed, count]);
    expect(await open()).toHaveLength(1);
  });

  test('provisioning takes the new key as its own, and leaves the old one alone', async () => {
    await rotate();
    await workspace.init({ directory: user, stages: 'dev' });
    expect(said()).not.toContain('wrote');
    expect(await keyCount()).toBe(2);
    expect(await open()).toHaveLength(1);
  });

  test('with --history the old key stays while a revision needs it', async () => {
    const old = await keyOf();
    // Files say in whole seconds when they were wrapped; this one a day before.
    const text = workspace
      .read(devFile)
      .replace(/created_at: "?[^"\n]+"?/, 'created_at: "2026-01-01T00:00:00Z"');
    await writeFiles(workspace.directory(), { [devFile]: text });
    await workspace.commit();
    await rotate();
    await commitAndSync();
    await workspace.set(user, 'dev', 'A', 'a');
    await commitAndSync();
    await rotate({ key: true, history: true });
    // The one before it counts, too, where a second began between it and the new key.
    expect(said()).toMatch(new RegExp(`[12] revisions of ${devFile} in Git's history`));
    expect((await keyOf(old.id)).state).toBe('Enabled');
  });

  test('an alias of somebody else keeps the old key', async () => {
    const old = await keyOf();
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/reports', TargetKeyId: old.id }));
    await rotate({ revoke: true }).catch(() => undefined);
    expect(said()).toContain('alias/reports');
    expect((await keyOf(old.id)).state).toBe('Enabled');
  });

  describe('a run that ends before its time is gone on with', () => {
    const operations = [
      'CreateKey',
      'TagResource',
      'UpdateKeyDescription',
      'EnableKeyRotation',
      'Encrypt',
      'UpdateAlias',
    ];
    test.each(operations.flatMap((operation) => [`kms:${operation} refused`, `kms:${operation} unanswered`]))(
      '%s',
      async (fault) => {
        const [operation = '', how] = fault.split(' ');
        const [old, documents] = [await keyOf(), await open()];
        workspace
          .aws()
          .injectFault(
            how === 'refused'
              ? { operation, kind: { error: 'AccessDeniedException' } }
              : { operation, kind: 'drop-after', count: 3 },
          );
        await rotate().catch(() => undefined);
        workspace.aws().clearFaults();
        await rotate();
        const key = await keyOf();
        expect(key.id).not.toBe(old.id);
        expect(await open()).toEqual(documents);
        // Every key that was made is behind the alias, the old one, or says that it is not in use.
        const keys = await kms.send(new ListKeysCommand({}));
        for (const { KeyId = '' } of keys.Keys!.filter(({ KeyId }) => KeyId !== key.id && KeyId !== old.id))
          expect((await keyOf(KeyId)).description).toContain('not in use yet');
      },
    );

    test('killed between the alias and the file', async () => {
      const [before, documents] = [workspace.read(devFile), await open()];
      await rotate();
      const key = await keyOf();
      await writeFiles(workspace.directory(), { [devFile]: before });
      await expect(open()).rejects.toThrow('IncorrectKeyException');
      await rotate();
      expect(said()).toContain('the file was encrypted anew');
      expect(await keyOf()).toEqual(key);
      expect(await open()).toEqual(documents);
    });
  });

  test('a file that does not open begins nothing', async () => {
    const count = await keyCount();
    const text = workspace.read(devFile);
    await writeFiles(workspace.directory(), {
      [devFile]: text.replace(/mac: ENC\[AES256_GCM,data:/, '$&AAAA'),
    });
    await expect(rotate()).rejects.toThrow('1 of 1 secret files');
    expect(said()).toContain(devFile);
    expect(await keyCount()).toBe(count);
  });
});

describe('--revoke', () => {
  test('the service reads the same value, old ciphertext opens nothing, and what to change is named', async () => {
    const old = await keyOf();
    const [documents, before] = [await open(), workspace.read(devFile)];
    await workspace.set(user, 'dev', 'DATABASE_URL', values.DATABASE_URL);
    await rotate({ revoke: true });
    expect(await valueNow()).toEqual(values);
    expect(await open()).toEqual(documents);
    expect((await keyOf(old.id)).state).toBe('PendingDeletion');
    await expect(open(before)).rejects.toThrow('IncorrectKeyException');
    const oldCiphertext = new DecryptCommand({
      CiphertextBlob: Buffer.from(wrappedIn(before), 'base64'),
      EncryptionContext: { service: 'user-service', stage: 'dev' },
    });
    await expect(kms.send(oldCiphertext)).rejects.toMatchObject({ name: 'KMSInvalidStateException' });
    expect(said()).toMatch(/revoked +user-service +dev/);
    expect(said()).toContain('DATABASE_URL --stage=dev');
    expect(said()).toContain('smtp.password --stage=dev');
    expect(said()).not.toContain('hunter2');
    expect(await commitAndSync()).toEqual(['user-service dev updated']);
    expect(await valueNow()).toEqual(values);
  });

  test('AWSPREVIOUS is readable afterwards, and the secret names the alias', async () => {
    await workspace.set(user, 'dev', 'A', 'a');
    await commitAndSync();
    await rotate({ revoke: true });
    const previous = new GetSecretValueCommand({ SecretId: secret, VersionStage: 'AWSPREVIOUS' });
    expect(JSON.parse((await workspace.client().send(previous)).SecretString!)).toEqual(values);
    await commitAndSync();
    expect(outcomes(await workspace.sync([user]))).toEqual(['user-service dev unchanged']);
  });

  test('twice: the second run changes nothing and names the values again', async () => {
    await rotate({ revoke: true });
    const [key, text, count] = [await keyOf(), workspace.read(devFile), await keyCount()];
    await rotate({ revoke: true });
    expect(said()).toMatch(/unchanged +user-service +dev.*revoked already/);
    expect(said()).toContain('unless an earlier run made one');
    expect(said()).not.toContain('Next: commit');
    expect(said()).toContain('DATABASE_URL --stage=dev');
    expect([await keyOf(), workspace.read(devFile), await keyCount()]).toEqual([key, text, count]);
  });

  test('after --key it takes the old key of then', async () => {
    const old = await keyOf();
    await rotate();
    const key = await keyOf();
    await rotate({ revoke: true });
    expect(await keyOf()).toEqual(key);
    expect((await keyOf(old.id)).state).toBe('PendingDeletion');
  });

  test('refuses where a labelled version would be lost, and the old key stays', async () => {
    const old = await keyOf();
    await workspace.set(user, 'dev', 'A', 'a');
    await commitAndSync();
    const versions = await workspace.versionsOf(secret);
    const [id] = [...versions].find(([, labels]) => labels.includes('AWSPREVIOUS'))!;
    const move = { SecretId: secret, VersionStage: 'blue', MoveToVersionId: id };
    await workspace.client().send(new UpdateSecretVersionStageCommand(move));
    await workspace.set(user, 'dev', 'A', 'b');
    await commitAndSync();
    await expect(rotate({ revoke: true })).rejects.toThrow('1 of 1 secret files');
    expect(said()).toContain(`${secret} has versions that only the old key opens: blue`);
    expect((await keyOf(old.id)).state).toBe('Enabled');
    expect((await valueNow()) as object).toMatchObject({ A: 'b' });
  });

  test('a secret that was never pushed', async () => {
    await workspace.init({ directory: 'services/payment-service', stages: 'dev' });
    await workspace.rotate({ directory: 'services/payment-service', revoke: true });
    expect(said()).toMatch(/revoked +payment-service +dev/);
  });
});

test.each<[string, Partial<Parameters<typeof workspace.rotate>[0]>, string]>([
  ['two at once', { key: true, dataKey: true }, 'asked for at once'],
  [
    'a window that KMS does not have',
    { revoke: true, window: 3 },
    '--window=3 is no number of days from 7 to 30',
  ],
])('refuses %s', async (_, options, message) => {
  await expect(rotate(options)).rejects.toThrow(message);
});

test('the new key says whom it replaces', async () => {
  const old = await keyOf();
  await rotate();
  const tags = async (KeyId: string) => {
    const { Tags } = await kms.send(new ListResourceTagsCommand({ KeyId }));
    return new Map(Tags!.map(({ TagKey, TagValue }) => [TagKey, TagValue]));
  };
  const key = await keyOf();
  const own = { 'managed-by': 'nx-secrets', service: 'user-service', stage: 'dev' };
  expect(await tags(key.id)).toEqual(new Map(Object.entries({ ...own, replaces: old.id })));
  expect(await tags(old.id)).toEqual(new Map(Object.entries({ ...own, 'replaced-by': key.id })));
  expect(readFileSync(join(workspace.directory(), devFile), 'utf8')).toContain(alias);
});
