import { join } from 'node:path';
import { tokenOf } from '../sync/token';
import { git, useDirectory, writeFiles } from '../testing/workspace.test-kit';
import { readSecretFileHistory, removalsByToken } from './removed-files';

const directory = useDirectory();
const file = 'a/secrets/dev.enc.yaml';

const commit = async (files: Readonly<Record<string, string | undefined>>) => {
  const entries = Object.entries(files);
  await writeFiles(
    directory(),
    Object.fromEntries(entries.flatMap(([path, text]) => (text === undefined ? [] : [[path, text]]))),
  );
  for (const [path, text] of entries) if (text === undefined) await git(directory(), 'rm', '-q', path);
  await git(directory(), 'add', '.');
  await git(directory(), 'commit', '-qm', 'change');
  return (await git(directory(), 'rev-parse', 'HEAD')).stdout;
};
const token = (text: string) => tokenOf(Buffer.from(text));
const removedPaths = async (from = directory()) =>
  (await readSecretFileHistory(from)).removals.map(({ path, commit }) => `${path} by ${commit.id}`);
/** `path by commit` for each text that a removed file had. */
const proofs = async (...texts: readonly string[]) => {
  const { removals } = await readSecretFileHistory(directory());
  const found = await removalsByToken(directory(), removals, new Set(texts.map(token)));
  return texts.map((text) => found.get(token(text))).map((one) => one && `${one.path} by ${one.commit.id}`);
};

beforeEach(() => git(directory(), 'init', '-q', '-b', 'main'));

test.each([
  ['no commit', () => Promise.resolve(), 'no Git history'],
  [
    'a shallow clone',
    async () => {
      await commit({ [file]: 'one' });
      await commit({ [file]: undefined });
      await git(directory(), 'clone', '-q', '--depth=1', `file://${directory()}`, 'clone');
    },
    'fetch-depth: 0',
  ],
])('%s proves nothing', async (_, make, text) => {
  await make();
  const from = text === 'fetch-depth: 0' ? join(directory(), 'clone') : directory();
  await expect(readSecretFileHistory(from)).rejects.toThrow(text);
});

test('a file that was removed, by every revision that it had', async () => {
  await commit({ [file]: 'one', 'a/code.ts': 'x', 'docs/dev.enc.yaml': 'no secret file' });
  await commit({ [file]: 'two' });
  expect(await readSecretFileHistory(directory())).toEqual({ present: [file], removals: [] });
  const removed = await commit({ [file]: undefined, 'a/code.ts': undefined, 'docs/dev.enc.yaml': undefined });
  expect(await removedPaths()).toEqual([`${file} by ${removed}`]);
  expect(await proofs('one', 'two', 'three')).toEqual([
    `${file} by ${removed}`,
    `${file} by ${removed}`,
    undefined,
  ]);
});

test('a file that came back is not removed; one that went again is, by the last removal', async () => {
  await commit({ [file]: 'one' });
  await commit({ [file]: undefined });
  await commit({ [file]: 'again' });
  expect(await removedPaths()).toEqual([]);
  const removed = await commit({ [file]: undefined });
  expect(await removedPaths()).toEqual([`${file} by ${removed}`]);
  expect(await proofs('one', 'again')).toEqual([`${file} by ${removed}`, `${file} by ${removed}`]);
});

test('what another branch removed is there in HEAD, until it is merged', async () => {
  await commit({ [file]: 'one', x: '' });
  await git(directory(), 'checkout', '-qb', 'side');
  await commit({ [file]: undefined });
  await git(directory(), 'checkout', '-q', 'main');
  await commit({ x: '2' });
  expect(await removedPaths()).toEqual([]);
  await git(directory(), 'merge', '-q', '--no-edit', 'side');
  expect(await removedPaths()).toHaveLength(1);
});

test('a file that only a branch had and lost was never part of HEAD', async () => {
  await commit({ x: '' });
  await git(directory(), 'checkout', '-qb', 'side');
  await commit({ [file]: 'experiment' });
  await commit({ [file]: undefined });
  await git(directory(), 'checkout', '-q', 'main');
  await commit({ x: '2' });
  await git(directory(), 'merge', '-q', '--no-edit', 'side');
  expect(await removedPaths()).toEqual([]);
});

test('a moved file is removed where it was', async () => {
  await commit({ [file]: 'one\n'.repeat(9) });
  await git(directory(), 'mv', 'a', 'b');
  const moved = await commit({});
  expect(await readSecretFileHistory(directory())).toMatchObject({ present: ['b/secrets/dev.enc.yaml'] });
  expect(await proofs('one\n'.repeat(9))).toEqual([`${file} by ${moved}`]);
});

test('in a workspace below the repository, only its own files', async () => {
  await commit({ [`ws/${file}`]: 'one', [`other/${file}`]: 'two', 'ws/b/secrets/dev.enc.yaml': 'x' });
  const removed = await commit({ [`ws/${file}`]: undefined, [`other/${file}`]: undefined });
  const ws = join(directory(), 'ws');
  expect(await removedPaths(ws)).toEqual([`${file} by ${removed}`]);
  expect((await readSecretFileHistory(ws)).present).toEqual(['b/secrets/dev.enc.yaml']);
});

test.each(['main', 'master', 'trunk'])(
  "whether origin's default branch has the removal: %s",
  async (branch) => {
    await git(directory(), 'checkout', '-qb', `${branch}-of-ours`);
    await commit({ [file]: 'one' });
    await git(directory(), 'branch', '-M', branch);
    await git(directory(), 'clone', '-q', '--bare', '.', 'origin.git');
    await git(directory(), 'remote', 'add', 'origin', './origin.git');
    await git(directory(), 'fetch', '-q');
    await commit({ [file]: undefined });
    const merged = async () => {
      const { removals } = await readSecretFileHistory(directory());
      return (await removalsByToken(directory(), removals, new Set([token('one')]))).get(token('one'))
        ?.merged;
    };
    // A checkout of a CI service has the branch, and no word on which one is the default.
    expect(await merged()).toBe(branch === 'trunk' ? undefined : false);
    await git(directory(), 'remote', 'set-head', 'origin', branch);
    expect(await merged()).toBe(false);
    await git(directory(), 'push', '-q', 'origin', branch);
    expect(await merged()).toBe(true);
  },
);
