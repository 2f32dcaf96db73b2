import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { git, useDirectory, writeFiles } from '../testing/workspace.test-kit';
import { moveFolder } from './move-folder';

const directory = useDirectory();

beforeEach(async () => {
  await git(directory(), 'init', '-q', '-b', 'main');
  await writeFiles(directory(), {
    'services/orders/a.txt': 'a',
    'services/orders/local.log': 'ignored',
    '.gitignore': '*.log\n',
  });
  await git(directory(), 'add', '--all');
  await git(directory(), 'commit', '-qm', 'one');
});

test('a folder goes into one that has to be made, with ignored files, and in the index', async () => {
  await moveFolder(directory(), 'services/orders', 'apps/shop/orders');
  expect(readFileSync(join(directory(), 'apps/shop/orders/local.log'), 'utf8')).toBe('ignored');
  expect(existsSync(join(directory(), 'services/orders'))).toBe(false);
  await git(directory(), 'commit', '-qm', 'two');
  await git(directory(), 'diff', '--exit-code', 'HEAD');
});

test.each([
  ['a folder that Git does not track', 'services/none'],
  ['a name that begins as an option does', '--force'],
])('%s stays where it is', async (_, from) => {
  await expect(moveFolder(directory(), from, 'apps/orders')).rejects.toMatchObject({
    problem: { code: 'gitFailed', where: from },
  });
  expect(existsSync(join(directory(), 'services/orders/a.txt'))).toBe(true);
});
