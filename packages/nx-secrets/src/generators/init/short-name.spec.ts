import { detectPackageManager, readJson, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { addShortName, hasShortName } from './short-name';

const { gt, maxSatisfying } = jest.requireActual<{
  gt: (one: string, other: string) => boolean;
  maxSatisfying: (versions: readonly string[], range: string) => string;
}>('semver');

jest.mock('@nx/devkit', () => ({
  ...jest.requireActual<object>('@nx/devkit'),
  detectPackageManager: jest.fn(() => 'npm'),
}));

const manifest = 'tools/secrets/package.json';
const file = (tree: Tree, path: string) => tree.read(path, 'utf8') ?? '';
let tree: Tree;

beforeEach(() => {
  tree = createTreeWithEmptyWorkspace();
  jest.mocked(detectPackageManager).mockReturnValue('npm');
});

test('a private package that no registry can be newer than; a second run changes nothing', () => {
  expect(hasShortName(tree)).toBe(false);
  expect(addShortName(tree)).toBe(true);
  const { version, ...rest } = readJson<Record<string, string>>(tree, manifest);
  expect(rest).toMatchObject({ name: 'secrets', private: true, generators: './generators.json' });
  expect(readJson(tree, 'tools/secrets/generators.json')).toEqual({ extends: ['nx-secrets'] });
  expect(readJson(tree, 'package.json')).toMatchObject({ workspaces: ['tools/secrets'] });
  for (const other of ['1.1.5', '9007199254740991.9007199254740991.9007199254740990'])
    expect(gt(other, version ?? '')).toBe(false);
  expect(maxSatisfying(['1.1.5', version ?? ''], '*')).toBe(version);
  expect(addShortName(tree)).toBe(false);
  expect(hasShortName(tree)).toBe(true);
});

test('edits of the user survive', () => {
  addShortName(tree);
  tree.write(manifest, '{"name": "secrets", "version": "1.0.0"}');
  expect(addShortName(tree)).toBe(false);
  expect(file(tree, manifest)).toBe('{"name": "secrets", "version": "1.0.0"}');
});

describe('refuses, and writes nothing', () => {
  const refused: [string, Record<string, string>, string][] = [
    ['a dependency', { 'package.json': '{"devDependencies": {"secrets": "1.1.5"}}' }, 'package.json'],
    ['a project', { 'apps/s/project.json': '{"name": "secrets"}' }, 'apps/s'],
    ['a folder', { [manifest]: '{"name": "vault"}' }, 'tools/secrets'],
    [
      'a folder with generators of its own',
      { [manifest]: '{}', 'tools/secrets/generators.json': '{"extends": "nx-secrets"}' },
      'tools/secrets',
    ],
    ['workspaces that are no list', { 'package.json': '{"workspaces": "tools/*"}' }, 'package.json'],
  ];
  test.each(refused)('%s', (_, files, where) => {
    for (const [path, text] of Object.entries(files)) tree.write(path, text);
    expect(() => addShortName(tree)).toThrow(where);
    expect(hasShortName(tree)).toBe(false);
  });
});

describe('Nx 22, where the package manager does not link it', () => {
  const rows: [ReturnType<typeof detectPackageManager>, string, boolean, boolean][] = [
    ['npm', '22.7.12', false, true],
    ['yarn', '22.7.12', false, true],
    ['pnpm', '22.7.12', false, false],
    ['bun', '22.7.12', false, false],
    ['pnpm', '22.7.12', true, true],
    ['pnpm', '23.0.0', false, true],
    ['bun', '24.0.6', false, true],
  ];
  test.each(rows)('%s, Nx %s, with a tsconfig: %s', (manager, nx, hasConfig, isMade) => {
    jest.mocked(detectPackageManager).mockReturnValue(manager);
    tree.delete('tsconfig.base.json');
    if (hasConfig) tree.write('tsconfig.json', '{}');
    if (isMade) expect(addShortName(tree, nx)).toBe(true);
    else
      expect(() => addShortName(tree, nx)).toThrow(`Nx 22 finds no short name in a workspace of ${manager}`);
    expect(hasShortName(tree)).toBe(isMade);
  });
});

describe('in package.json', () => {
  const rows: [string, unknown, unknown][] = [
    ['a list', ['packages/*'], ['packages/*', 'tools/secrets']],
    ['an object', { packages: ['a'], nohoist: ['b'] }, { packages: ['a', 'tools/secrets'], nohoist: ['b'] }],
    ['a pattern that covers it', ['./tools/*'], ['./tools/*']],
    ['a pattern of any depth', ['**'], ['**']],
    ['an exclusion', ['tools/*', '!tools/secrets'], ['tools/*', '!tools/secrets', 'tools/secrets']],
  ];
  test.each(rows)('%s', (_, before, after) => {
    tree.write('package.json', JSON.stringify({ name: 'acme', workspaces: before }));
    addShortName(tree);
    expect(readJson(tree, 'package.json')).toEqual({ name: 'acme', workspaces: after });
  });
});

describe('in pnpm-workspace.yaml', () => {
  const rows: [string, string | undefined, string][] = [
    ['none', undefined, 'packages:\n  - tools/secrets\n'],
    [
      'settings only',
      'allowBuilds:\n  nx: true\n',
      'allowBuilds:\n  nx: true\npackages:\n  - tools/secrets\n',
    ],
    [
      'a list with comments',
      'packages:\n  # ours\n  - packages/*\n',
      'packages:\n  # ours\n  - packages/*\n  - tools/secrets\n',
    ],
    ['a pattern that covers it', 'packages:\n  - "tools/**"\n', 'packages:\n  - "tools/**"\n'],
  ];
  test.each(rows)('%s', (_, before, after) => {
    jest.mocked(detectPackageManager).mockReturnValue('pnpm');
    if (before !== undefined) tree.write('pnpm-workspace.yaml', before);
    addShortName(tree);
    expect(file(tree, 'pnpm-workspace.yaml')).toBe(after);
    expect(readJson(tree, 'package.json')).not.toHaveProperty('workspaces');
  });

  test.each(['packages: tools', 'packages: [', '- packages'])('%s is refused', (text) => {
    jest.mocked(detectPackageManager).mockReturnValue('pnpm');
    tree.write('pnpm-workspace.yaml', text);
    expect(() => addShortName(tree)).toThrow('packages is not a list');
    expect(file(tree, 'pnpm-workspace.yaml')).toBe(text);
  });
});
