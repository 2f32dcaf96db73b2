import { join } from 'node:path';
import { git, useDirectory, writeFiles } from '../testing/workspace.test-kit';
import { changesOf, followedChanges, removalsOf, type Change } from './changes';
import { isShallow, originUrl, ownFiles, uncommittedAmong } from './repository';
import { openObjects } from './objects';

const directory = useDirectory();
const file = 'a/secrets/dev.enc.yaml';

const commit = async (path: string, content: string) => {
  await writeFiles(directory(), { [path]: content });
  await git(directory(), 'add', '.');
  await git(directory(), 'commit', '-qm', 'change');
};

/** Contents of files in history, newest first, each once. */
const contents = async (paths: string | readonly string[], from = directory()) => {
  const changes = typeof paths === 'string' ? followedChanges(from, paths) : changesOf(from, paths);
  const objects = openObjects(from);
  const found = new Set<string>();
  for await (const { path, after, before } of changes) {
    for (const id of [after, before].filter((one) => one !== undefined)) {
      found.add(
        `${typeof paths === 'string' ? '' : `${path}: `}${Buffer.from((await objects.read(id))!).toString()}`,
      );
    }
  }
  await objects.close();
  return [...found];
};

test('outside a repository there is nothing to be known', async () => {
  expect(await originUrl(directory())).toBeUndefined();
  expect(await isShallow(directory())).toBeUndefined();
  expect((await uncommittedAmong(directory(), [file])).size).toBe(0);
  expect(await ownFiles(directory(), ['*'])).toBeUndefined();
});

test('a repository without a commit has no history', async () => {
  await git(directory(), 'init', '-q');
  expect(await isShallow(directory())).toBeUndefined();
});

describe('in a repository', () => {
  beforeEach(() => git(directory(), 'init', '-q', '-b', 'main'));

  test('every content that a file has had, with binary and empty ones', async () => {
    for (const content of ['one\n', 'two\nwith lines\n', '', 'ü\u0000\n']) await commit(file, content);
    expect(await contents(file)).toEqual(['ü\u0000\n', '', 'two\nwith lines\n', 'one\n']);
    expect(await isShallow(directory())).toBe(false);
  });

  test.each(['off', 'combined', 'first-parent'])(
    'merges are shown as they are under log.diffMerges=%s',
    async (value) => {
      await commit(file, 'one\n');
      await git(directory(), 'checkout', '-qb', 'side');
      await commit('x', '');
      await git(directory(), 'checkout', '-q', 'main');
      await commit('y', '');
      await git(directory(), 'merge', '-q', '--no-commit', 'side');
      await commit(file, 'of the merge\n');
      await git(directory(), 'config', 'log.diffMerges', value);
      const changes: Change[] = [];
      for await (const change of changesOf(directory(), [file])) changes.push(change);
      expect(changes.map(({ commit: { merge } }) => merge)).toEqual([true, true, false]);
    },
  );

  test('renames of the folder are followed', async () => {
    await commit(file, 'one\n'.repeat(20));
    await git(directory(), 'mv', 'a', 'b');
    await git(directory(), 'commit', '-qm', 'move');
    await commit('b/secrets/dev.enc.yaml', 'two\n');
    expect(await contents('b/secrets/dev.enc.yaml')).toEqual(['two\n', 'one\n'.repeat(20)]);
  });

  test('contents of both sides of a merge', async () => {
    await commit(file, 'base\n');
    await git(directory(), 'checkout', '-qb', 'side');
    await commit(file, 'side\n');
    await git(directory(), 'checkout', '-q', 'main');
    await commit(file, 'main\n');
    await git(directory(), 'merge', '-q', '-s', 'ours', 'side');
    for (const found of [await contents(file), (await contents([file])).map((text) => text.split(': ')[1])]) {
      expect(found.sort()).toEqual(['base\n', 'main\n', 'side\n']);
    }
  });

  describe('the commit of a change', () => {
    const all = async (changes: AsyncIterable<Change>) => {
      const found: Change[] = [];
      for await (const change of changes) found.push(change);
      return found;
    };
    const shown = async (format: string, ...args: readonly string[]) =>
      (await git(directory(), 'log', `--format=${format}`, ...args)).stdout.split('\n');

    test('by id and date, with what it made, changed and removed', async () => {
      await commit(file, 'one\n');
      await commit(file, 'two\n');
      await git(directory(), 'rm', '-q', file);
      await git(directory(), 'commit', '-qm', 'remove');
      const changes = await all(changesOf(directory(), [file]));
      expect(changes.map(({ commit }) => commit.id)).toEqual(await shown('%H'));
      expect(changes.map(({ commit }) => Date.parse(commit.date) / 1000)).toEqual(
        (await shown('%ct')).map(Number),
      );
      const [removed, changed, made] = changes;
      expect([made!.before, removed!.after]).toEqual([undefined, undefined]);
      expect([changed!.before, removed!.before]).toEqual([made!.after, changed!.after]);
      expect(await all(followedChanges(directory(), file))).toEqual(changes);
    });

    test('a removal counts from its merge, and a name that a rename left is removed', async () => {
      await commit('a/secrets/dev.enc.yaml', 'one\n'.repeat(20));
      await commit('b/secrets/dev.enc.yaml', 'two\n'.repeat(20));
      await commit('c/secrets/dev.enc.yaml', 'three\n');
      await git(directory(), 'checkout', '-qb', 'side');
      await git(directory(), 'rm', '-q', 'a/secrets/dev.enc.yaml');
      await git(directory(), 'mv', 'b', 'd');
      await git(directory(), 'commit', '-qm', 'remove and move');
      await git(directory(), 'checkout', '-q', 'main');
      await commit('code.ts', 'x');
      const removals = () => all(removalsOf(directory(), ':(glob)**/secrets/*.enc.*'));
      expect(await removals()).toEqual([]);
      await git(directory(), 'merge', '-q', '--no-edit', 'side');
      const [merge] = await shown('%H', '-1');
      expect((await removals()).map(({ path, commit }) => [path, commit.id, commit.merge])).toEqual([
        ['a/secrets/dev.enc.yaml', merge, true],
        ['b/secrets/dev.enc.yaml', merge, true],
      ]);
    });
  });

  test('contents of another branch are not history', async () => {
    await commit(file, 'base\n');
    await git(directory(), 'checkout', '-qb', 'side');
    await commit(file, 'side\n');
    await git(directory(), 'checkout', '-q', 'main');
    expect(await contents(file)).toEqual(['base\n']);
  });

  test.each(['--output=x/f', ':(glob)**/f', 'ü "quoted" \u001b[31m/f', '*/f'])(
    '%j is a name',
    async (path) => {
      await commit('other/f', 'other\n');
      await commit(path, 'one\n');
      expect(await contents(path)).toEqual(['one\n']);
      expect(await contents([path])).toEqual([`${path}: one\n`]);
    },
  );

  test('many files in one walk, from a workspace below the repository', async () => {
    for (const [path, content] of [
      ['ws/a/f', '1'],
      ['ws/b/f', '2'],
      ['ws/c/f', '3'],
      ['ws/a/f', '4'],
    ] as const)
      await commit(path, content);
    expect(await contents(['a/f', 'b/f', 'gone/f', 'with\nbreak'], join(directory(), 'ws'))).toEqual([
      'a/f: 4',
      'a/f: 1',
      'b/f: 2',
    ]);
  });

  test('an object that is not there, and one that is too large, are nothing', async () => {
    await commit('large', 'x'.repeat(17 * 1024 * 1024));
    await commit('small', 'small');
    const id = async (name: string) => (await git(directory(), 'rev-parse', `HEAD:${name}`)).stdout;
    const objects = openObjects(directory());
    const read = await Promise.all(
      ['0'.repeat(40), await id('large'), await id('small')].map((each) => objects.read(each)),
    );
    expect(read.map((bytes) => bytes?.length)).toEqual([undefined, undefined, 5]);
    await objects.close();
    expect(await objects.read('0'.repeat(40))).toBeUndefined();
  });

  test('before the first commit nothing is committed', async () => {
    expect([...(await uncommittedAmong(directory(), [file]))]).toEqual([file]);
  });

  test('a shallow clone says so', async () => {
    await commit(file, 'one\n');
    await commit(file, 'two\n');
    await git(directory(), 'clone', '-q', '--depth=1', `file://${directory()}`, 'clone');
    expect(await isShallow(join(directory(), 'clone'))).toBe(true);
    expect(await contents(file, join(directory(), 'clone'))).toEqual(['two\n']);
  });

  test('secret files that are not committed as they are, seen from a workspace below the repository', async () => {
    await commit('ws/a/secrets/dev.enc.yaml', 'one\n');
    await commit('ws/b/secrets/dev.enc.yaml', 'one\n');
    await writeFiles(directory(), {
      'ws/b/secrets/dev.enc.yaml': 'two\n',
      'ws/c/secrets/dev.enc.yaml': 'new\n',
      'ws/b/code.ts': 'x',
    });
    const paths = ['a', 'b', 'c'].map((service) => `${service}/secrets/dev.enc.yaml`);
    expect([...(await uncommittedAmong(join(directory(), 'ws'), paths))]).toEqual(paths.slice(1));
  });

  test('files that Git has or would add, seen from a workspace below the repository', async () => {
    await commit('ws/.gitignore', 'ignored\n*.local\n');
    for (const path of ['ws/a/.env', 'ws/a/gone', 'ws/b/.env.local', '.env'])
      await writeFiles(directory(), { [path]: 'x' });
    await git(directory(), 'add', '-f', '.');
    await writeFiles(directory(), { 'ws/c/.env': 'new', 'ws/c/ü\nx/.env': 'new', 'ws/ignored/.env': 'x' });
    await git(directory(), 'rm', '-q', '--force', 'ws/a/gone');
    const files = await ownFiles(join(directory(), 'ws'), [':(glob)**/.env*', ':(glob)a/*']);
    expect([...(files ?? [])].sort()).toEqual(['a/.env', 'b/.env.local', 'c/.env', 'c/ü\nx/.env']);
    expect(await ownFiles(join(directory(), 'ws'), ['nothing'])).toEqual([]);
  });

  test('the origin', async () => {
    await git(directory(), 'remote', 'add', 'origin', 'git@example.org:team/shop.git');
    expect(await originUrl(directory())).toBe('git@example.org:team/shop.git');
  });
});
