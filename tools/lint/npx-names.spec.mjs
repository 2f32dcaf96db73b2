import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { execa } from 'execa';
import { packageFolders, readManifest, repository } from '../packages.mjs';
import { foreignNames } from './npx-names.mjs';

const isText = (path) =>
  /\.(?:ts|mjs|cjs|js|md|json|ya?ml|svg|txt|sh)$/.test(path) &&
  !/(?:^|\/)(?:package-lock\.json|vectors|npx-names\.)/.test(path);

describe('names that npx runs', () => {
  test('no page, message, help text or script runs a name that somebody else could register', async () => {
    const { stdout } = await execa('git', ['ls-files'], { cwd: repository });
    const paths = stdout.split('\n').filter(isText);
    assert.ok(paths.length > 500);
    const found = paths.map(async (path) => {
      const text = await readFile(join(repository, path), 'utf8').catch(() => '');
      return foreignNames(text).map(
        ({ index, name }) => `${path}:${text.slice(0, index).split('\n').length} ${name}`,
      );
    });
    assert.deepEqual((await Promise.all(found)).flat(), []);
  });

  test('no page or manifest installs the plugin under a name that somebody else could have', async () => {
    const { stdout } = await execa(
      'git',
      ['grep', '-nE', '[a-z]@(npm|file):[^ ]*nx-secrets', '--', '*.md', '*.yml'],
      {
        cwd: repository,
        reject: false,
      },
    );
    const lines = stdout
      .split('\n')
      .filter((line) => line !== '' && !/^docs\/install\.md:\d+:with the alias/.test(line));
    assert.deepEqual(lines, []);
  });

  for (const [text, name] of [
    ['npx local-aws --port 1', 'local-aws'],
    ['`npx --yes secrets@1`', 'secrets'],
    ['pnpm dlx @x/y', '@x/y'],
    ['yarn dlx -q local-aws', 'local-aws'],
    ['bunx sops', 'sops'],
    ['npx sops-codec decrypt', undefined],
    ['npx local-aws-secrets', undefined],
    ['npx nx g secrets:init', undefined],
  ])
    test(`${text}: ${name ?? 'none'}`, () => {
      assert.deepEqual(
        foreignNames(text).map((found) => found.name),
        name === undefined ? [] : [name],
      );
    });

  test('every package has a program of its own name, or none', () => {
    for (const folder of packageFolders) {
      const { name, bin = {} } = readManifest(folder);
      assert.ok(Object.keys(bin).length === 0 || Object.hasOwn(bin, name), name);
    }
  });
});
