import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
} from '@aws-sdk/client-secrets-manager';
import renameService from '../generators/rename/generator';
import { runChecks } from '../checks/run-checks';
import { renderReport } from '../output/text';
import { outcomes, useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import { readPlugin } from '../config/plugin';
import { readServices } from '../config/services';

const workspace = useAwsWorkspace();
const root = 'services/user-service';
const other = 'services/payment-service';
const old = '/services/user-service/dev';
const orphans = { kind: 'orphans' } as const;
const options = async (given: object) => {
  await workspace.write({
    'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options: given }] }),
  });
};
const commit = async (date?: string) => {
  if (date) process.env['GIT_COMMITTER_DATE'] = date;
  await workspace.commit();
  delete process.env['GIT_COMMITTER_DATE'];
};
/** What check-secrets notes. */
const checkNotes = async () => {
  const nxJson = JSON.parse(workspace.read('nx.json')) as Parameters<typeof readPlugin>[1];
  const { options: read } = readPlugin(workspace.directory(), nxJson);
  const everyService = await readServices(workspace.directory(), [root, other], read);
  const checked = await runChecks({
    workspaceRoot: workspace.directory(),
    options: read,
    services: everyService,
    everyService,
    everyRoot: [root, other],
    stages: [],
    maxAge: undefined,
  });
  return checked.notes;
};

workspace.prepare(async () => {
  await workspace.init({ directory: root, stages: 'dev' });
  await workspace.set(root, 'dev', 'A', 'canary');
  await commit();
  await workspace.sync([root]);
});

const pattern = { secretName: '/apps/{service}/{stage}' };
const rename = { services: { [root]: { name: 'accounts' } } };
/** A pattern that keeps the key: only the secret is named otherwise. */
const now = '/apps/user-service/dev';

test('a changed secretName: noted before and while the new secret is made, then prune takes the old one', async () => {
  await options(pattern);
  expect((await workspace.diff([root])).notes).toContainEqual(
    expect.stringMatching(/an uncommitted change changed names.*\/services\/user-service\/dev \(now \/apps/),
  );
  await commit();
  const head = (await workspace.git('rev-parse', 'HEAD')).stdout.slice(0, 7);
  const left = expect.stringMatching(
    new RegExp(`commit ${head} .* are kept: ${old} \\(now ${now}\\).*:prune`),
  );
  expect((await workspace.diff([root])).notes).toEqual([left]);
  expect(await checkNotes()).toEqual([left]);

  const before = await workspace.prune({ deletion: orphans });
  expect(outcomes(before)).toEqual(['user-service dev uncertain']);
  expect(renderReport(before)).toContain(`${now}, which replaces it, does not have a revision of`);

  const synced = await workspace.sync([root]);
  expect(outcomes(synced)).toEqual(['user-service dev created']);
  expect(synced.notes).toEqual([left]);
  expect((await workspace.sync([root])).notes).toEqual([]);
  const found = await workspace.prune();
  expect(outcomes(found)).toEqual(['user-service dev orphan']);
  expect(renderReport(found)).toContain(`is pushed to ${now} since nx.json was changed by ${head}`);

  const pruned = await workspace.prune({ deletion: orphans });
  expect(outcomes(pruned)).toEqual(['user-service dev deletion-scheduled']);
  expect(pruned.entries[0]?.name).toBe(old);
  // The file is under the same key as before: nobody is told to delete that.
  expect(pruned.notes).toEqual([]);
  expect(await workspace.valueOf(now)).toBe('{"A":"canary"}');
  expect(await workspace.valueOf(old).catch(({ name }: Error) => name)).toBe('InvalidRequestException');
});

test('further pushes under the new name change nothing for the old one', async () => {
  await options(pattern);
  await commit();
  for (const value of ['b', 'c']) {
    await workspace.set(root, 'dev', 'A', value);
    await commit();
    await workspace.sync([root]);
  }
  expect(outcomes(await workspace.prune({ deletion: orphans }))).toEqual([
    'user-service dev deletion-scheduled',
  ]);
});

test('another "services" name in nx.json', async () => {
  await options(rename);
  await commit();
  expect(outcomes(await workspace.prune())).toEqual(['user-service dev uncertain']);
  const notes = await checkNotes();
  expect(notes).toEqual([expect.stringContaining(`${old} (now /services/accounts/dev)`)]);
});

test('a service that was removed before or after the change', async () => {
  await workspace.init({ directory: other, stages: 'dev' });
  await commit();
  await workspace.sync([other]);
  await workspace.git('rm', '-rq', other);
  await commit();
  await options(pattern);
  await commit();
  await workspace.git('rm', '-rq', root);
  await commit();
  expect(outcomes(await workspace.prune())).toEqual([
    'payment-service dev orphan',
    'user-service dev orphan',
  ]);
});

test('read after the change: uncertain', async () => {
  await options(pattern);
  await commit('2026-01-01T12:00:00Z');
  await workspace.sync([root]);
  await workspace.client().send(new GetSecretValueCommand({ SecretId: old }));
  const report = await workspace.prune({ deletion: orphans });
  expect(outcomes(report)).toEqual(['user-service dev uncertain']);
  expect(renderReport(report)).toContain('still read: on 20');
});

test('not committed, or not on the default branch of origin: nothing is deleted', async () => {
  await workspace.git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  await options(pattern);
  expect(outcomes(await workspace.prune({ deletion: orphans }))).toEqual(['user-service dev skipped']);
  await commit();
  await workspace.sync([root]);
  expect(outcomes(await workspace.prune({ deletion: orphans }))).toEqual(['user-service dev uncertain']);
  expect(await checkNotes()).toHaveLength(1);
  await workspace.git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  // The team has seen it.
  expect(await checkNotes()).toEqual([]);
  expect(outcomes(await workspace.prune({ deletion: orphans }))).toEqual([
    'user-service dev deletion-scheduled',
  ]);
});

test("the pattern's change alone proves nothing: a secret of another repository, or a value by hand", async () => {
  await options(pattern);
  await commit();
  await workspace.sync([root]);
  // The other repository has a service of the same name, with the old pattern, and another file.
  await workspace.git('checkout', '-q', '--orphan', 'elsewhere');
  await workspace.git('rm', '-rqf', root);
  await workspace.write({ 'nx.json': '{}' });
  await workspace.init({ directory: root, stages: 'dev' });
  await commit();
  await options(pattern);
  await commit();
  expect(outcomes(await workspace.prune({ deletion: orphans }))).toEqual(['user-service dev uncertain']);
});

test('a service that is new since then has left nothing', async () => {
  await options(pattern);
  await commit();
  await workspace.init({ directory: other, stages: 'dev' });
  await commit();
  expect((await workspace.sync([other])).notes).toEqual([]);
});

test('a stage that nothing has is reported', async () => {
  expect((await workspace.prune({ stages: ['dve'] })).notes).toEqual([
    expect.stringContaining('places searched has a stage dve'),
  ]);
});

describe('a folder that was moved', () => {
  const moved = 'services/accounts';
  const renamed = '/services/accounts/dev';
  const move = () => workspace.git('mv', root, moved);
  const lose = () =>
    workspace.client().send(new DeleteSecretCommand({ SecretId: renamed, ForceDeleteWithoutRecovery: true }));
  const renameAndPush = async () => {
    await workspace.generate((tree) => renameService(tree, { directory: moved, newName: 'folder' }));
    await commit();
    expect(outcomes(await workspace.sync([moved]))).toEqual(['accounts dev created']);
  };
  const finish = async () => {
    await workspace.generate((tree) => renameService(tree, { directory: moved, finish: true }));
    await commit();
  };
  const pruned = async () => outcomes(await workspace.prune({ deletion: orphans }));

  test('and no more: its secret, which services read, stays', async () => {
    await move();
    await commit();
    expect(await pruned()).toEqual(['user-service dev uncertain']);
    expect(await workspace.valueOf(old)).toBe('{"A":"canary"}');
  });

  test.each(['in commits of their own', 'in one commit', 'as a copy first', 'squashed'])(
    'and renamed, %s: the old secret goes once the new one has the value, and not where it is lost',
    async (how) => {
      const { stdout: before } = await workspace.git('rev-parse', 'HEAD');
      await move();
      if (how === 'as a copy first') {
        await workspace.git('checkout', 'HEAD', '--', root);
        await commit();
        await workspace.git('rm', '-rq', root);
      }
      if (how === 'in commits of their own') await commit();
      await renameAndPush();
      await finish();
      if (how === 'squashed') {
        await workspace.git('reset', '-q', '--soft', before);
        await commit();
      }
      const restore = workspace.aws().keepState();
      await lose();
      expect(await pruned()).toEqual(['user-service dev uncertain']);
      expect(await workspace.valueOf(old)).toBe('{"A":"canary"}');
      restore();
      expect(await pruned()).toEqual(['user-service dev deletion-scheduled']);
      expect(await workspace.valueOf(renamed)).toBe('{"A":"canary"}');
    },
  );

  test('another secret of the new name, or another value in it, replaces nothing', async () => {
    await move();
    await renameAndPush();
    await finish();
    await workspace
      .client()
      .send(new PutSecretValueCommand({ SecretId: renamed, SecretString: '{"A":"by hand"}' }));
    expect(await pruned()).toEqual(['user-service dev uncertain']);
    await lose();
    await workspace.client().send(new CreateSecretCommand({ Name: renamed, SecretString: '{}', Tags: [] }));
    expect(await pruned()).toEqual(['user-service dev uncertain']);
  });

  test('… and removed in the end: nothing replaces it', async () => {
    await move();
    await commit();
    await workspace.git('rm', '-rq', moved);
    await commit();
    expect(await pruned()).toEqual(['user-service dev deletion-scheduled']);
  });

  test('a service that is removed as another one comes is an orphan', async () => {
    await workspace.git('rm', '-rq', root);
    await workspace.init({ directory: other, stages: 'dev' });
    await commit();
    expect(await pruned()).toEqual(['user-service dev deletion-scheduled']);
  });
});

test('another secret under the new pattern, and one that is lost, replace nothing', async () => {
  await options(pattern);
  await commit();
  await workspace.client().send(
    new CreateSecretCommand({
      Name: now,
      SecretString: '{}',
      Tags: [{ Key: 'managed-by', Value: 'nx-secrets' }],
    }),
  );
  expect(outcomes(await workspace.prune({ deletion: orphans }))).toEqual(['user-service dev uncertain']);
});
