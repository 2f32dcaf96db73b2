import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  DecryptCommand,
  DeleteAliasCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
} from '@aws-sdk/client-kms';
import { GetSecretValueCommand, UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { outcomes } from '../../testing/aws-workspace.test-kit';
import {
  devFile,
  said,
  secret,
  user,
  values,
  wrappedIn,
  useRotateWorkspace,
} from './rotate-workspace.test-kit';

const workspace = useRotateWorkspace();

describe('--revoke', () => {
  test('the service reads the same value, old ciphertext opens nothing, and what to change is named', async () => {
    const old = await workspace.keyOf();
    const [documents, before] = [await workspace.open(), workspace.read(devFile)];
    await workspace.set(user, 'dev', 'DATABASE_URL', values.DATABASE_URL);
    await workspace.rotate({ revoke: true });
    expect(await workspace.valueNow()).toEqual(values);
    expect(await workspace.open()).toEqual(documents);
    expect((await workspace.keyOf(old.id)).state).toBe('PendingDeletion');
    await expect(workspace.open(before)).rejects.toThrow('IncorrectKeyException');
    const oldCiphertext = new DecryptCommand({
      CiphertextBlob: Buffer.from(wrappedIn(before), 'base64'),
      EncryptionContext: { service: 'user-service', stage: 'dev' },
    });
    await expect(workspace.kms().send(oldCiphertext)).rejects.toMatchObject({
      name: 'KMSInvalidStateException',
    });
    expect(said()).toMatch(/revoked +user-service +dev/);
    expect(said()).toContain('DATABASE_URL --stage=dev');
    expect(said()).toContain('smtp.password --stage=dev');
    expect(said()).not.toContain('hunter2');
    expect(await workspace.commitAndSync()).toEqual(['user-service dev updated']);
    expect(await workspace.valueNow()).toEqual(values);
  });

  test('AWSPREVIOUS is readable afterwards, and the secret names the alias', async () => {
    await workspace.set(user, 'dev', 'A', 'a');
    await workspace.commitAndSync();
    await workspace.rotate({ revoke: true });
    const previous = new GetSecretValueCommand({ SecretId: secret, VersionStage: 'AWSPREVIOUS' });
    expect(JSON.parse((await workspace.client().send(previous)).SecretString!)).toEqual(values);
    await workspace.commitAndSync();
    expect(outcomes(await workspace.sync([user]))).toEqual(['user-service dev unchanged']);
  });

  test('twice: the key of then goes, too, and the values are named again', async () => {
    await workspace.rotate({ revoke: true });
    const key = await workspace.keyOf();
    await workspace.rotate({ revoke: true });
    expect(said()).toMatch(/revoked +user-service +dev/);
    expect(said()).toContain('DATABASE_URL --stage=dev');
    expect((await workspace.keyOf(key.id)).state).toBe('PendingDeletion');
    expect((await workspace.keyOf()).state).toBe('Enabled');
    expect(await workspace.valueNow()).toEqual(values);
  });

  test.each([
    ['at once', async () => undefined],
    ['after the new file was pushed', async () => void (await workspace.commitAndSync())],
  ])('after --key, %s: the key of now goes, and the one that the earlier run left', async (_, between) => {
    const old = await workspace.keyOf();
    await workspace.rotate();
    await between();
    const [key, file] = [await workspace.keyOf(), workspace.read(devFile)];
    await workspace.rotate({ revoke: true });
    expect((await workspace.keyOf()).id).not.toBe(key.id);
    for (const { id } of [old, key]) expect((await workspace.keyOf(id)).state).toBe('PendingDeletion');
    expect(said()).toContain(`the old keys ${key.id}, ${old.id} are no longer used`);
    await expect(workspace.open(file)).rejects.toThrow('IncorrectKeyException');
    expect(await workspace.open()).toHaveLength(1);
    expect(await workspace.valueNow()).toEqual(values);
  });

  test('after several runs of --key that were never finished, all the old keys go', async () => {
    const keys: string[] = [];
    const advance = async () => {
      keys.push((await workspace.keyOf()).id);
      await workspace.rotate();
    };
    await advance();
    // Each alias of somebody else keeps its key, so that the next run has one more to look after.
    for (const name of ['alias/one', 'alias/two']) {
      await workspace.kms().send(new CreateAliasCommand({ AliasName: name, TargetKeyId: keys.at(-1)! }));
      await expect(workspace.rotate({ revoke: true })).rejects.toThrow('could not be rotated');
      keys.push((await workspace.keyOf()).id);
    }
    for (const AliasName of ['alias/one', 'alias/two'])
      await workspace.kms().send(new DeleteAliasCommand({ AliasName }));
    await workspace.rotate({ revoke: true });
    for (const id of keys) expect((await workspace.keyOf(id)).state).toBe('PendingDeletion');
    expect(await workspace.valueNow()).toEqual(values);
  });

  describe('where a labelled version would be lost', () => {
    let old: string;
    beforeEach(async () => {
      old = (await workspace.keyOf()).id;
      await workspace.set(user, 'dev', 'A', 'a');
      await workspace.commitAndSync();
      const [id] = [...(await workspace.versionsOf(secret))].find(([, labels]) =>
        labels.includes('AWSPREVIOUS'),
      )!;
      const move = { SecretId: secret, VersionStage: 'blue', MoveToVersionId: id };
      await workspace.client().send(new UpdateSecretVersionStageCommand(move));
      await workspace.set(user, 'dev', 'A', 'b');
      await workspace.commitAndSync();
      await workspace.rotate({ revoke: true });
    });

    test('the old key opens that version only, with what to change and the command that goes on', async () => {
      expect(said()).toMatch(/revoked +user-service +dev/);
      expect(said()).toContain(`the old key ${old} no longer opens any file; it stays for these`);
      expect(said()).toMatch(/version [0-9a-f]+… \(blue\)/);
      expect(said()).toContain('--version-stage blue --remove-from-version-id');
      expect(said()).toContain('DATABASE_URL --stage=dev');
      expect(said()).toContain(':rotate --key --stage=dev');
      expect((await workspace.keyOf(old)).state).toBe('Enabled');
      expect((await workspace.valueNow()) as object).toMatchObject({ A: 'b' });
    });

    test('the command goes on with it once the label is gone, and makes no further key', async () => {
      const key = await workspace.keyOf();
      await workspace.rotate({ key: true });
      expect(said()).toContain(`the old key ${old} no longer opens any file; it stays for these`);
      const remove = { SecretId: secret, VersionStage: 'blue' };
      const [id] = [...(await workspace.versionsOf(secret))].find(([, labels]) => labels.includes('blue'))!;
      await workspace
        .client()
        .send(new UpdateSecretVersionStageCommand({ ...remove, RemoveFromVersionId: id }));
      await workspace.rotate({ key: true });
      expect(said()).toMatch(/revoked +user-service +dev/);
      expect(said()).toContain('DATABASE_URL --stage=dev');
      expect((await workspace.keyOf(old)).state).toBe('PendingDeletion');
      expect(await workspace.keyOf()).toEqual(key);
    });
  });

  test.each<[string, (id: string) => Promise<unknown>]>([
    ['disabled', (KeyId) => workspace.kms().send(new DisableKeyCommand({ KeyId }))],
    ['scheduled for deletion', (KeyId) => workspace.kms().send(new ScheduleKeyDeletionCommand({ KeyId }))],
  ])('a key that somebody %s by hand: named, with the way to make it usable for the run', async (_, off) => {
    const { id } = await workspace.keyOf();
    await off(id);
    await expect(workspace.rotate({ revoke: true })).rejects.toThrow('could not be rotated');
    expect(said()).toContain(`key ${id} is`);
    expect(said()).toContain(`aws kms enable-key --region eu-west-1 --key-id ${id}\n`);
    await workspace
      .kms()
      .send(new CancelKeyDeletionCommand({ KeyId: id }))
      .catch(() => undefined);
    await workspace.kms().send(new EnableKeyCommand({ KeyId: id }));
    await workspace.rotate({ revoke: true });
    expect((await workspace.keyOf(id)).state).toBe('PendingDeletion');
  });

  test("a tag that names another service's key as replaced does not bring that one down", async () => {
    await workspace.init({ directory: 'services/payment-service', stages: 'dev' });
    const foreign = await workspace.keyOf('alias/payment-service-dev');
    const { id } = await workspace.keyOf();
    await workspace
      .kms()
      .send(new TagResourceCommand({ KeyId: id, Tags: [{ TagKey: 'replaces', TagValue: foreign.id }] }));
    await workspace.rotate({ revoke: true });
    expect((await workspace.keyOf(foreign.id)).state).toBe('Enabled');
    expect((await workspace.keyOf(id)).state).toBe('PendingDeletion');
  });

  test('a secret that was never pushed', async () => {
    await workspace.init({ directory: 'services/payment-service', stages: 'dev' });
    await workspace.rotateOther({ directory: 'services/payment-service', revoke: true });
    expect(said()).toMatch(/revoked +payment-service +dev/);
  });
});
