import { truncate, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { readWorkspaceFile, textIfThere } from './read-file';
import { useDirectory, writeFiles } from '../testing/workspace.test-kit';

const directory = useDirectory();
const read = (path: string) => readWorkspaceFile(directory(), path);

test('a file, and a link to one', async () => {
  await writeFiles(directory(), { 'a/file': 'text' });
  await symlink('a/file', join(directory(), 'link'));
  expect((await read('a/file')).toString()).toBe('text');
  expect((await read('link')).toString()).toBe('text');
});

test.each([
  ['a device that never ends', (path: string) => symlink('/dev/zero', path), 'not a file but a device'],
  ['a pipe that nobody writes to', (path: string) => execa('mkfifo', [path]), 'not a file but a device'],
  ['a folder', (path: string) => symlink('.', path), 'not a file but a device'],
  [
    'a file larger than any',
    async (path: string) => {
      await writeFiles(directory(), { large: '' });
      await truncate(join(directory(), 'large'), 17 * 1024 * 1024);
      await symlink('large', path);
    },
    'more than any secret file',
  ],
])('%s is refused', async (_, make, what) => {
  await make(join(directory(), 'link'));
  await expect(read('link')).rejects.toThrow(what);
});

test('what is not there is no text; what cannot be read is an error', async () => {
  expect(await textIfThere(directory(), 'nothing')).toBeUndefined();
  await symlink('link', join(directory(), 'link'));
  await expect(textIfThere(directory(), 'link')).rejects.toThrow('ELOOP');
});
