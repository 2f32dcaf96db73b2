import { join } from 'node:path';
import { git, useDirectory, writeFiles } from '../workspace/workspace.test-kit';
import { isShallow, originUrl, readObjects, revisionsOf, uncommittedSecretFiles } from './git';

const directory = useDirectory();
const file = 'a/secrets/dev.enc.yaml';

const commit = async (path: string, content: string) => {
  await writeFiles(directory(), { [path]: content });
  await git(directory(), 'add', '.');
  await git(directory(), 'commit', '-qm', 'change');
};

const contents = async (path: string, from = directory()) =>
  [...(await readObjects(from, await revisionsOf(from, path))).values()]
    .map((bytes) => Buffer.from(bytes).toString())
    .sort();

test('outside a repository there is nothing to be known', async () => {
  expect(await originUrl(directory())).toBeUndefined();
  expect(await isShallow(directory())).toBeUndefined();
  expect((await uncommittedSecretFiles(directory())).size).toBe(0);
});

test('a repository without a commit has no history', async () => {
  await git(directory(), 'init', '-q');
  expect(await isShallow(directory())).toBeUndefined();
});

describe('in a repository', () => {
  beforeEach(() => git(directory(), 'init', '-q', '-b', 'main'));

  test('every content that a file has had, with binary and empty ones', async () => {
    for (const content of ['one\n', 'two\nwith lines\n', '', 'ü\u0000\n']) await commit(file, content);
    expect(await contents(file)).toEqual(['', 'one\n', 'two\nwith lines\n', 'ü\u0000\n']);
    expect(await isShallow(directory())).toBe(false);
  });

  test('renames of the folder are followed', async () => {
    await commit(file, 'one\n'.repeat(20));
    await git(directory(), 'mv', 'a', 'b');
    await git(directory(), 'commit', '-qm', 'move');
    await commit('b/secrets/dev.enc.yaml', 'two\n');
    expect(await contents('b/secrets/dev.enc.yaml')).toEqual(['one\n'.repeat(20), 'two\n']);
  });

  test('contents of both sides of a merge', async () => {
    await commit(file, 'base\n');
    await git(directory(), 'checkout', '-qb', 'side');
    await commit(file, 'side\n');
    await git(directory(), 'checkout', '-q', 'main');
    await commit(file, 'main\n');
    await git(directory(), 'merge', '-q', '-s', 'ours', 'side');
    expect(await contents(file)).toEqual(['base\n', 'main\n', 'side\n']);
  });

  test('contents of another branch are not history', async () => {
    await commit(file, 'base\n');
    await git(directory(), 'checkout', '-qb', 'side');
    await commit(file, 'side\n');
    await git(directory(), 'checkout', '-q', 'main');
    expect(await contents(file)).toEqual(['base\n']);
  });

  test('a name that looks like an option is a name', async () => {
    await commit('--output=x/secrets/dev.enc.yaml', 'one\n');
    expect(await contents('--output=x/secrets/dev.enc.yaml')).toEqual(['one\n']);
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
    expect([...(await uncommittedSecretFiles(join(directory(), 'ws')))].filter(Boolean).sort()).toEqual([
      'b/secrets/dev.enc.yaml',
      'c/secrets/dev.enc.yaml',
    ]);
  });

  test('the origin', async () => {
    await git(directory(), 'remote', 'add', 'origin', 'git@example.org:team/shop.git');
    expect(await originUrl(directory())).toBe('git@example.org:team/shop.git');
  });
});
