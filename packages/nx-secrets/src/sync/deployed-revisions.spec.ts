import { git, useDirectory, writeFiles } from '../testing/workspace.test-kit';
import { deployedRevisions } from './deployed-revisions';
import { tokenOf } from './token';

const directory = useDirectory();
const file = 'a/secrets/dev.enc.yaml';

const commit = async (content: string, path = file) => {
  await writeFiles(directory(), { [path]: content });
  await git(directory(), 'add', '.');
  await git(directory(), 'commit', '-qm', 'change');
  return head();
};
const head = async () => (await git(directory(), 'rev-parse', 'HEAD')).stdout;
const token = (content: string, output: 'json' | 'raw' = 'json') => tokenOf(Buffer.from(content), output);

/** `content at commit` of what is found, by path. */
const found = async (...deployed: readonly (readonly [current: string, path?: string])[]) => {
  const revisions = await deployedRevisions(
    directory(),
    deployed.map(([current, path = file]) => ({ path, current })),
  );
  return Object.fromEntries(
    [...revisions].map(([path, { bytes, commit }]) => [
      path,
      `${Buffer.from(bytes).toString().trim()} at ${commit.id}`,
    ]),
  );
};

beforeEach(() => git(directory(), 'init', '-q', '-b', 'main'));

test('a revision, its content and the commit that made it, in either output form', async () => {
  const one = await commit('one\n');
  const two = await commit('two\n');
  await commit('three\n');
  expect(await found([token('one\n')])).toEqual({ [file]: `one at ${one}` });
  expect(await found([token('two\n', 'raw')])).toEqual({ [file]: `two at ${two}` });
});

test('several files in one call; a version that is of no revision is left out', async () => {
  const other = 'b/secrets/dev.enc.yaml';
  await commit('one\n');
  const two = await commit('two\n', other);
  expect(await found([token('by hand')], [token('two\n'), other])).toEqual({ [other]: `two at ${two}` });
  // The other file's content is not this file's.
  expect(await found([token('two\n')])).toEqual({});
});

test('the last commit that made it so, after a revert', async () => {
  await commit('one\n');
  await commit('two\n');
  const back = await commit('one\n');
  await commit('three\n');
  expect(await found([token('one\n')])).toEqual({ [file]: `one at ${back}` });
});

test('the commit on the branch rather than its merge; a merge that made what no commit has', async () => {
  await commit('base\n');
  await git(directory(), 'checkout', '-qb', 'side');
  const side = await commit('side\n');
  await git(directory(), 'checkout', '-q', 'main');
  await commit('x', 'code.ts');
  await git(directory(), 'merge', '-q', '--no-edit', 'side');
  expect(await found([token('side\n')])).toEqual({ [file]: `side at ${side}` });
  await git(directory(), 'checkout', '-qb', 'other');
  await commit('other\n');
  await git(directory(), 'checkout', '-q', 'main');
  await git(directory(), 'merge', '-q', '--no-ff', '--no-commit', 'other');
  const merge = await commit('of the merge\n');
  await commit('after\n');
  expect(await found([token('of the merge\n')])).toEqual({ [file]: `of the merge at ${merge}` });
});

test('a file that was moved since', async () => {
  const text = 'line\n'.repeat(30);
  await commit(text);
  await git(directory(), 'mv', 'a', 'b');
  await git(directory(), 'commit', '-qm', 'move');
  const moved = await head();
  await commit(`${text}more\n`, 'b/secrets/dev.enc.yaml');
  const path = 'b/secrets/dev.enc.yaml';
  expect((await found([token(text), path]))[path]).toContain(moved);
  await git(directory(), 'mv', 'b', 'c');
  await commit(`${text}more\nand more\n`, 'c/secrets/dev.enc.yaml');
  const last = 'c/secrets/dev.enc.yaml';
  expect((await found([token(text), last]))[last]).toContain(moved);
});
