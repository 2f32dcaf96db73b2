import { commitName, commitThatAdded, currentBranch, lastCommitOf, refsWith } from './commit-names';
import { git, useDirectory, writeFiles } from '../testing/workspace.test-kit';

const directory = useDirectory();
const run = (...args: readonly string[]) => git(directory(), ...args);
const idOf = async (name: string) => (await run('rev-parse', name)).stdout;
async function commit(content: string): Promise<string> {
  await writeFiles(directory(), { 'a[1]': content });
  await run('add', '.');
  await run('commit', '-qm', 'change');
  return idOf('HEAD');
}
const short = (id: string): unknown => ({
  id: expect.stringMatching(new RegExp(`^${id.slice(0, 4)}`)),
  date: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  author: expect.any(String),
});

test('outside a repository nothing is known', async () => {
  expect(await refsWith(directory(), 'HEAD')).toBeUndefined();
  expect(await commitName(directory(), 'HEAD')).toBeUndefined();
  expect(await currentBranch(directory())).toBeUndefined();
});

describe('in a repository', () => {
  beforeEach(() => run('init', '-q', '-b', 'main'));

  test('branches, tags, remotes and the stash that have a commit; a symbolic name of one is left out', async () => {
    const first = await commit('one');
    await run('branch', 'side');
    await run('tag', 'v1');
    await run('update-ref', 'refs/remotes/origin/main', first);
    await run('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main');
    const second = await commit('two');
    await writeFiles(directory(), { 'a[1]': 'three' });
    await run('stash');
    expect([...(await refsWith(directory(), first))!].sort()).toEqual([
      'main',
      'origin/main',
      'side',
      'stash',
      'v1',
    ]);
    expect([...(await refsWith(directory(), second))!].sort()).toEqual(['main', 'stash']);
    await run('reset', '-q', '--hard', 'HEAD~1');
    await run('stash', 'drop', '-q');
    expect(await refsWith(directory(), second)).toEqual([]);
    expect(await refsWith(directory(), '0'.repeat(40))).toBeUndefined();
  });

  test('a commit by its id, the last one of a file, and the one that brought a text', async () => {
    const first = await commit('one');
    const second = await commit('one two');
    expect(await commitName(directory(), first)).toEqual(short(first));
    expect(await lastCommitOf(directory(), 'a[1]')).toEqual(short(second));
    expect(await commitThatAdded(directory(), 'a[1]', 'one')).toEqual(short(first));
    expect(await lastCommitOf(directory(), 'a?1?')).toBeUndefined();
    expect(await commitName(directory(), '0'.repeat(40))).toBeUndefined();
  });

  test('the branch that is checked out; none where HEAD is detached', async () => {
    const first = await commit('one');
    expect(await currentBranch(directory())).toBe('main');
    await run('checkout', '-q', first);
    expect(await currentBranch(directory())).toBeUndefined();
  });
});
