import { chmodSync, lstatSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileCacheFolder } from './compile-cache';

const me = process.geteuid?.() ?? 0;
let home: string;

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'compile-cache-')));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

const mode = (path: string): number => lstatSync(path).mode & 0o777;
const folder = (env: NodeJS.ProcessEnv = { HOME: home }, user: number | undefined = me) =>
  compileCacheFolder(env, user);

test('a private folder in the home is made, and found again', () => {
  expect(folder()).toBe(join(home, '.cache/sops-codec'));
  expect(mode(join(home, '.cache/sops-codec'))).toBe(0o700);
  expect(folder()).toBe(join(home, '.cache/sops-codec'));
  expect(folder({ HOME: '/nowhere', XDG_CACHE_HOME: join(home, 'x') })).toBe(join(home, 'x/sops-codec'));
});

test('a umask of the user does not open it', () => {
  const before = process.umask(0);
  try {
    expect(folder()).toBeDefined();
    expect(mode(join(home, '.cache/sops-codec'))).toBe(0o700);
  } finally {
    process.umask(before);
  }
});

test.each<[string, (cache: string) => void]>([
  ['everybody can write to it', (cache) => chmodSync(join(cache, 'sops-codec'), 0o777)],
  ['everybody can read it', (cache) => chmodSync(join(cache, 'sops-codec'), 0o755)],
  ['its group can write to it', (cache) => chmodSync(join(cache, 'sops-codec'), 0o770)],
  ['everybody can exchange it', (cache) => chmodSync(cache, 0o777)],
  ['a group can exchange what it is in', () => chmodSync(home, 0o770)],
  [
    'it is a link to a folder that everybody can write to',
    (cache) => {
      rmSync(join(cache, 'sops-codec'), { recursive: true });
      mkdirSync(join(home, 'open'));
      chmodSync(join(home, 'open'), 0o777);
      symlinkSync(join(home, 'open'), join(cache, 'sops-codec'));
    },
  ],
])('none is used where %s', (_, change) => {
  expect(folder()).toBeDefined();
  change(join(home, '.cache'));
  expect(folder()).toBeUndefined();
});

test('none is made in the home of somebody else, as under sudo -E', () => {
  expect(folder({ HOME: home }, me + 1)).toBeUndefined();
  expect(lstatSync(join(home, '.cache'), { throwIfNoEntry: false })).toBeUndefined();
});

test.each([{ XDG_CACHE_HOME: 'relative' }, { HOME: '/proc/none' }, { HOME: '/dev/null' }])(
  'none for %j',
  (env) => {
    expect(folder(env)).toBeUndefined();
  },
);

test('none where the system has no users', () => {
  const { geteuid } = process;
  delete process.geteuid;
  try {
    expect(compileCacheFolder({ HOME: home })).toBeUndefined();
  } finally {
    if (geteuid) process.geteuid = geteuid;
  }
});
