import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { git, useDirectory, writeFiles } from '../testing/workspace.test-kit';
import { unhashedFiles } from './unhashed-files';

const directory = useDirectory();

beforeEach(async () => {
  await git(directory(), 'init', '-q');
  await writeFiles(directory(), { '.gitignore': '.env\n', 'services/a/config.json': '{}' });
  await git(directory(), 'add', '.');
});

test('nothing where Nx hashes all that Git has or would add', async () => {
  await writeFiles(directory(), { 'services/a/.env': 'A=1', 'services/a/new.json': '{}' });
  expect(await unhashedFiles(directory())).toBe('');
});

test.each<[string, string, (path: string) => Promise<unknown>]>([
  ['tracked although ignored', 'services/a/.env', (path) => git(directory(), 'add', '-f', path)],
  [
    'ignored by .nxignore and tracked',
    'services/a/fixtures/a.json',
    async (path) => {
      await writeFiles(directory(), { '.nxignore': 'fixtures\n' });
      await git(directory(), 'add', path);
    },
  ],
  [
    'ignored by .nxignore only',
    'services/a/fixtures/a.json',
    () => writeFiles(directory(), { '.nxignore': 'fixtures\n' }),
  ],
  ['in node_modules', 'services/a/node_modules/a.json', (path) => git(directory(), 'add', '-f', path)],
])('another value for each content of a file that is %s', async (_, path, make) => {
  await writeFiles(directory(), { [path]: 'A=1' });
  await make(path);
  const first = await unhashedFiles(directory());
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  expect(await unhashedFiles(directory())).toBe(first);
  await writeFiles(directory(), { [path]: 'A=2' });
  expect(await unhashedFiles(directory())).not.toBe(first);
});

test('another value where a secret file becomes a link, or Git changes it on its way', async () => {
  const file = 'services/a/secrets/dev.enc.yaml';
  await writeFiles(directory(), { [file]: 'x', 'services/a/real': 'x' });
  await git(directory(), 'add', '.');
  expect(await unhashedFiles(directory())).toBe('');
  rmSync(join(directory(), file));
  symlinkSync('../real', join(directory(), file));
  const linked = await unhashedFiles(directory());
  expect(linked).toMatch(/^[0-9a-f]{64}$/);
  rmSync(join(directory(), file));
  await writeFiles(directory(), { [file]: 'x', '.gitattributes': '*.enc.* filter=f\n' });
  expect(await unhashedFiles(directory())).toBe('');
  await git(directory(), 'config', 'filter.f.clean', 'cat');
  expect(await unhashedFiles(directory())).toMatch(/^[0-9a-f]{64}$/);
});

test('outside a repository, another one each time', async () => {
  rmSync(join(directory(), '.git'), { recursive: true });
  expect(await unhashedFiles(directory())).not.toBe(await unhashedFiles(directory()));
});
