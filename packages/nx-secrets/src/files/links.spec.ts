import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import type * as promises from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { useDirectory, writeFiles } from '../testing/workspace.test-kit';
import { assertNoLink, writablePlace } from './links';
import { writeFileWhole } from './write-file';

jest.mock('node:fs/promises', () => ({ ...jest.requireActual<object>('node:fs/promises') }));

/** What the code under test calls. */
const fs = jest.requireMock<typeof promises>('node:fs/promises');

const directory = useDirectory();
let elsewhere: string;

beforeEach(async () => {
  elsewhere = await mkdtemp(join(tmpdir(), 'nx-secrets-elsewhere-'));
  await writeFile(join(elsewhere, 'file'), 'theirs');
});
afterEach(async () => {
  jest.restoreAllMocks();
  await rm(elsewhere, { recursive: true });
});

const link = async (target: string, path: string) => {
  await mkdir(dirname(join(directory(), path)), { recursive: true });
  await symlink(target, join(directory(), path));
};
const untouched = async () => {
  expect(await readdir(elsewhere)).toEqual(['file']);
  expect(await readFile(join(elsewhere, 'file'), 'utf8')).toBe('theirs');
};

test.each<[string, () => Promise<unknown>, string]>([
  ['the file', () => link(join(elsewhere, 'file'), 'a/b/f'), 'a/b/f'],
  ['the file, to nothing yet', () => link(join(elsewhere, 'new'), 'a/b/f'), 'a/b/f'],
  [
    'the file, by a path upwards',
    () => link(`../../../${elsewhere.slice(1)}/file`.replace('../../../', '../'.repeat(20)), 'a/b/f'),
    'a/b/f',
  ],
  ['its folder', () => link(elsewhere, 'a/b'), 'a/b'],
  ['its folder, to nothing', () => link(join(elsewhere, 'new'), 'a/b'), 'a/b'],
  ['a folder further up', () => link(elsewhere, 'a'), 'a'],
  [
    'over another link',
    async () => {
      await link(elsewhere, 'out');
      await link('../out', 'a/b');
    },
    'a/b',
  ],
  ['to itself', () => link('b', 'a/b'), 'a/b'],
  [
    'into the .git folder',
    async () => {
      await mkdir(join(directory(), '.git/hooks'), { recursive: true });
      await link('../.git/hooks', 'a/b');
    },
    'a/b',
  ],
  [
    'to a folder next to the workspace whose name begins alike',
    async () => {
      await mkdir(`${directory()}-other`);
      await link(`${directory()}-other`, 'a/b');
    },
    'a/b',
  ],
])('nothing is written through a link that leads away: %s', async (_, make, where) => {
  await make();
  await expect(writeFileWhole(directory(), 'a/b/f', 'ours')).rejects.toMatchObject({
    problem: {
      where,
      what: expect.stringContaining('a link leads'),
      fix: expect.stringContaining(`rm ${where}`),
    },
  });
  await untouched();
  await rm(`${directory()}-other`, { recursive: true, force: true });
});

test.each(['../f', 'a/../../f', '/tmp/f'])('%s is not a path in the workspace', async (path) => {
  await expect(writablePlace(directory(), path)).rejects.toThrow('outside of the workspace');
});

test('folders are made, and links in the workspace followed; mode stays', async () => {
  await writeFiles(directory(), { 'real/f': 'before', 'real/run.sh': '' });
  await fs.chmod(join(directory(), 'real/run.sh'), 0o750);
  await link('real', 'a');
  await writeFileWhole(directory(), 'a/f', 'ours');
  await writeFileWhole(directory(), 'a/new/deep/f', 'ours');
  await writeFileWhole(directory(), 'a/run.sh', 'ours');
  expect(await readFile(join(directory(), 'real/f'), 'utf8')).toBe('ours');
  expect(await readFile(join(directory(), 'real/new/deep/f'), 'utf8')).toBe('ours');
  expect((await fs.stat(join(directory(), 'real/run.sh'))).mode & 0o777).toBe(0o750);
  expect(await readlink(join(directory(), 'a'))).toBe('real');
  expect((await readdir(join(directory(), 'real'))).sort()).toEqual(['f', 'new', 'run.sh']);
});

test.each(['open', 'rename'] as const)('a folder that becomes a link meanwhile: before %s', async (call) => {
  await writeFiles(directory(), { 'a/f': 'before' });
  const swap = async () => {
    await rename(join(directory(), 'a'), join(directory(), 'was'));
    await link(elsewhere, 'a');
  };
  if (call === 'open') {
    const make = fs.mkdir.bind(fs);
    jest.spyOn(fs, 'mkdir').mockImplementationOnce(async (...args) => {
      const made = await (make as (...given: unknown[]) => Promise<string | undefined>)(...args);
      await swap();
      return made;
    });
  } else {
    const open = fs.open.bind(fs);
    jest.spyOn(fs, 'open').mockImplementationOnce(async (...args) => {
      const handle = await open(...args);
      await swap();
      return handle;
    });
  }
  await expect(writeFileWhole(directory(), 'a/f', 'ours')).rejects.toThrow(
    'replaced by a link during the run',
  );
  await untouched();
});

test('a file that becomes a link meanwhile is replaced, not followed', async () => {
  await writeFiles(directory(), { 'a/f': 'before' });
  const open = fs.open.bind(fs);
  jest.spyOn(fs, 'open').mockImplementationOnce(async (...args) => {
    await rm(join(directory(), 'a/f'));
    await link(join(elsewhere, 'file'), 'a/f');
    return open(...args);
  });
  await writeFileWhole(directory(), 'a/f', 'ours');
  expect(await readFile(join(directory(), 'a/f'), 'utf8')).toBe('ours');
  await untouched();
});

test.each<[string, () => Promise<unknown>, string | undefined]>([
  ['no link', () => writeFiles(directory(), { 'a/secrets/dev.enc.yaml': '' }), undefined],
  ['nothing', () => Promise.resolve(), undefined],
  ['the file', () => link('../../b', 'a/secrets/dev.enc.yaml'), 'a/secrets/dev.enc.yaml'],
  ['the file, to nothing', () => link('/nothing', 'a/secrets/dev.enc.yaml'), 'a/secrets/dev.enc.yaml'],
  ['its folder', () => link('../b', 'a/secrets'), 'a/secrets'],
])('a secret file that is a link: %s', async (_, make, where) => {
  await make();
  const checked = assertNoLink(directory(), 'a/secrets/dev.enc.yaml');
  if (where === undefined) await checked;
  else await expect(checked).rejects.toMatchObject({ problem: { where } });
});
