import { DecryptCommand } from '@aws-sdk/client-kms';
import { GetSecretValueCommand, UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { outcomes } from '../../workspace/aws-workspace.test-kit';
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

  test('twice: the second run changes nothing and names the values again', async () => {
    await workspace.rotate({ revoke: true });
    const [key, text, count] = [await workspace.keyOf(), workspace.read(devFile), await workspace.keyCount()];
    await workspace.rotate({ revoke: true });
    expect(said()).toMatch(/unchanged +user-service +dev.*revoked already/);
    expect(said()).toContain('unless an earlier run made one');
    expect(said()).not.toContain('Next: commit');
    expect(said()).toContain('DATABASE_URL --stage=dev');
    expect([await workspace.keyOf(), workspace.read(devFile), await workspace.keyCount()]).toEqual([
      key,
      text,
      count,
    ]);
  });

  test('after --key it takes the old key of then', async () => {
    const old = await workspace.keyOf();
    await workspace.rotate();
    const key = await workspace.keyOf();
    await workspace.rotate({ revoke: true });
    expect(await workspace.keyOf()).toEqual(key);
    expect((await workspace.keyOf(old.id)).state).toBe('PendingDeletion');
  });

  test('refuses where a labelled version would be lost, and the old key stays', async () => {
    const old = await workspace.keyOf();
    await workspace.set(user, 'dev', 'A', 'a');
    await workspace.commitAndSync();
    const versions = await workspace.versionsOf(secret);
    const [id] = [...versions].find(([, labels]) => labels.includes('AWSPREVIOUS'))!;
    const move = { SecretId: secret, VersionStage: 'blue', MoveToVersionId: id };
    await workspace.client().send(new UpdateSecretVersionStageCommand(move));
    await workspace.set(user, 'dev', 'A', 'b');
    await workspace.commitAndSync();
    await expect(workspace.rotate({ revoke: true })).rejects.toThrow('1 of 1 secret files');
    expect(said()).toContain(`${secret} has versions that only the old key opens: blue`);
    expect((await workspace.keyOf(old.id)).state).toBe('Enabled');
    expect((await workspace.valueNow()) as object).toMatchObject({ A: 'b' });
  });

  test('a secret that was never pushed', async () => {
    await workspace.init({ directory: 'services/payment-service', stages: 'dev' });
    await workspace.rotateOther({ directory: 'services/payment-service', revoke: true });
    expect(said()).toMatch(/revoked +payment-service +dev/);
  });
});
