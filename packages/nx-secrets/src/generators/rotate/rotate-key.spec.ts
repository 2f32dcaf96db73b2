import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateAliasCommand,
  GetKeyRotationStatusCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
} from '@aws-sdk/client-kms';
import { parse } from 'sops-codec';
import { runChecks } from '../../checks/run-checks';
import { readOptions } from '../../config/options';
import { readServices } from '../../config/services';
import { isFailed } from '../../report';
import {
  alias,
  devFile,
  said,
  user,
  values,
  wrappedIn,
  useRotateWorkspace,
} from './rotate-workspace.test-kit';

const workspace = useRotateWorkspace();

describe('--key', () => {
  test('a new key behind the alias, the same values in file and secret, before and after the sync', async () => {
    const old = await workspace.keyOf();
    const [documents, before] = [await workspace.open(), workspace.read(devFile)];
    await workspace.rotate();
    const key = await workspace.keyOf();
    expect(key.id).not.toBe(old.id);
    expect(key).toMatchObject({ state: 'Enabled', description: old.description });
    const { KeyRotationEnabled } = await workspace
      .kms()
      .send(new GetKeyRotationStatusCommand({ KeyId: key.id }));
    expect(KeyRotationEnabled).toBe(true);
    expect(await workspace.open()).toEqual(documents);
    expect(wrappedIn(workspace.read(devFile))).not.toBe(wrappedIn(before));
    expect(await workspace.valueNow()).toEqual(values);
    expect(await workspace.commitAndSync()).toEqual(['user-service dev updated']);
    expect(await workspace.valueNow()).toEqual(values);
    expect((await workspace.keysOfVersions()).get('AWSCURRENT')).toContain(key.id);
    expect(await workspace.keyOf(old.id)).toMatchObject({ state: 'Enabled' });
  });

  test('run again: nothing changes while the old key is needed; once it is not, it goes', async () => {
    const old = await workspace.keyOf();
    await workspace.rotate();
    const [key, text, count] = [await workspace.keyOf(), workspace.read(devFile), await workspace.keyCount()];
    await workspace.rotate();
    expect(said()).toMatch(/unchanged +user-service +dev/);
    expect(said()).toContain(`${devFile} as committed`);
    expect(said()).toContain('(AWSCURRENT)');
    expect(said()).not.toContain('Next: commit');
    await workspace.commitAndSync();
    await workspace.rotate();
    expect(said()).toContain('(AWSPREVIOUS)');
    expect(said()).not.toContain('(AWSCURRENT)');
    expect([await workspace.keyOf(), workspace.read(devFile), await workspace.keyCount()]).toEqual([
      key,
      text,
      count,
    ]);
    await workspace.set(user, 'dev', 'A', 'a');
    await workspace.commitAndSync();
    const changed = workspace.read(devFile);
    await workspace.rotate({ key: true, window: 7 });
    expect(said()).toMatch(/retired +user-service +dev/);
    expect(said()).not.toContain('Next: commit');
    expect(said()).toContain(`aws kms enable-key --region eu-west-1 --key-id ${old.id}`);
    const gone = await workspace.keyOf(old.id);
    expect(gone.state).toBe('PendingDeletion');
    expect(gone.going!.getTime() - Date.now()).toBeLessThan(7.1 * 24 * 60 * 60 * 1000);
    expect([workspace.read(devFile), await workspace.keyCount()]).toEqual([changed, count]);
    expect(await workspace.open()).toHaveLength(1);
  });

  test('provisioning takes the new key as its own, and leaves the old one alone', async () => {
    await workspace.rotate();
    await workspace.init({ directory: user, stages: 'dev' });
    expect(said()).not.toContain('wrote');
    expect(await workspace.keyCount()).toBe(2);
    expect(await workspace.open()).toHaveLength(1);
  });

  test('with --history the old key stays while a revision needs it', async () => {
    const old = await workspace.keyOf();
    // Files say in whole seconds when they were wrapped; this one a day before.
    const text = workspace
      .read(devFile)
      .replace(/created_at: "?[^"\n]+"?/, 'created_at: "2026-01-01T00:00:00Z"');
    await workspace.write({ [devFile]: text });
    await workspace.commit();
    await workspace.rotate();
    await workspace.commitAndSync();
    await workspace.set(user, 'dev', 'A', 'a');
    await workspace.commitAndSync();
    await workspace.rotate({ key: true, history: true });
    // The one before it counts, too, where a second began between it and the new key.
    expect(said()).toMatch(new RegExp(`(?:1 revision|2 revisions) of ${devFile} in Git's history`));
    expect((await workspace.keyOf(old.id)).state).toBe('Enabled');
  });

  test('an alias of somebody else keeps the old key', async () => {
    const old = await workspace.keyOf();
    await workspace.kms().send(new CreateAliasCommand({ AliasName: 'alias/reports', TargetKeyId: old.id }));
    await workspace.rotate({ revoke: true }).catch(() => undefined);
    expect(said()).toContain('alias/reports');
    expect((await workspace.keyOf(old.id)).state).toBe('Enabled');
  });

  describe('a run that ends before its time is resumed', () => {
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
        const [old, documents] = [await workspace.keyOf(), await workspace.open()];
        workspace
          .aws()
          .injectFault(
            how === 'refused'
              ? { operation, kind: { error: 'AccessDeniedException' } }
              : { operation, kind: 'drop-after', count: 3 },
          );
        await workspace.rotate().catch(() => undefined);
        workspace.aws().clearFaults();
        await workspace.rotate();
        const key = await workspace.keyOf();
        expect(key.id).not.toBe(old.id);
        expect(await workspace.open()).toEqual(documents);
        // Every key that was made is behind the alias, the old one, or says that it is not in use.
        const keys = await workspace.kms().send(new ListKeysCommand({}));
        for (const { KeyId = '' } of keys.Keys!.filter(({ KeyId }) => KeyId !== key.id && KeyId !== old.id))
          expect((await workspace.keyOf(KeyId)).description).toContain('not in use yet');
      },
    );

    test('a file that such a run left under both keys is one like others, until the next run', async () => {
      workspace.aws().injectFault({ operation: 'kms:UpdateAlias', kind: 'drop-after', count: 9 });
      await expect(workspace.rotate()).rejects.toThrow();
      workspace.aws().clearFaults();
      expect(said()).toContain('whichever of them the alias points at');
      const entries = () => parse(workspace.read(devFile), 'yaml').metadata.groups.flat().length;
      expect(entries()).toBe(2);
      await workspace.set(user, 'dev', 'A', 'a');
      await workspace.rotate({ dataKey: true });
      expect(await workspace.commitAndSync()).toEqual(['user-service dev updated']);
      const options = readOptions({});
      const services = await readServices(workspace.directory(), [user], options);
      const checked = await runChecks({
        workspaceRoot: workspace.directory(),
        options,
        services,
        everyService: services,
        everyRoot: [user],
        stages: [],
        maxAge: undefined,
      });
      expect(checked.entries.filter(({ outcome }) => isFailed(outcome))).toEqual([]);
      await workspace.rotate();
      expect(said()).toContain('the file was re-encrypted');
      expect(entries()).toBe(1);
      expect(await workspace.open()).toHaveLength(1);
    });

    test('killed between the alias and the file', async () => {
      const [before, documents] = [workspace.read(devFile), await workspace.open()];
      await workspace.rotate();
      const key = await workspace.keyOf();
      await workspace.write({ [devFile]: before });
      await expect(workspace.open()).rejects.toThrow('IncorrectKeyException');
      await workspace.rotate();
      expect(said()).toContain('the file was re-encrypted');
      expect(await workspace.keyOf()).toEqual(key);
      expect(await workspace.open()).toEqual(documents);
    });
  });

  test('a file that does not open begins nothing', async () => {
    const count = await workspace.keyCount();
    const text = workspace.read(devFile);
    await workspace.write({
      [devFile]: text.replace(/mac: ENC\[AES256_GCM,data:/, '$&AAAA'),
    });
    await expect(workspace.rotate()).rejects.toThrow('the secret file could not be rotated');
    expect(said()).toContain(devFile);
    expect(await workspace.keyCount()).toBe(count);
  });
});

test.each<[string, Partial<Parameters<typeof workspace.rotate>[0]>, string]>([
  ['two at once', { key: true, dataKey: true }, 'cannot be combined'],
  [
    'a window that KMS does not have',
    { revoke: true, window: 3 },
    '--window=3 is not a number of days from 7 to 30',
  ],
])('refuses %s', async (_, options, message) => {
  await expect(workspace.rotate(options)).rejects.toThrow(message);
});

test('the new key says whom it replaces', async () => {
  const old = await workspace.keyOf();
  await workspace.rotate();
  const tags = async (KeyId: string) => {
    const { Tags } = await workspace.kms().send(new ListResourceTagsCommand({ KeyId }));
    return new Map(Tags!.map(({ TagKey, TagValue }) => [TagKey, TagValue]));
  };
  const key = await workspace.keyOf();
  const own = { 'managed-by': 'nx-secrets', service: 'user-service', stage: 'dev' };
  expect(await tags(key.id)).toEqual(new Map(Object.entries({ ...own, replaces: old.id })));
  expect(await tags(old.id)).toEqual(new Map(Object.entries({ ...own, 'replaced-by': key.id })));
  expect(readFileSync(join(workspace.directory(), devFile), 'utf8')).toContain(alias);
});
