import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { git, useDirectory, writeFiles } from '../testing/workspace.test-kit';
import { fileHistory, filesWith, sameContentElsewhere } from './file-history';

const directory = useDirectory();
const commit = async (message: string) => {
  await git(directory(), 'add', '--all');
  await git(directory(), 'commit', '-qm', message);
};

beforeEach(() => git(directory(), 'init', '-q', '-b', 'main'));

test('the commits of all branches that have a file, also one that is gone, whatever its name', async () => {
  const file = join(directory(), 'shop/[a] b*.env');
  await writeFiles(directory(), { 'shop/[a] b*.env': 'A=1', 'shop/a b.env': 'x' });
  await commit('one');
  await git(directory(), 'checkout', '-qb', 'topic');
  await writeFiles(directory(), { 'shop/[a] b*.env': 'A=2' });
  await commit('two');
  await git(directory(), 'checkout', '-q', 'main');
  await rm(file);
  await commit('three');
  const found = await fileHistory(file);
  expect(found).toMatchObject({ commits: 2, tracked: false });
  expect(found?.first.id).toMatch(/^[0-9a-f]{7,}$/);
  expect(await fileHistory(join(directory(), 'never'))).toBeUndefined();
});

test('the files with a text, from the top of the repository, relative to the workspace', async () => {
  const key = 'arn:aws:kms:eu-west-1:1:key/a.b';
  await writeFiles(directory(), {
    'shop/one.yaml': `kms: ${key}`,
    'infra/two.yaml': `kms: ${key}`,
    'shop/other.yaml': 'kms: arn:aws:kms:eu-west-1:1:key/aXb',
    'shop/ignored.yaml': key,
    '.gitignore': 'ignored.yaml',
  });
  await commit('one');
  await writeFiles(directory(), { 'shop/new.yaml': key });
  const found = await filesWith(join(directory(), 'shop'), key);
  expect([...(found ?? [])].sort()).toEqual(['../infra/two.yaml', 'new.yaml', 'one.yaml']);
  expect(await filesWith(directory(), '-e')).toEqual([]);
});

test('outside a repository there is nothing', async () => {
  await rm(join(directory(), '.git'), { recursive: true });
  await writeFiles(directory(), { a: 'x' });
  expect(await fileHistory(join(directory(), 'a'))).toBeUndefined();
  expect(await filesWith(directory(), 'x')).toBeUndefined();
  expect(await sameContentElsewhere(join(directory(), 'a'), Buffer.from('x'))).toBeUndefined();
});

test('names that a file had before count, and those of other branches', async () => {
  await writeFiles(directory(), { 'old.env': 'A=1\nB=2\nC=3\n' });
  await commit('one');
  await git(directory(), 'checkout', '-qb', 'topic');
  await writeFiles(directory(), { '.env': 'X=1' });
  await commit('two');
  await git(directory(), 'checkout', '-q', 'main');
  await git(directory(), 'mv', 'old.env', '.env');
  await commit('three');
  expect(await fileHistory(join(directory(), '.env'))).toMatchObject({ commits: 3, tracked: true });
});

test('the same content under another name', async () => {
  await writeFiles(directory(), { 'config/a b.env': 'A=1\n', other: 'x' });
  await commit('one');
  await rm(join(directory(), 'config/a b.env'));
  await commit('two');
  await writeFiles(directory(), { '.env': 'A=1\n' });
  const file = join(directory(), '.env');
  expect(await fileHistory(file)).toBeUndefined();
  const found = await sameContentElsewhere(file, Buffer.from('A=1\n'));
  expect(found).toEqual({
    path: 'config/a b.env',
    id: expect.stringMatching(/^[0-9a-f]{7,}$/) as string,
    day: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as string,
  });
  expect(await sameContentElsewhere(file, Buffer.from('A=2\n'))).toBeUndefined();
});
